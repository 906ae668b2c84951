"""Two people at the same moment, on real connections with real commits."""

import datetime

import pytest

from assessments.enums import ReplyKind, RoundKind, SheetRole
from assessments.marks import standard_items
from assessments.models import Draw, FindingReply, Score, Sheet
from assessments.services import acceptance, draws, rectification, recusals, rounds, scores, sheets
from sites.calendar import pinned
from sites.enums import Stage
from sites.workflow import InvalidTransition, WorkflowError
from tests import factories
from tests.assessments import builders
from tests.at_once import at_once, kinds

pytestmark = pytest.mark.django_db(transaction=True)


def test_first_mark_of_an_item_by_two_people_at_once():
    sheet = builders.self_sheet(builders.building())
    item = standard_items(sheet)[0]
    unit = sheet.assessment.site.organisation
    people = [factories.user("liaison", unit) for _ in range(2)]

    def write(person):
        return lambda: builders.mark(
            Sheet.objects.get(pk=sheet.pk), item, person, "unmet", reason=person.name
        )

    outcomes = at_once(*(write(person) for person in people))
    assert kinds(outcomes) == ["StaleScore", "done"]
    winner = people[outcomes.index("done")]
    score = Score.objects.get()
    assert (score.updated_by, score.reason, score.version) == (winner, winner.name, 1)
    (stale,) = [outcome for outcome in outcomes if isinstance(outcome, scores.StaleScore)]
    assert stale.current == score


def test_rewriting_an_item_by_two_people_at_once():
    sheet = builders.self_sheet(builders.building())
    item = standard_items(sheet)[0]
    person = builders.liaison(sheet.assessment.site)
    builders.mark(sheet, item, person)

    def write(level):
        return lambda: builders.mark(Sheet.objects.get(pk=sheet.pk), item, person, level, version=1)

    assert kinds(at_once(write("unmet"), write("partly"))) == ["StaleScore", "done"]
    assert Score.objects.get().version == 2


def test_two_members_submit_at_once_and_the_final_sheet_is_drawn_up_once():
    site = builders.building()
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    people = builders.members(assessment.assignment.team)
    for person in people:
        builders.fill(builders.own_sheet(assessment, person), person)

    def submit(person):
        return lambda: sheets.submit_inspector_sheet(sheet=Sheet.objects.get(author=person), by=person)

    assert at_once(*(submit(person) for person in people)) == ["done", "done"]
    assert assessment.sheets.get(role=SheetRole.FINAL).scores.count() == 43


def test_signing_twice_at_once_makes_the_findings_once():
    site = builders.building()
    builders.self_assessed(site)
    final = builders.visited(site, weak=2)

    def sign():
        with pinned(builders.datetime.date(2008, 4, 8)):
            builders.sign(Sheet.objects.get(pk=final.pk))

    outcomes = at_once(sign, sign)
    assert kinds(outcomes) == ["InvalidTransition", "done"]
    assert len(builders.findings(site)) == 2


def test_answering_twice_at_once():
    site = builders.building()
    builders.inspected(site)
    pk, person = builders.findings(site)[0].pk, builders.liaison(site)

    def answer():
        finding = next(f for f in builders.findings(site) if f.pk == pk)
        return rectification.answer(finding=finding, text="示例", files=[], by=person)

    outcomes = at_once(answer, answer)
    assert sum(isinstance(outcome, InvalidTransition) for outcome in outcomes) == 1
    assert FindingReply.objects.filter(finding=pk, kind=ReplyKind.ANSWER).count() == 1


def test_recommending_twice_at_once():
    site = factories.site(Stage.RECTIFIED)
    builders.on_site(site)
    builders.appraised(site)
    outcomes = at_once(lambda: builders.recommended(site), lambda: builders.recommended(site))
    assert sum(isinstance(outcome, WorkflowError) for outcome in outcomes) == 1
    assert site.assessments.get(round__kind=RoundKind.ACCEPTANCE).acceptances.count() == 1
    assert acceptance.on_site_sheet(site) is not None


def test_last_member_submits_while_the_other_stands_aside():
    """Whoever is quicker, the final sheet is drawn up."""
    site = builders.building()
    builders.self_assessed(site)
    assessment = builders.assigned(site, builders.team(size=3))
    first, second, third = builders.members(assessment.assignment.team)
    with builders.on("2008-04-08"):
        for person in (third, first):
            own = builders.own_sheet(assessment, person)
            builders.fill(own, person)
        sheets.submit_inspector_sheet(sheet=builders.own_sheet(assessment, third), by=third)

    def submit():
        with pinned(datetime.date(2008, 4, 8)):
            sheets.submit_inspector_sheet(sheet=Sheet.objects.get(pk=own.pk), by=first)

    def stand_aside():
        with pinned(datetime.date(2008, 4, 8)):
            recusals.recuse(user=second, site=site, reason="示例亲属")

    assert kinds(at_once(submit, stand_aside)) == ["done", "done"]
    assert assessment.sheets.filter(role=SheetRole.FINAL).count() == 1


def test_round_opened_by_two_at_once_is_opened_once():
    programme, office = factories.programme(), builders.office()

    def open_it():
        rounds.open_round(
            programme=programme,
            kind=RoundKind.RECHECK,
            title="示例复查",
            due_on=datetime.date(2008, 6, 1),
            by=office,
        )

    assert kinds(at_once(open_it, open_it)) == ["ValidationError", "done"]
    assert programme.rounds.count() == 1


def test_drawing_twice_at_once_puts_one_draw_on_record():
    team = builders.team()
    builders.building()
    assert kinds(at_once(*[lambda: builders.waiting_draw(team)] * 2)) == ["WorkflowError", "done"]
    assert Draw.objects.count() == 1


def test_draw_held_and_abandoned_at_once_is_one_of_them():
    site, by = builders.building(), builders.office()
    draw = builders.waiting_draw(builders.team())
    outcomes = at_once(
        lambda: draws.hold(draw=Draw.objects.get(pk=draw.pk), by=by),
        lambda: draws.abandon(draw=Draw.objects.get(pk=draw.pk), reason="示例", by=by),
    )
    assert kinds(outcomes) == ["WorkflowError", "done"]
    assert site.assessments.exists() == (outcomes[0] == "done")
    assert Draw.objects.get().reason == ("示例" if outcomes[1] == "done" else "")
