"""Makes the cast of a test: people with roles, sites at a stage. No library, plain functions."""

import datetime

from django.utils import timezone

from accounts.enums import OrganisationKind, Role
from accounts.models import Deputy, Organisation, User
from accounts.services import name_deputy
from core.clock import today
from sites.enums import FilingState, Level, Stage
from sites.models import Filing, Liaison, Programme, Site
from standards.enums import Kind

PASSWORD = "a-long-test-password"

_made = 0


def next_number() -> int:
    """What tells one sample from another. Each test counts on from its scene, whatever ran before it."""
    count_from(_made + 1)
    return _made


def count_from(number: int) -> None:
    global _made  # noqa: PLW0603  # a process runs one test at a time
    _made = number


def counted() -> int:
    return _made


def programme() -> Programme:
    return Programme.objects.get(is_current=True)


def district(short_name: str = "海勃湾") -> Organisation:
    return Organisation.objects.get(kind=OrganisationKind.DISTRICT_GOVERNMENT, name__startswith=short_name)


def unit(of: Organisation | None = None, kind: str = OrganisationKind.DEPARTMENT) -> Organisation:
    """A fresh department; of a district when one is given."""
    n = next_number()
    return Organisation.objects.create(
        name=f"示例单位{n}", short_name=f"示例{n}", code=f"TEST-{n}", kind=kind, district=of, is_sample=True
    )


def user(
    role: str, organisation: Organisation | None = None, name: str = "", *, is_head: bool = False
) -> User:
    n = next_number()
    if organisation is None:
        organisation = _home(role)
    return User.objects.create_user(
        username=f"{role}{n}",
        password=PASSWORD,
        password_set_at=timezone.now(),
        role=role,
        organisation=organisation,
        name=name or f"示例{n}",
        is_head=is_head,
    )


def _home(role: str) -> Organisation:
    kinds = {
        Role.LEADING_GROUP: OrganisationKind.LEADING_GROUP,
        Role.OFFICE: OrganisationKind.OFFICE,
        Role.DISTRICT: OrganisationKind.DISTRICT_OFFICE,
    }
    if role in kinds:
        return Organisation.objects.filter(kind=kinds[role]).order_by("code").first()
    return unit()


def district_office(of: Organisation) -> Organisation:
    return Organisation.objects.get(kind=OrganisationKind.DISTRICT_OFFICE, district=of)


def filing(
    organisation: Organisation, level: str = Level.CITY, state: str = FilingState.DRAFT, **fields
) -> Filing:
    if state not in FilingState.EDITABLE:
        fields.setdefault("filed_on", "2008-01-08")
    made, _created = Filing.objects.get_or_create(
        programme=programme(), organisation=organisation, level=level, defaults={"state": state, **fields}
    )
    return made


def site(
    stage: str = Stage.DRAFT,
    *,
    level: str = Level.CITY,
    of: Organisation | None = None,
    organisation: Organisation | None = None,
    kind: str = Kind.GOVERNMENT_AFFAIRS,
    window: str = "",
    liaison: bool = True,
) -> Site:
    """A site standing at `stage` without its past; walk it there through the services where the past matters.

    At district level `of` is the district (海勃湾 by default).
    """
    if level == Level.DISTRICT:
        of = of or district()
        organisation = organisation or unit(of)
        home = filing(of, level, FilingState.DRAFT if stage == Stage.DRAFT else FilingState.APPROVED)
    else:
        organisation = organisation or unit()
        home = filing(
            organisation, level, FilingState.DRAFT if stage == Stage.DRAFT else FilingState.APPROVED
        )
    made = Site.objects.create(
        programme=programme(),
        filing=home,
        level=level,
        kind=kind,
        organisation=organisation,
        window_name=window or f"示例窗口{next_number()}",
        reason="窗口基础较好（示例）。",
        working_body="示例工作机构",
        stage=stage,
        is_sample=True,
    )
    if liaison:
        Liaison.objects.create(site=made, name="示例联络员", phone="0473-0000000")
    return made


def liaison_of(made: Site) -> User:
    return user(Role.LIAISON, made.organisation)


def send_away(person: User, deputy: User, days: int = 1) -> Deputy:
    """The deputy stands in from today on."""
    last = today() + datetime.timedelta(days=days - 1)
    return name_deputy(
        person=person, deputy=deputy, first_on=today(), last_on=last, reason="年休假", by=person
    )
