"""A sheet that was finished on a phone without a network is submitted by the online act's own rules, once."""

from uuid import uuid4

import pytest

from assessments.enums import SheetRole, SheetState
from assessments.marks import section_marks, sheet_score, standard_items
from assessments.models import Score, Sheet
from assessments.services import scores
from tests.assessments import builders
from tests.assessments.pages import url

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(on):
    site = builders.building()
    builders.self_assessed(site)
    on("2008-04-08")
    return builders.assigned(site, builders.team())


@pytest.fixture
def sheet(team, client):
    """An inspector's, every item met; its author is signed in."""
    author = builders.members(team.assignment.team)[0]
    client.force_login(author)
    client.get(url("inspect", team.pk))
    made = Sheet.objects.get(author=author)
    for item in standard_items(made):
        scores.save_score(
            sheet=made, item=item, by=author, level="met", points=None, faults=0, reason="", version=0
        )
    return made


def finish(client, sheet, key=None, points=10000):
    return client.post(url("sheet_finish", sheet.pk), {"key": key or uuid4(), "points": points})


def state(sheet) -> str:
    return Sheet.objects.get(pk=sheet.pk).state


def test_the_same_finish_twice_submits_once_and_says_so_both_times(client, sheet):
    key = uuid4()
    for _ in range(2):
        answer = finish(client, sheet, key)
        assert (answer.status_code, answer.json()) == (200, {"finished": str(key)})
    found = Sheet.objects.get(pk=sheet.pk)
    assert (found.state, found.finish_key) == (SheetState.SUBMITTED, key)


def test_what_another_device_submitted_is_refused_in_words(client, sheet):
    assert finish(client, sheet).status_code == 200
    answer = finish(client, sheet)
    assert answer.status_code == 409
    assert answer.json()["problem"]


def test_a_sheet_with_a_hole_stays_open(client, sheet):
    Score.objects.filter(sheet=sheet, item=standard_items(sheet)[0]).delete()
    points = int(sheet_score(section_marks(sheet)).points * 100)
    answer = finish(client, sheet, points=points)
    assert (answer.status_code, state(sheet)) == (409, SheetState.DRAFT)
    assert answer.json()["problem"]


def test_what_adds_up_otherwise_than_on_the_phone_stays_open(client, sheet):
    """Another device wrote a mark meanwhile: nobody has seen that sheet when it was finished."""
    answer = finish(client, sheet, points=9950)
    assert (answer.status_code, state(sheet)) == (409, SheetState.DRAFT)
    assert "100" in answer.json()["problem"]
    assert "99.5" in answer.json()["problem"]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"key": "1", "points": 10000},
        {"key": uuid4(), "points": "many"},
        {"key": uuid4(), "points": -1},
        {"key": uuid4(), "points": 10**9},
    ],
)
def test_what_no_phone_of_ours_sends_is_refused(client, sheet, sent):
    answer = client.post(url("sheet_finish", sheet.pk), sent)
    assert (answer.status_code, state(sheet)) == (409, SheetState.DRAFT)


def test_nobody_finishes_anothers_sheet_and_no_sheet_of_the_team(client, sheet, team):
    colleague = builders.members(team.assignment.team)[1]
    final = Sheet.objects.create(assessment=team, role=SheetRole.FINAL)
    assert finish(client, final).status_code in (403, 404)
    client.force_login(colleague)
    assert finish(client, sheet).status_code in (403, 404)
    client.force_login(builders.liaison(team.site))
    assert finish(client, sheet).status_code in (403, 404)
    assert (state(sheet), state(final)) == (SheetState.DRAFT, SheetState.DRAFT)


def test_a_closed_session_is_no_answer_to_a_finish(client, sheet):
    """The sign-in page is no receipt: the phone keeps the finish."""
    client.logout()
    assert finish(client, sheet).status_code == 302
    assert state(sheet) == SheetState.DRAFT
