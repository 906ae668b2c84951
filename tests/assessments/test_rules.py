"""Who may write which sheet, leads, stands aside and declares it for whom: each person beside each record."""

import pytest

from accounts.enums import Role
from accounts.models import User
from assessments.enums import SheetRole, SheetState
from assessments.models import Sheet
from assessments.rules import is_assigned, leads, may_declare_for, may_write, writers
from assessments.services import recusals
from tests import factories
from tests.assessments import builders
from tests.scenes import made_once

ASKED = {role: User(pk=number, role=role) for number, role in enumerate((*Role, ""), start=1)}


@pytest.mark.parametrize("about", [*Role, ""])
def test_who_declares_for_whom(about):
    """Who takes part for themselves, but a liaison; the office for others, but for none over it."""
    others = [Role.OFFICE] if about in {Role.OFFICE, Role.DISTRICT, Role.INSPECTOR} else []
    person = User(pk=99, role=about)
    assert [role for role, by in ASKED.items() if may_declare_for(person, by)] == others
    assert may_declare_for(person, person) is (about not in {Role.LIAISON, Role.SYSTEM, Role.SECURITY, ""})


@made_once("2008-04-08")
def case():
    """A visited site: its unit's sheet, both members' and the final one, nothing signed."""
    site = builders.building()
    builders.self_assessed(site)
    return builders.visited(site).assessment


@pytest.fixture
def people(case):
    leader, member = builders.members(case.assignment.team)
    return {
        "leader": leader,
        "member": member,
        "liaison": builders.liaison(case.site),
        "other liaison": factories.user(Role.LIAISON),
        "colleague": factories.user(Role.OFFICE, case.site.organisation),
        "other inspector": factories.user(Role.INSPECTOR),
        "office": builders.office(),
    }


def opened(case, role: str, author: User | None = None) -> Sheet:
    """The sheet as a draft."""
    sheet = Sheet.objects.get(assessment__site=case.site, role=role, **({"author": author} if author else {}))
    Sheet.objects.filter(pk=sheet.pk).update(state=SheetState.DRAFT)
    return Sheet.objects.get(pk=sheet.pk)


def who_writes(sheet, people) -> list[str]:
    able = [name for name, person in people.items() if may_write(sheet, person)]
    assert able == [name for name, person in people.items() if writers(sheet).filter(pk=person.pk).exists()]
    return able


@pytest.mark.django_db
def test_unit_writes_its_own_sheet(case, people):
    assert who_writes(opened(case, SheetRole.SELF), people) == ["liaison"]


@pytest.mark.django_db
def test_inspector_writes_the_own_sheet_as_long_as_it_is_sent_there(case, people):
    sheet = opened(case, SheetRole.INSPECTOR, people["member"])
    assert who_writes(sheet, people) == ["member"]
    recusals.recuse(user=people["member"], site=case.site, reason="示例")
    assert who_writes(opened(case, SheetRole.INSPECTOR, people["member"]), people) == []


@pytest.mark.django_db
def test_leader_writes_the_final_sheet_or_the_next_in_line(case, people):
    sheet = opened(case, SheetRole.FINAL)
    assert who_writes(sheet, people) == ["leader"]
    assert [name for name, person in people.items() if leads(case, person)] == ["leader"]
    assert [name for name, person in people.items() if is_assigned(case, person)] == ["leader", "member"]
    recusals.recuse(user=people["leader"], site=case.site, reason="示例")
    assert who_writes(sheet, people) == ["member"]
    assert [name for name, person in people.items() if leads(case, person)] == ["member"]
    assert [name for name, person in people.items() if is_assigned(case, person)] == ["member"]


@pytest.mark.django_db
@pytest.mark.parametrize("state", [state for state in SheetState if state != SheetState.DRAFT])
def test_nobody_writes_what_is_no_draft(case, people, state):
    for sheet in case.sheets.all():
        sheet.state = state
        assert [name for name, person in people.items() if may_write(sheet, person)] == []
