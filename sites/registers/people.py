"""The register of people: known by their account names."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from secrets import token_urlsafe
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext, gettext_lazy, gettext_noop, pgettext_lazy

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.rules import is_district_office, is_given_by_two, is_over_the_office
from accounts.services.people import USERNAME, check_home
from accounts.services.real_names import check_person_name
from accounts.signals import open_work_of
from core.clock import today
from sites.cell_parsers import Parser, one_of, plain, yes_no, yes_or_no
from tables.table import Column, ColumnKind

from .names import Directory
from .registrar import Registrar, Told, Values, of_fields

# What people call the roles besides their names on the screen.
ROLE_WORDS = {"联络员": Role.LIAISON, "督查员": Role.INSPECTOR, "市办": Role.OFFICE, "区办": Role.DISTRICT}


class People(Registrar[User]):
    """New people cannot sign in before somebody of the office sends them a link."""

    columns = (
        Column("username", gettext_lazy("Account name"), ("账号", "帐号", "用户名"), width=18),
        Column("name", pgettext_lazy("of a person", "Name"), ("姓名", "名称"), width=16),
        Column("role", gettext_lazy("Role"), ("身份",), width=18),
        Column("organisation", gettext_lazy("Organisation"), ("单位", "单位名称", "所在单位"), width=36),
        Column(
            "phone", gettext_lazy("Telephone"), ("电话", "手机"), required=False, kind=ColumnKind.TELEPHONE
        ),
        Column("email", gettext_lazy("E-mail"), ("邮箱", "电子邮箱"), required=False, width=30),
        Column("is_active", gettext_lazy("In use"), ("在用", "是否启用"), required=False, width=10),
    )
    key_columns = ("username",)
    blank_keeps = frozenset({"is_active"})
    blank = {"phone": "", "email": "", "is_active": True}
    written = (
        *("name", "role", "organisation", "phone", "email", "is_active", "is_head"),
        *("password", "link_made_at", "off_since", "off_reason"),
    )

    def __init__(self, *, by: User) -> None:
        self.homes = Directory(Organisation.objects.all())
        self.administrators = set(_administrators().values_list(Lower("username"), flat=True))
        # Who can sign in, by organisation and name: one person has one account.
        self._once: dict[tuple[int | None, str], str] = {}
        # Roles at organisations are few; no row needs a person made up to ask about them.
        self._misplaced = cache(_misplaced)
        super().__init__(by=by)

    def on_record(self) -> QuerySet[User]:
        """An administrator of the system is no part of the campaign."""
        people: QuerySet[User] = User.objects.exclude(pk__in=_administrators().values("pk"))
        return people.prefetch_related("organisation")

    def know(self, records: Iterable[User]) -> None:
        records = list(records)
        super().know(records)
        for person in records:
            if person.is_active:
                self._once[person.organisation_id, person.name] = person.username.lower()

    def make_parsers(self) -> dict[str, Parser]:
        return {
            "username": str.lower,
            "name": plain(User, "name"),
            "role": one_of(Role, ROLE_WORDS),
            "organisation": lambda text: self.homes.find(text) if text else None,
            "phone": plain(User, "phone"),
            "email": plain(User, "email"),
            "is_active": yes_or_no,
        }

    def offers(self) -> dict[str, list[str]]:
        homes = [self.homes.text(pk) for pk, home in self.homes.by_pk.items() if home.is_active]
        roles = [str(role.label) for role in Role if not is_over_the_office(role)]
        return {"role": roles, "organisation": homes, "is_active": yes_no()}

    def values_of(self, record: User) -> Values:
        return {
            "username": record.username.lower(),
            "name": record.name,
            "role": record.role,
            "organisation": record.organisation_id,
            "phone": record.phone,
            "email": record.email,
            "is_active": record.is_active,
        }

    def text(self, column: str, value: Any) -> str:
        if column == "role":
            return str(Role(value).label) if value else ""
        if column == "organisation":
            return self.homes.text(value)
        return yes_no()[not value] if column == "is_active" else str(value)

    def check(self, values: Values, record: User | None) -> list[Told]:
        told = list(self._untouchable(values, record) or self._misfit(values, record))
        if not told and values["is_active"]:
            self._once[values["organisation"], values["name"]] = values["username"]
        return told

    def fill(self, record: User | None, values: Values) -> User:
        if record is None:
            record = User(username=values["username"])
            record.password = _no_password()
        if record.is_active and not values["is_active"]:
            record.password = _no_password()
            record.link_made_at, record.off_since = None, today()
            record.off_reason = gettext("Switched off by an import of the register of people")
        elif values["is_active"]:
            record.off_since, record.off_reason = None, ""
        record.name, record.role = values["name"], values["role"]
        # Who is moved heads no office any more.
        record.is_head = record.is_head and is_district_office(record)
        record.organisation = self.homes.by_pk[values["organisation"]]
        record.phone, record.email, record.is_active = values["phone"], values["email"], values["is_active"]
        return record

    def check_unused(self, record: User, since: datetime.datetime | None, *, is_new: bool) -> None:
        has_signed_in = record.last_login and (since is None or record.last_login > since)
        is_invited = record.link_made_at or record.has_usable_password() or record.liaison_set.exists()
        if has_signed_in or (is_new and is_invited):
            told = gettext_noop(
                "%(name)s has signed in or was given a link or a post since; the account stays."
            )
            raise ValidationError(told, params={"name": record.name})

    # -- what is wrong with a row ----------------------------------------------

    def _untouchable(self, values: Values, record: User | None) -> list[Told]:
        if values["username"] in self.administrators or record == self.by:
            told = gettext_noop("Your own account and an administrator's are not changed by an import.")
            return [("", ValidationError(told))]
        if {values["role"], record.role if record else ""} & set(Role.OVER_THE_OFFICE):
            told = gettext_noop(
                "Accounts of the leading group and of auditors are kept by the administrator, not by the "
                "office."
            )
            return [("role", ValidationError(told))]
        if told_of_two := list(_of_two(values, record)):
            return told_of_two
        if record is None and not USERNAME.fullmatch(values["username"]):
            told = gettext_noop("3 to 30 letters (a–z) and digits, a letter first.")
            return [("username", ValidationError(told))]
        if record and self._goes(values, record) and open_work_of(record):
            told = gettext_noop("%(name)s has work open; hand it over on the page of this person first.")
            return [("", ValidationError(told, params={"name": record.name}))]
        return []

    def _goes(self, values: Values, record: User) -> bool:
        """The row switches a person off, or moves them."""
        leaves = record.is_active and not values["is_active"]
        return leaves or (values["role"], values["organisation"]) != (record.role, record.organisation_id)

    def _misfit(self, values: Values, record: User | None) -> Iterator[Told]:
        """The rules of `add_person` and `change_person`."""
        if values["organisation"] is None:
            yield "organisation", ValidationError(gettext_noop("Name the organisation."))
            return
        name, home = values["name"], self.homes.by_pk[values["organisation"]]
        yield from _told_by(check_person_name, name, home)
        if not values["is_active"]:
            return
        yield from self._misplaced(values["role"], home)
        other = self._once.get((home.pk, name), values["username"])
        if other != values["username"]:
            told = gettext_noop(
                "%(name)s has the account %(other)s there already; one person has one account."
            )
            yield "name", ValidationError(told, params={"name": name, "other": other})


def _of_two(values: Values, record: User | None) -> Iterator[Told]:
    """What two people gave somebody is neither given nor handed on by an import."""
    was = record.role if record and record.is_active else ""
    if values["is_active"] and is_given_by_two(values["role"]) and values["role"] != was:
        told = gettext_noop("Two people give this role: open the account at the desk, one by one.")
        yield "role", ValidationError(told)
    if record and is_given_by_two(was) and values["name"] != record.name:
        told = gettext_noop("Two people gave this account its role: change its name on its own page.")
        yield "name", ValidationError(told)


def _no_password() -> str:
    """As `set_unusable_password` writes it, its letters drawn at once: for thousands of people it counts."""
    return UNUSABLE_PASSWORD_PREFIX + token_urlsafe(30)


def _misplaced(role: str, home: Organisation) -> list[Told]:
    return _told_by(check_home, User(role=role, organisation=home))


def _told_by(check: Callable[..., None], *about: Any) -> list[Told]:
    try:
        check(*about)
    except ValidationError as error:
        return list(of_fields(error))
    return []


def _administrators() -> QuerySet[User]:
    return User.objects.filter(role__in=(Role.SYSTEM, Role.SECURITY))
