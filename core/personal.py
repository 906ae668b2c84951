"""The register of what the portal keeps of people (个人信息): an entry for each column.

Each room puts its own in (`<room>/offers/personal.py`). From it follow what a form tells who fills it in,
what the trail keeps of a value, what a person is shown and given of their own, and what an erasure erases.
Purpose, readers and time are what the Personal Information Protection Law (art. 17) wants people to be told.
"""

from dataclasses import dataclass
from enum import Enum

from django.apps import apps
from django.db import models
from django_stubs_ext import StrOrPromise, StrPromise

from core.offers import Offers


class Whose(Enum):
    STAFF = "staff"  # who works with the portal, or is named at a unit for its work
    CITIZEN = "citizen"  # who comes of their own accord
    GUEST = "guest"  # who is named by an office, and not for work of their own


class InTrail(Enum):
    """What the trail keeps of a value that changes."""

    CLEAR = "clear"  # who did what for an office is what the trail is for
    FINGERPRINT = "fingerprint"  # that it changed, and whether it is the same as another time
    NOTHING = "nothing"


@dataclass(frozen=True)
class Personal:
    """One column; `field` is "accounts.User.phone".

    `account` is the lookup from its row to the person's account, where there is one. `erased` says that the
    column is emptied when its time is over, and not kept with the record it belongs to; `label` what it is
    called where its form's own word says too little.
    """

    field: str
    whose: Whose
    purpose: StrPromise
    readers: StrPromise
    kept: StrPromise
    in_trail: InTrail
    account: str = ""
    erased: bool = False
    label: StrPromise | None = None

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.field.rpartition(".")[0])

    @property
    def column(self) -> models.Field[object, object]:
        field = self.model._meta.get_field(self.name)
        assert isinstance(field, models.Field)  # noqa: S101  # a register of columns
        return field

    @property
    def model_name(self) -> StrOrPromise:
        return self.model._meta.verbose_name or ""

    @property
    def title(self) -> StrOrPromise:
        """What the column is called beside others."""
        return self.label or self.column.verbose_name

    @property
    def name(self) -> str:
        return self.field.rpartition(".")[2]


PERSONAL: Offers[Personal] = Offers()


def of_model(model: type[models.Model]) -> list[Personal]:
    return [each for each in PERSONAL if each.field.startswith(f"{model._meta.label}.")]
