"""The page that scores a round anew."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.enums import Role
from assessments.enums import RoundKind
from assessments.models import Round
from standards.enums import Kind
from standards.models import Rulebook
from tests import factories
from tests.assessments import builders
from tests.scenes import made_once
from tests.standards import drafting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@made_once()
def final():
    return builders.inspected(builders.building(), weak=12)


@pytest.fixture
def rulebook():
    made = drafting.draft_rulebook()
    Rulebook.objects.filter(pk=made.pk).update(pass_mark=99)
    return made


def url(final):
    return reverse("assessments:rerun", args=[final.assessment.round_id])


def test_ladder(client, final):
    assert client.get(url(final)).url.startswith(reverse("account_login"))
    for role, answer in {
        Role.LIAISON: 404,
        Role.DISTRICT: 404,
        Role.AUDITOR: 404,
        Role.LEADING_GROUP: 200,
        Role.OFFICE: 200,
    }.items():
        client.force_login(factories.user(role))
        assert client.get(url(final)).status_code == answer
    client.force_login(final.assessment.assignment.team.leader)
    assert client.get(url(final)).status_code == 403


def test_round_leads_to_it(client, final):
    client.force_login(builders.office())

    assert url(final) in client.get(final.assessment.round.get_absolute_url()).content.decode()


def test_page_asks_for_a_version_first(client, final):
    client.force_login(builders.office())

    answer = client.get(url(final))

    assert answer.context["run"] is None
    assert "as the round was scored" in answer.content.decode()
    assert "Choose the version to score by." in client.get(url(final), {"rulebook": ""}).content.decode()


def test_page_shows_who_would_fail(client, final, rulebook):
    client.force_login(factories.user(Role.LEADING_GROUP))
    standard = drafting.draft(Kind.GOVERNMENT_AFFAIRS)

    page = client.get(url(final), {"standard": standard.pk, "rulebook": rulebook.pk}).content.decode()

    assert str(final.assessment.site) in page
    assert "below the mark" in page
    assert "<dt>would no longer pass</dt><dd>1</dd>" in page
    assert Round.objects.get(pk=final.assessment.round_id).rulebook.version == 1


@pytest.mark.parametrize(
    "query",
    ["standard=x", "standard=999", "rulebook=999", "rulebook=%E2%80%AE", "standard=1&standard=2&standard=3"],
)
def test_nonsense_shows_the_question_again(client, final, query):
    client.force_login(builders.office())
    drafting.draft()

    answer = client.get(f"{url(final)}?{query}")

    assert answer.status_code == 200
    assert answer.context["run"] is None
    assert answer.context["form"].errors


def test_sites_without_marks_are_counted(client, final, rulebook):
    client.force_login(builders.office())
    builders.assigned(builders.building(), final.assessment.assignment.team)

    page = client.get(url(final), {"rulebook": rulebook.pk}).content.decode()

    assert "1 site of the round has no marks yet and is left out." in page


def test_table_is_what_the_page_shows(client, final, rulebook):
    client.force_login(builders.office())

    answer = client.get(url(final), {"rulebook": rulebook.pk, "format": "xlsx"})

    heads, line = load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    table = dict(zip(heads, line, strict=True))
    assert table["Site"] == str(final.assessment.site)
    assert (table["Old result"], table["New result"]) == ("reaches the mark", "below the mark")
    assert table["Difference"] == 0
    csv = client.get(url(final), {"rulebook": rulebook.pk, "format": "csv"}).content.decode("utf-8-sig")
    assert str(final.assessment.site) in csv


def test_page_asks_as_often_for_thirty_sites_as_for_three(client, rulebook):
    client.force_login(builders.office())

    def more(count):
        for _ in range(count):
            builders.self_assessed(builders.building())

    def queries():
        address = reverse("assessments:rerun", args=[builders.open_round(RoundKind.SELF).pk])
        # What waits for the office is counted anew once something was written; that is the rail's.
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address, {"rulebook": rulebook.pk})
        assert answer.context["run"].rows
        return len(asked)

    more(3)
    few = queries()
    more(27)
    assert queries() == few <= 12
