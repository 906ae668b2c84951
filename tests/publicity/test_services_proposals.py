"""Rechecks the portal proposes by the rulebook: which, until when, and what the office says to them."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.enums import Role
from assessments.services import recusals
from publicity.models import DrawnSite, Recheck, RecheckDecline, RecheckDraw
from publicity.recheck_proposals import PROPOSALS, proposals, proposals_of, to_draw
from publicity.services import proposals as services
from publicity.services import tracking
from sites.calendar import pinned
from sites.models import Programme
from sites.workflow import WorkflowError
from standards.models import Rulebook
from tests import factories
from tests.at_once import at_once, kinds, on_both
from tests.publicity import scene

pytestmark = pytest.mark.django_db

# Named on 13 May 2008: by the rulebook's twelve months rechecked until 13 May 2009.
NAMED, LAST = "2008-05-13", "2009-05-13"


def day(text):
    return datetime.date.fromisoformat(text)


@pytest.fixture
def named(on):
    on(NAMED)
    return scene.named()[0]


@pytest.fixture
def six(on):
    on("2008-06-02")
    return scene.named(*scene.accepted(6))


def by_rulebook(**numbers):
    """The programme goes by a rulebook with these numbers."""
    book = Rulebook.objects.get()
    book.pk, book.version, book.state = None, 2, "draft"
    for name, value in numbers.items():
        setattr(book, name, value)
    book.save()
    Programme.objects.update(rulebook=book)


def proposed(naming, reader):
    return [(row.origin, row.due_on.isoformat()) for row in proposals_of(naming, reader)]


def ground(naming, reader):
    (row,) = proposals_of(naming, reader)
    return row.ground


def accept(naming, by, due, upon=None):
    upon = upon or ground(naming, by)
    return services.accept(naming=naming, ground=upon, due_on=day(due), by=by)


def decline(naming, by, upon=None, text="示例理由"):
    return services.decline(naming=naming, ground=upon or ground(naming, by), text=text, by=by)


def draw(by):
    return services.draw_share(programme=factories.programme(), by=by)


# -- the rulebook's months ---------------------------------------------------------------------


def test_recheck_is_proposed_a_month_before_its_day_and_late_after_it(named, office, on):
    for today, is_there, is_late in [
        ("2009-04-12", False, False),
        ("2009-04-13", True, False),
        (LAST, True, False),
        ("2009-05-14", True, True),
    ]:
        on(today)
        assert proposed(named, office) == ([("regular", LAST)] if is_there else []), today
        assert [row.is_late for row in proposals_of(named, office)] == [is_late] * is_there, today


def test_months_count_from_the_last_visit_not_from_when_it_was_put_on_file(named, office, on):
    on("2008-09-05")
    scene.rechecked(named, on="2008-08-31", is_met=True)
    on("2009-08-31")
    assert proposed(named, office) == [("regular", "2009-08-31")]


def test_months_are_the_rulebooks_the_programme_goes_by_and_end_with_the_month(named, office, on):
    by_rulebook(recheck_months=6)
    on("2008-09-05")
    scene.rechecked(named, on="2008-08-31", is_met=True)
    on("2009-02-10")
    assert proposed(named, office) == [("regular", "2009-02-28")]


def test_recheck_counted_from_a_leap_day_is_due_on_the_last_of_february(named, office, on):
    by_rulebook(recheck_months=24)
    on("2012-02-29")
    scene.rechecked(named, is_met=True)
    on("2014-02-20")
    assert proposed(named, office) == [("regular", "2014-02-28")]


def test_warned_revoked_and_waited_for_sites_are_not_proposed(six, office, on):
    is_warned, is_revoked, waits = six[:3]
    scene.warned(is_warned, working_days=1)
    scene.warned(is_revoked, working_days=1)
    on("2008-06-10")
    scene.revoked(is_revoked)
    on("2009-05-20")
    tracking.plan_recheck(naming=waits, due_on=day("2009-05-25"), by=office)
    found = PROPOSALS.rows(proposals(office, factories.programme()))
    assert {row.spot for row in found} == {naming.pk for naming in six[3:]}


def test_lifted_warning_rests_on_a_recheck_and_counts_from_it(named, office, on):
    scene.warned(named, working_days=1)
    on("2008-05-20")
    scene.rechecked(named, is_met=True)
    scene.restored(named)
    on("2009-05-20")
    assert proposed(named, office) == [("regular", "2009-05-20")]


def test_accepted_proposal_is_a_recheck_that_waits_and_nothing_is_proposed_any_more(named, office, on):
    on("2009-05-04")
    recheck = accept(named, office, LAST)
    assert (recheck.origin, recheck.due_on, recheck.planned_by) == ("regular", day(LAST), office)
    assert proposals_of(named, office) == []
    on("2009-05-12")
    scene.rechecked(named, office, is_met=True)
    recheck.refresh_from_db()
    assert recheck.result is not None
    assert proposals_of(named, office) == []


@pytest.mark.parametrize(
    ("today", "due", "is_good"),
    [
        ("2009-04-20", "2009-05-14", False),
        ("2009-04-20", "2009-04-19", False),
        ("2009-04-20", LAST, True),
        ("2009-05-20", "2009-06-04", True),  # ten working days after 20 May: 28 May is 端午
        ("2009-05-20", "2009-08-01", False),
    ],
)
def test_day_is_no_later_than_the_rulebook_has_it_and_near_where_it_is_late(
    named, office, on, today, due, is_good
):
    on(today)
    if is_good:
        assert accept(named, office, due).due_on == day(due)
        return
    with pytest.raises(ValidationError) as error:
        accept(named, office, due)
    assert list(error.value.error_dict) == ["due_on"]
    assert not Recheck.objects.exists()


def test_planning_far_ahead_does_not_put_the_regular_recheck_off(named, office):
    with pytest.raises(ValidationError) as error:
        tracking.plan_recheck(naming=named, due_on=day("2009-05-14"), by=office)
    assert list(error.value.error_dict) == ["due_on"]
    assert tracking.plan_recheck(naming=named, due_on=day(LAST), by=office).due_on == day(LAST)


def test_declined_keeps_the_reason_and_leaves_the_site_late_when_its_day_is_over(named, office, on):
    on("2009-05-04")
    said = decline(named, office, text=" 示例窗口迁址 ")
    assert (said.text, said.by, said.on, said.since) == (
        "示例窗口迁址",
        office,
        day("2009-05-04"),
        day(NAMED),
    )
    (row,) = proposals_of(named, office)
    assert (row.declined, row.waits) == (said.pk, False)
    on("2009-05-14")
    (row,) = proposals_of(named, office)
    assert (row.declined, row.waits, row.is_late) == (said.pk, True, True)
    assert accept(named, office, "2009-05-20").origin == "regular"


def test_declined_twice_is_refused_with_who_said_why_and_when(named, office, on):
    on("2009-05-04")
    upon = ground(named, office)
    decline(named, office)
    with pytest.raises(WorkflowError, match="2009年5月4日"):
        decline(named, factories.user(Role.OFFICE), upon)
    assert RecheckDecline.objects.count() == 1


def test_decline_holds_for_its_own_year_alone(named, office, on):
    on("2009-05-04")
    decline(named, office)
    scene.rechecked(named, office, is_met=True)
    on("2010-05-04")
    (row,) = proposals_of(named, office)
    assert (row.due_on, row.declined) == (day("2010-05-04"), None)


def test_nothing_is_answered_while_a_recheck_waits_or_without_a_reason_or_when_it_is_gone(named, office, on):
    on("2009-05-04")
    upon = ground(named, office)
    with pytest.raises(ValidationError) as error:
        decline(named, office, text=" ")
    assert list(error.value.error_dict) == ["text"]
    tracking.plan_recheck(naming=named, due_on=day("2009-05-08"), by=office)
    for answer in (lambda: accept(named, office, "2009-05-10", upon), lambda: decline(named, office, upon)):
        with pytest.raises(WorkflowError, match="2009年5月8日"):
            answer()
    scene.rechecked(named, office, is_met=True)
    for answer in (lambda: accept(named, office, "2009-05-10", upon), lambda: decline(named, office, upon)):
        with pytest.raises(WorkflowError, match="这项复查建议已经失效"):
            answer()
    assert not RecheckDecline.objects.exists()


@pytest.mark.parametrize("wrong", ["", "regular", "regular-1", "drawn-1", "planned-20080513", "x" * 300])
def test_ground_that_there_is_not_is_refused(named, office, on, wrong):
    on("2009-05-04")
    with pytest.raises(WorkflowError):
        services.accept(naming=named, ground=wrong, due_on=day(LAST), by=office)
    assert not Recheck.objects.exists()


def test_answers_are_the_offices_and_nobodys_who_stood_aside(named, office, leader, on):
    on("2009-05-04")
    upon = ground(named, office)
    for person in (leader, factories.user(Role.DISTRICT), factories.liaison_of(named.site)):
        for answer in (accept, decline):
            with pytest.raises(PermissionDenied):
                answer(named, person, *(["2009-05-10"] if answer is accept else []), upon)
        with pytest.raises(PermissionDenied):
            draw(person)
    aside = factories.user(Role.OFFICE)
    recusals.recuse(user=aside, site=named.site, reason="示例亲属")
    assert proposals_of(named, aside) == []
    with pytest.raises(WorkflowError):
        accept(named, aside, "2009-05-10", upon)


def test_unit_learns_of_no_proposal_and_a_district_of_its_own(named, office, on):
    on("2009-05-04")
    assert proposals_of(named, factories.liaison_of(named.site)) == []
    assert proposals_of(named, factories.user(Role.AUDITOR)) == []
    assert len(proposals_of(named, office)) == 1


# -- the share that is drawn -------------------------------------------------------------------


def test_share_is_drawn_once_a_period_and_proposed_until_its_last_day(six, office, on):
    made = draw(office)
    assert (made.period_from, made.period_to) == (day("2008-01-01"), day("2008-06-30"))
    assert made.wanted == 2  # 30% of six
    came_to = set(DrawnSite.objects.values_list("naming__plaque_number", flat=True))
    assert came_to == set(tracking.drawn(made))
    found = PROPOSALS.rows(proposals(office, factories.programme()))
    assert {(row.origin, row.due_on, row.draw) for row in found} == {("drawn", day("2008-06-30"), made.pk)}
    assert not Recheck.objects.exists()
    with pytest.raises(WorkflowError, match="2008年6月2日"):
        draw(factories.user(Role.OFFICE))
    on("2008-07-01")
    assert draw(office).period_from == day("2008-07-01")


def test_database_keeps_one_draw_a_period_and_no_drawn_site_is_taken_out(six, office):
    made = draw(office)
    with pytest.raises(IntegrityError), transaction.atomic():
        RecheckDraw.objects.create(
            programme=made.programme,
            seed="示例",
            pool=[],
            wanted=1,
            drawn_by=office,
            drawn_on=made.drawn_on,
            period_from=made.period_from,
            period_to=made.period_to,
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        made.drawn_sites.all().delete()


def test_drawn_site_that_is_accepted_is_a_recheck_of_its_draw(six, office):
    made = draw(office)
    naming = made.drawn_sites.first().naming
    recheck = accept(naming, office, "2008-06-20")
    assert (recheck.origin, recheck.draw) == ("drawn", made)
    assert proposals_of(naming, office) == []


def test_visit_before_the_draw_does_not_answer_it_and_one_since_does(six, office, on):
    on("2008-06-05")
    naming = draw(office).drawn_sites.first().naming
    scene.rechecked(naming, on="2008-06-04", is_met=True)
    assert [row.origin for row in proposals_of(naming, office)] == ["drawn"]
    scene.rechecked(naming, on="2008-06-05", is_met=True)
    assert proposals_of(naming, office) == []


def test_drawn_site_that_is_declined_is_asked_about_no_more(six, office, on):
    naming = draw(office).drawn_sites.first().naming
    decline(naming, office)
    on("2008-07-02")
    (row,) = proposals_of(naming, office)
    assert (row.origin, row.waits) == ("drawn", False)


@pytest.mark.parametrize(("percent", "wanted"), [(100, 6), (1, 1), (50, 3)])
def test_share_is_of_all_that_bear_the_title(six, office, percent, wanted):
    by_rulebook(recheck_draw_percent=percent)
    assert draw(office).wanted == wanted


def test_share_of_none_is_not_drawn_and_asked_for_by_nobody(six, office):
    by_rulebook(recheck_draw_percent=0)
    assert not to_draw(Programme.objects.all()).exists()
    with pytest.raises(WorkflowError):
        draw(office)
    assert not RecheckDraw.objects.exists()


def test_share_is_no_more_than_can_be_drawn(six, office):
    by_rulebook(recheck_draw_percent=100)
    tracking.plan_recheck(naming=six[0], due_on=day("2008-06-10"), by=office)
    scene.warned(six[1])
    recusals.recuse(user=office, site=six[2].site, reason="示例亲属")
    made = draw(office)
    assert {place["code"] for place in made.pool} == {naming.plaque_number for naming in six[3:]}
    assert made.wanted == 3


def test_nothing_to_draw_from_is_said_and_asked_for_by_nobody(named, office):
    tracking.plan_recheck(naming=named, due_on=day("2008-06-10"), by=office)
    assert not to_draw(Programme.objects.all()).exists()
    with pytest.raises(WorkflowError):
        draw(office)


@pytest.mark.parametrize(
    ("draws", "today", "last"),
    [(1, "2008-06-02", "2008-12-31"), (3, "2008-06-02", "2008-08-31"), (4, "2009-02-28", "2009-03-31")],
)
def test_draw_to_be_made_has_the_last_day_of_its_part_of_the_year(six, office, on, draws, today, last):
    by_rulebook(recheck_draws_a_year=draws)
    on(today)
    assert list(to_draw(Programme.objects.all()).values_list("draw_by", flat=True)) == [day(last)]
    draw(office)
    assert not to_draw(Programme.objects.all()).exists()


@on_both
@pytest.mark.django_db(transaction=True)
def test_two_who_draw_at_once_draw_once(database, on):
    on("2008-06-02")
    scene.named(*scene.accepted(3))
    people = [factories.user(Role.OFFICE) for _ in range(2)]
    outcomes = at_once(*(lambda by=by: draw(by) for by in people))
    assert kinds(outcomes) == ["WorkflowError", "done"]
    assert RecheckDraw.objects.count() == 1


@on_both
@pytest.mark.django_db(transaction=True)
def test_two_who_answer_at_once_answer_once(database, on):
    on(NAMED)
    (naming,) = scene.named()
    first, second = (factories.user(Role.OFFICE) for _ in range(2))
    on("2009-05-04")
    upon = ground(naming, first)
    outcomes = at_once(lambda: decline(naming, first, upon), lambda: decline(naming, second, upon))
    assert kinds(outcomes) == ["WorkflowError", "done"]
    outcomes = at_once(
        lambda: accept(naming, first, "2009-05-10", upon), lambda: accept(naming, second, "2009-05-11", upon)
    )
    assert kinds(outcomes) == ["WorkflowError", "done"]
    assert Recheck.objects.count() == RecheckDecline.objects.count() == 1


# -- complaints --------------------------------------------------------------------------------


def test_complaint_has_the_rulebooks_days_and_is_answered_by_the_recheck_it_starts(named, office):
    by_rulebook(recheck_prompt_days=3)
    note = scene.complained(named)
    assert note.recheck_by == day("2008-05-16")
    assert Recheck.objects.get().due_on == day("2008-05-16")
    assert proposals_of(named, office) == []
    scene.rechecked(named)
    assert proposals_of(named, office) == []


def test_complaint_is_proposed_where_the_visit_that_was_put_on_file_came_before_it(named, office, leader, on):
    on("2008-05-20")
    note = scene.complained(named)
    scene.rechecked(named, on="2008-05-19", is_met=True)  # ends the recheck the complaint started
    assert proposed(named, office) == proposed(named, leader) == [("complaint", note.recheck_by.isoformat())]
    assert proposals_of(named, factories.user(Role.DISTRICT)) == []
    recheck = accept(named, office, "2008-05-26")
    assert (recheck.origin, recheck.complaint) == ("complaint", note)
    with pinned(day("2008-05-21")):
        scene.rechecked(named, is_met=True)
    assert proposals_of(named, office) == []


def test_complaint_that_is_declined_keeps_the_reason(named, office, on):
    on("2008-05-20")
    scene.complained(named)
    scene.rechecked(named, on="2008-05-19", is_met=True)
    said = decline(named, office)
    assert said.complaint is not None
    (row,) = proposals_of(named, office)
    assert row.waits is False
    assert not RecheckDecline.objects.visible_to(factories.user(Role.DISTRICT)).exists()
    scene.complained(named, "示例又一投诉")
    scene.rechecked(named, on="2008-05-19", is_met=True)
    assert [row.waits for row in proposals_of(named, office)] == [False, True]
