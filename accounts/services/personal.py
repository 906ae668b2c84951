"""What the portal keeps of a person, for themselves: to read, to take along, put right (查询、更正、删除)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import User
from accounts.rules import is_administrator, is_security_administrator, may_manage
from core.personal import PERSONAL, Personal

from .notifications import notify


@dataclass(frozen=True)
class Held:
    """One value; `record` says in words what it stands on."""

    entry: Personal
    record: str
    value: str


def data_of(person: User) -> list[Held]:
    """Whatever the register of personal data leads to from this account, in the register's order."""
    return [
        Held(entry, str(record), _in_words(value))
        for entry in PERSONAL
        if entry.account
        for record in entry.model._default_manager.filter(**{entry.account: person.pk}).order_by("pk")
        if (value := getattr(record, entry.name))
    ]


def _in_words(value: object) -> str:
    """What is kept as a list or by the names of a form's fields is read one after another."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        return "；".join(filter(None, map(_in_words, value)))
    return "" if value is None else str(value)


@transaction.atomic
def ask_for_correction(*, person: User, text: str) -> None:
    """Whoever keeps this person's account is told what is wrong in it, or what is to be taken out."""
    keepers = User.objects.active().filter(role__in=(Role.OFFICE, Role.DISTRICT, Role.SECURITY))
    keepers = keepers.exclude(pk=person.pk).select_related("organisation")
    notify(
        [each for each in keepers if may_manage(each, person) or _administers(each, person)],
        text=gettext_noop("%(person)s asks to have their personal data put right: %(text)s"),
        about={"person": person, "text": text},
        url=reverse("people:person", args=[person.pk]),
    )


def _administers(keeper: User, person: User) -> bool:
    """An administrator's account nobody manages alone: the security administrators put it right by two."""
    return is_administrator(person) and is_security_administrator(keeper)
