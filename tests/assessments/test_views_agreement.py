"""The page that says how far the scorers of a round agree."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from assessments.agreement import Share
from assessments.models import Score
from assessments.pages.agreement import round_agreement
from assessments.services import recusals
from tests import factories
from tests.assessments import builders
from tests.assessments.pages import url

pytestmark = pytest.mark.django_db


@pytest.fixture
def final(site):
    builders.self_assessed(site)
    return builders.apart(site, 0, 3)


def of(final, reader=None):
    return round_agreement(final.assessment.round, reader or builders.office())


def test_pairs_of_members_by_what_each_gave_alone(final):
    [pair] = of(final).pairs
    assert {pair.one, pair.other} == set(builders.members(final.assessment.assignment.team))
    assert (pair.agreement.exact, pair.agreement.near) == (Share(40, 43), Share(43, 43))
    assert sum(pair.agreement.units.values()) == 43


def test_what_a_leader_settles_later_changes_nothing(final):
    before = of(final)
    leader, _member = builders.members(final.assessment.assignment.team)
    for each in final.deliberations.all():
        Score.objects.create(
            sheet=final,
            item=each.item,
            level="met",
            points=each.item.points,
            max_points=each.item.points,
            updated_by=leader,
        )
    assert of(final) == before


def test_other_points_within_a_level_are_not_alike(final):
    one = Score.objects.filter(sheet__role="inspector", level="partly").first()
    Score.objects.filter(sheet__role="inspector", item=one.item).update(
        level="partly", points="0.5", reason="示例"
    )
    assert of(final).together.exact == Share(41, 43)
    Score.objects.filter(pk=one.pk).update(points="0.4")
    assert (of(final).together.exact, of(final).together.near) == (Share(40, 43), Share(43, 43))


def test_three_members_are_three_pairs(site):
    builders.self_assessed(site)
    found = of(builders.apart(site, 0, 1, 2))
    assert sorted(pair.agreement.exact.hits for pair in found.pairs) == [41, 42, 42]
    assert found.pairs[0].agreement.exact.hits == 41
    assert found.together.exact.n == 3 * 43


def test_who_stood_aside_or_has_not_submitted_is_in_no_pair(site):
    builders.self_assessed(site)
    final = builders.apart(site, 0, 1, 2)
    _leader, second, third = builders.members(final.assessment.assignment.team)
    recusals.recuse(user=third, site=site, reason="示例")
    [pair] = of(final).pairs
    assert third not in (pair.one, pair.other)
    final.assessment.sheets.filter(author=second).update(state="draft")
    assert of(final).pairs == []


def test_of_a_site_a_reader_stood_aside_from_nothing_is_counted(final, site):
    reader = factories.user(Role.OFFICE)
    recusals.recuse(user=reader, site=site, reason="示例")
    assert of(final, reader).pairs == []


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADING_GROUP])
def test_the_city_reads_it(client, final, role):
    client.force_login(factories.user(role))
    assert client.get(url("agreement", final.assessment.round_id)).status_code == 200


def test_nobody_else_finds_it(client, final, site):
    for person in (builders.liaison(site), factories.user(Role.INSPECTOR)):
        client.force_login(person)
        assert client.get(url("agreement", final.assessment.round_id)).status_code in (403, 404)


def test_member_of_the_round_does_not_read_it(client, final):
    client.force_login(builders.members(final.assessment.assignment.team)[0])
    assert client.get(url("agreement", final.assessment.round_id)).status_code == 403


def test_page_says_undefined_plainly(client, site, english):
    builders.self_assessed(site)
    final = builders.apart(site, 0, 0)
    client.force_login(builders.office())
    text = client.get(url("agreement", final.assessment.round_id)).content.decode()
    assert "undefined: all levels are equal" in text
    assert "100%" in text


def test_figures_cost_the_same_whatever_was_marked(final):
    reader = builders.office()
    for _again in range(2):
        with CaptureQueriesContext(connection) as asked:
            round_agreement(final.assessment.round, reader)
        assert len(asked) == 2
        other = builders.building()
        builders.self_assessed(other)
        builders.apart(other, 1, 4)
