"""The office's registers, loaded as a whole: organisations, people, sites."""

from collections.abc import Mapping
from typing import Any

from sites.enums import Register

from .organisations import Organisations
from .people import People
from .registrar import Registrar
from .sites import Sites

REGISTRARS: Mapping[str, type[Registrar[Any]]] = {
    Register.ORGANISATIONS: Organisations,
    Register.PEOPLE: People,
    Register.SITES: Sites,
}
