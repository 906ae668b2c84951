"""Each act of the system and the security administrator is an entry the auditor reads, with its actor."""

import re
from collections.abc import Callable

import pytest
from auditlog.models import LogEntry
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from accounts.services import motions
from core.clock import today
from sites.enums import HolidayKind
from sites.models import Holiday
from tests import factories
from tests.accounts.factors import with_app

pytestmark = pytest.mark.django_db

# What somebody does, who is signed in at the browser: by the name of the address it is sent to.
Act = Callable[[Client, User], object]
ACTS: dict[str, tuple[str, Act]] = {}
# Pages of Django's administration that answer whatever is sent, and write nothing.
READ = re.compile(
    "admin:(index|app_list|login|password_change|view_on_site|.*_(changelist|history)|admin/.*)"
)
TABLE = settings.BASE_DIR / "tests" / "access_matrix.txt"
HOLIDAY = {"date": "2027-02-08", "kind": HolidayKind.OFF, "name": "春节", "source": "示例通知"}
REASON = {"reason": "示例原因"}


def act(role: str, name: str) -> Callable[[Act], Act]:
    def keep(do: Act) -> Act:
        ACTS[name] = (role, do)
        return do

    return keep


def facts(person, **changed):
    known = {"name": person.name, "role": person.role, "organisation": person.organisation_id, "phone": ""}
    return {**known, **changed}


def without_role():
    return factories.user("", factories.user(Role.OFFICE).organisation)


def proposed(*, by):
    return motions.move(kind="user.appoint", record=without_role(), values={"role": Role.OFFICE}, by=by)


@act(Role.SYSTEM, "people:person_add")
def opens_an_account(client, person):
    return client.post(reverse("people:person_add"), facts(without_role(), name="张三丰"))


@act(Role.SYSTEM, "people:appoint")
def proposes_a_role(client, person):
    return client.post(reverse("people:appoint", args=[without_role().pk]), {"role": Role.OFFICE})


@act(Role.SYSTEM, "people:motion_take_back")
def takes_it_back(client, person):
    return client.post(reverse("people:motion_take_back", args=[proposed(by=person).pk]), REASON)


@act(Role.SYSTEM, "people:organisation_add")
def adds_an_organisation(client, person):
    return client.post(reverse("people:organisation_add"), {"name": "示例新设局", "kind": "department"})


@act(Role.SYSTEM, "people:organisation")
def renames_it(client, person):
    unit = factories.unit()
    sent = {"name": "示例改名局", "kind": unit.kind, "is_active": "on"}
    return client.post(reverse("people:organisation", args=[unit.pk]), sent)


@act(Role.SYSTEM, "admin:sites_holiday_add")
def adds_a_holiday(client, person):
    return client.post(reverse("admin:sites_holiday_add"), HOLIDAY)


@act(Role.SYSTEM, "admin:sites_holiday_change")
def changes_it(client, person):
    holiday = Holiday.objects.order_by("pk")[0]
    return client.post(reverse("admin:sites_holiday_change", args=[holiday.pk]), HOLIDAY)


@act(Role.SECURITY, "people:motion_agree")
def agrees(client, person):
    motion = proposed(by=factories.user(Role.SYSTEM))
    return client.post(reverse("people:motion_agree", args=[motion.pk]))


@act(Role.SECURITY, "people:motion_decline")
def declines(client, person):
    motion = proposed(by=factories.user(Role.SYSTEM))
    return client.post(reverse("people:motion_decline", args=[motion.pk]), REASON)


@act(Role.SECURITY, "people:administer")
def proposes_an_administrator(client, person):
    return client.post(reverse("people:administer", args=[factories.user("").pk]), {"role": Role.AUDITOR})


@act(Role.SECURITY, "people:person_edit")
def gives_a_role(client, person):
    liaison = factories.user(Role.LIAISON)
    return client.post(reverse("people:person_edit", args=[liaison.pk]), facts(liaison, name="张三丰"))


@act(Role.SECURITY, "people:link_make")
def makes_a_link(client, person):
    return client.post(reverse("people:link_make", args=[factories.user(Role.LIAISON).pk]))


@act(Role.SECURITY, "people:link_sheet_make")
def makes_links(client, person):
    invited = factories.user(Role.LIAISON)
    invited.set_unusable_password()
    invited.save()
    return client.post(reverse("people:link_sheet_make"), {"people": [invited.pk]})


@act(Role.SECURITY, "people:switch_off")
def switches_off(client, person):
    return client.post(reverse("people:switch_off", args=[factories.user(Role.LIAISON).pk]), REASON)


@act(Role.SECURITY, "people:switch_on")
def switches_on(client, person):
    liaison = factories.user(Role.LIAISON)
    User.objects.filter(pk=liaison.pk).update(is_active=False, off_since=today(), off_reason="示例")
    return client.post(reverse("people:switch_on", args=[liaison.pk]))


@act(Role.SECURITY, "people:deputy_add")
def sends_a_deputy(client, person):
    liaison = factories.user(Role.LIAISON)
    other = factories.user(Role.LIAISON, liaison.organisation)
    sent = {"deputy": other.pk, "first_on": str(today()), "last_on": str(today()), **REASON}
    return client.post(reverse("people:deputy_add", args=[liaison.pk]), sent)


@act(Role.SECURITY, "people:deputy_end")
def ends_it(client, person):
    liaison = factories.user(Role.LIAISON)
    deputy = factories.send_away(liaison, factories.user(Role.LIAISON, liaison.organisation), days=9)
    return client.post(reverse("people:deputy_end", args=[deputy.pk]))


@act(Role.SECURITY, "people:second_factor_reset")
def proposes_that_a_factor_goes(client, person):
    liaison = factories.user(Role.LIAISON)
    with_app(liaison)
    return client.post(reverse("people:second_factor_reset", args=[liaison.pk]), {"seen": "on", **REASON})


def of_administrators():
    """What the reviewed table lets an administrator send, and nobody without a role."""
    found = set()
    for line in TABLE.read_text().splitlines():
        name, _is, outcomes = line.partition(" = GET ")
        told = re.findall(r"\bin:([-\w]+)", outcomes.partition("| POST ")[2])
        if any(set(letters) & set("SC") and not set(letters) & set("-n") for letters in told):
            found.add(name)
    return found


def test_each_act_is_tried_here():
    names = of_administrators()
    assert len(names) > 20
    assert {name for name in names if not READ.fullmatch(name)} <= set(ACTS)


@pytest.mark.parametrize("name", sorted(ACTS))
def test_auditor_reads_it_with_who_did_it_and_from_where(name):
    role, do = ACTS[name]
    person = factories.user(role)
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.force_login(person)
    before = LogEntry.objects.latest("pk").pk
    assert do(client, person).status_code == 302
    theirs = LogEntry.objects.filter(pk__gt=before, actor=person).exclude(action=LogEntry.Action.ACCESS)
    mine = {entry.pk for entry in theirs if entry.remote_addr == "192.0.2.7"}
    assert mine
    auditor = Client()
    auditor.force_login(factories.user(Role.AUDITOR))
    page = auditor.get(reverse("desk:trail"), {"person": person.username})
    assert mine <= {line.entry.pk for line in page.context["lines"]}
    assert str(person) in page.content.decode()
    assert "192.0.2.7" in page.content.decode()
