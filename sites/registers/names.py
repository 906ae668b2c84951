"""Organisations by what people call them."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_noop

from accounts.models import Organisation
from tables.tidy import tidy


def names_of(organisation: Organisation) -> set[str]:
    """Its full name, its short name and its other names, each in its one spelling."""
    return {tidy(name) for name in (organisation.name, organisation.short_name, *organisation.aliases)}


class Directory:
    """Finds an organisation by its code or any of its names."""

    def __init__(self, organisations: Iterable[Organisation]) -> None:
        self.by_pk: dict[int, Organisation] = {}
        self._called: dict[str, set[int]] = {}
        for organisation in organisations:
            self.add(organisation)

    def add(self, organisation: Organisation) -> None:
        self.by_pk[organisation.pk] = organisation
        for name in {organisation.code, *names_of(organisation)}:
            self._called.setdefault(name, set()).add(organisation.pk)

    def called(self, name: str) -> set[int]:
        """The keys of those so called."""
        return self._called.get(name, set())

    def find(self, name: str) -> int:
        """The key of the one so called; ValidationError if there is none, or more than one."""
        found = self.called(name)
        if len(found) == 1:
            return next(iter(found))
        if found:
            told = gettext_noop("Several are called “%(name)s”; write the full name or the code.")
        else:
            told = gettext_noop("None on record is called “%(name)s”; load it first, or correct it.")
        raise ValidationError(told, params={"name": name})

    def text(self, pk: int | None) -> str:
        """How the export names it: by its name, or its code where the name belongs to several."""
        if pk is None:
            return ""
        one = self.by_pk[pk]
        return one.name if self.called(tidy(one.name)) == {pk} else one.code
