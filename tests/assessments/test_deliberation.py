"""合议: what is disputed, what is argued, proposed and answered, and what becomes of it."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import Role
from accounts.models import Notification
from assessments.enums import ScoreLevel, SheetRole
from assessments.marks import standard_items
from assessments.models import Argument, Deliberation, Proposal, ProposalAnswer, Score, ScoreEntry, Sheet
from assessments.services import deliberation as services
from assessments.services import recusals, scores, sheets
from sites.enums import Stage
from sites.workflow import InvalidTransition
from standards.enums import Kind
from tests import factories
from tests.assessments import builders
from tests.at_once import at_once

pytestmark = pytest.mark.django_db


# -- what is disputed -------------------------------------------------------


@pytest.fixture
def site(on):
    on("2008-04-08")
    made = builders.building()
    builders.self_assessed(made)
    return made


@pytest.fixture
def final(site):
    """Two members; the second has the first two items by half only."""
    return builders.apart(site, 0, 2)


def people(final: Sheet):
    return builders.members(final.assessment.assignment.team)


def first_of(final: Sheet) -> Deliberation:
    return final.deliberations.select_related("item__section").first()


def propose(about: Deliberation, by, **more) -> Proposal:
    values = {"level": "partly", "points": None, "reason": "示例理由", **more}
    return services.propose(deliberation=about, by=by, **values)


def agree(proposal: Proposal, by, *, agrees: bool = True, text: str = "") -> ProposalAnswer:
    return services.answer(proposal=proposal, agrees=agrees, text=text, by=by)


def test_what_is_agreed_is_taken_over_and_what_lies_too_far_apart_is_disputed(final):
    items = standard_items(final)
    assert [(each.item, each.gap, each.settled_on) for each in final.deliberations.all()] == [
        (items[0], 50, None),
        (items[1], 50, None),
    ]
    assert {score.item_id for score in final.scores.all()} == {item.pk for item in items[2:]}
    leader, member = people(final)
    told = Notification.objects.filter(url=f"/desk/sheets/{final.pk}/deliberation/")
    assert {notice.user for notice in told} == {leader, member}


def test_marks_taken_over_have_their_entry(final):
    entries = ScoreEntry.objects.filter(sheet=final)
    assert entries.count() == final.scores.count() == 41
    assert set(entries.values_list("by", "version")) == {(people(final)[0].pk, 1)}


def test_less_than_the_gap_is_no_dispute(site):
    final = builders.nearly_apart(site)
    assert not final.deliberations.exists()
    assert final.scores.count() == 42


def test_inapplicable_against_points_is_disputed():
    site = builders.building(kind=Kind.SERVICE)
    builders.self_assessed(site)
    made = builders.team()
    assessment = builders.assigned(site, made)
    for number, person in enumerate(builders.members(made)):
        sheet = builders.own_sheet(assessment, person)
        builders.fill(sheet, person)
        item = next(item for item in standard_items(sheet) if item.may_be_inapplicable)
        if number:
            sheet.scores.filter(item=item).update(level="inapplicable", points=0, reason="示例")
        with builders.on("2008-04-08"):
            sheets.submit_inspector_sheet(sheet=sheet, by=person)
    assert [(each.item, each.gap) for each in Deliberation.objects.all()] == [(item, 100)]


def test_disputed_item_takes_its_mark_from_the_deliberation_alone(final):
    leader, _member = people(final)
    with pytest.raises(InvalidTransition):
        builders.mark(final, first_of(final).item, leader, reason="示例")
    propose(first_of(final), leader)
    agree(Proposal.objects.get(), people(final)[1])
    with pytest.raises(InvalidTransition):
        builders.mark(final, first_of(final).item, leader, version=1, reason="示例")


# -- arguing, proposing, answering ------------------------------------------


def test_argument_is_kept_once(final):
    _leader, member = people(final)
    for _ in range(2):
        services.argue(deliberation=first_of(final), text=" 有照片为证 ", by=member)
    assert [(said.text, said.by, str(said.on)) for said in Argument.objects.all()] == [
        ("有照片为证", member, "2008-04-08")
    ]
    with pytest.raises(ValidationError):
        services.argue(deliberation=first_of(final), text="  ", by=member)


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADING_GROUP, Role.INSPECTOR, Role.LIAISON])
def test_only_members_deliberate(final, role):
    stranger = factories.user(role)
    proposal = propose(first_of(final), people(final)[0])
    with pytest.raises(PermissionDenied):
        services.argue(deliberation=first_of(final), text="示例", by=stranger)
    with pytest.raises(PermissionDenied):
        propose(first_of(final), stranger)
    with pytest.raises(PermissionDenied):
        agree(proposal, stranger)


def test_only_who_leads_proposes(final):
    with pytest.raises(PermissionDenied):
        propose(first_of(final), people(final)[1])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"level": "met", "reason": ""}, "reason"),
        ({"points": Decimal(99)}, "points"),
        ({"level": "inapplicable"}, "level"),
        ({"level": "nonsense"}, "level"),
    ],
)
def test_proposal_is_checked_as_any_mark(final, wrong, field):
    with pytest.raises(ValidationError) as refused:
        propose(first_of(final), people(final)[0], **wrong)
    assert list(refused.value.error_dict) == [field]
    assert not Proposal.objects.exists()


def test_mark_is_written_once_every_member_agreed(final):
    leader, member = people(final)
    about = first_of(final)
    proposal = propose(about, leader)
    about.refresh_from_db()
    assert about.is_open
    assert not final.scores.filter(item=about.item).exists()
    agree(proposal, member)
    about.refresh_from_db()
    score = final.scores.get(item=about.item)
    assert str(about.settled_on) == "2008-04-08"
    assert (score.level, score.points, score.reason, score.updated_by) == (
        ScoreLevel.PARTLY,
        about.item.points / 2,
        "示例原因",
        leader,
    )
    assert final.entries.get(item=about.item).version == score.version == 1


def test_consent_of_the_proposer_counts(final):
    leader, _member = people(final)
    proposal = propose(first_of(final), leader)
    assert [(given.by, given.agrees) for given in proposal.answers.all()] == [(leader, True)]


def test_disagreement_needs_a_reason_and_keeps_it_open(final):
    leader, member = people(final)
    proposal = propose(first_of(final), leader)
    with pytest.raises(ValidationError) as refused:
        agree(proposal, member, agrees=False)
    assert list(refused.value.error_dict) == ["text"]
    agree(proposal, member, agrees=False, text="内容未更新")
    assert first_of(final).is_open
    assert Notification.objects.filter(user=leader, url=first_of(final).get_absolute_url()).exists()


def test_answer_is_given_once(final):
    _leader, member = people(final)
    proposal = propose(first_of(final), people(final)[0])
    first = agree(proposal, member, agrees=False, text="不妥")
    assert agree(proposal, member, agrees=False, text="不妥") == first
    with pytest.raises(InvalidTransition):
        agree(proposal, member)
    assert proposal.answers.count() == 2


def test_new_proposal_takes_the_earlier_ones_place(final):
    leader, member = people(final)
    earlier = propose(first_of(final), leader, level="met", reason="齐全")
    agree(earlier, member, agrees=False, text="不妥")
    later = propose(first_of(final), leader)
    third = builders.factories.user(Role.INSPECTOR)
    assert (earlier.ordinal, later.ordinal) == (1, 2)
    with pytest.raises(PermissionDenied):
        agree(earlier, third)
    agree(later, member)
    assert final.scores.get(item=first_of(final).item).level == ScoreLevel.PARTLY


def test_superseded_proposal_takes_no_answer(final):
    leader, member = people(final)
    earlier = propose(first_of(final), leader, level="met", reason="齐全")
    propose(first_of(final), leader)
    with pytest.raises(InvalidTransition):
        agree(earlier, member)


def test_same_proposal_sent_twice_is_one(final):
    leader, member = people(final)
    assert propose(first_of(final), leader) == propose(first_of(final), leader)
    agree(Proposal.objects.get(), member, agrees=False, text="不妥")
    propose(first_of(final), leader)
    assert Proposal.objects.count() == 2


def test_settled_item_is_opened_by_a_new_proposal(final):
    leader, member = people(final)
    agree(propose(first_of(final), leader), member)
    later = propose(first_of(final), leader, level="unmet", reason="复核未见")
    about = first_of(final)
    assert about.is_open
    assert final.scores.get(item=about.item).level == ScoreLevel.PARTLY
    with pytest.raises(ValidationError, match=about.item.code):
        builders.sign(final)
    agree(later, member)
    score = final.scores.get(item=about.item)
    assert (score.level, score.version) == (ScoreLevel.UNMET, 2)
    assert list(final.entries.filter(item=about.item).values_list("version", flat=True)) == [1, 2]


def test_leader_is_told_once_everything_is_settled(final):
    leader, member = people(final)
    ready = Notification.objects.filter(user=leader, url=final.get_absolute_url())
    first, second = final.deliberations.all()
    agree(propose(first, leader), member)
    assert not ready.exists()
    agree(propose(second, leader), member)
    assert ready.count() == 1


# -- signing ----------------------------------------------------------------


def test_signing_waits_for_the_deliberation(final, site):
    leader, member = people(final)
    first, second = final.deliberations.all()
    agree(propose(first, leader, level="met"), member)
    with pytest.raises(ValidationError, match=second.item.code):
        builders.sign(final)
    agree(propose(second, leader, level="met"), member)
    builders.sign(final)
    site.refresh_from_db()
    assert site.stage == Stage.RECTIFIED


def test_nothing_is_said_after_the_signature(final):
    leader, member = people(final)
    for about in final.deliberations.all():
        agree(propose(about, leader, level="met"), member)
    builders.sign(final)
    for act in (
        lambda: services.argue(deliberation=first_of(final), text="示例", by=member),
        lambda: propose(first_of(final), leader),
        lambda: agree(Proposal.objects.first(), member, agrees=False, text="示例"),
    ):
        with pytest.raises(InvalidTransition):
            act()


# -- members who come and go ------------------------------------------------


def test_those_who_stay_decide_when_a_member_stands_aside(site):
    final = builders.apart(site, 0, 1, 1)
    leader, second, third = people(final)
    proposal = propose(first_of(final), leader)
    agree(proposal, second)
    assert first_of(final).is_open
    recusals.recuse(user=third, site=site, reason="示例")
    assert not first_of(final).is_open
    assert final.scores.get(item=first_of(final).item).level == ScoreLevel.PARTLY


def test_disagreement_of_who_stands_aside_counts_no_more(site):
    final = builders.apart(site, 0, 1, 1)
    leader, second, third = people(final)
    proposal = propose(first_of(final), leader)
    agree(proposal, third, agrees=False, text="不妥")
    agree(proposal, second)
    assert first_of(final).is_open
    recusals.recuse(user=third, site=site, reason="示例")
    assert not first_of(final).is_open


def test_next_member_leads_when_the_leader_stands_aside(final, site):
    leader, member = people(final)
    propose(first_of(final), leader)
    recusals.recuse(user=leader, site=site, reason="示例")
    assert first_of(final).is_open
    propose(first_of(final), member, level="met")
    score = final.scores.get(item=first_of(final).item)
    assert (score.level, score.updated_by) == (ScoreLevel.MET, member)


def test_member_who_joins_late_may_dispute_what_was_agreed(final):
    leader, member = people(final)
    late = factories.user(Role.INSPECTOR)
    final.assessment.assignment.team.members.create(user=late)
    proposal = propose(first_of(final), leader)
    agree(proposal, member)
    assert first_of(final).is_open
    with pytest.raises(PermissionDenied):
        agree(proposal, late)
    sheet = builders.own_sheet(final.assessment, late)
    builders.fill(sheet, late, weak=3)
    sheets.submit_inspector_sheet(sheet=sheet, by=late)
    assert final.deliberations.count() == 3
    agree(proposal, late)
    assert not first_of(final).is_open


def test_item_marked_before_it_was_disputed_waits_for_the_deliberation(final, site):
    """What a late member disputes had its mark already; the signature waits all the same."""
    leader, member = people(final)
    for about in final.deliberations.all():
        agree(propose(about, leader, level="met"), member)
    late = factories.user(Role.INSPECTOR)
    final.assessment.assignment.team.members.create(user=late)
    sheet = builders.own_sheet(final.assessment, late)
    builders.fill(sheet, late, weak=3)
    sheets.submit_inspector_sheet(sheet=sheet, by=late)
    third = standard_items(final)[2]
    with pytest.raises(ValidationError, match=third.code):
        builders.sign(final)
    assert final.scores.get(item=third).level == ScoreLevel.MET


def test_inapplicable_by_agreement_still_waits_for_the_office():
    site = builders.building(kind=Kind.SERVICE)
    builders.self_assessed(site)
    final = builders.visited(site)
    leader, member = people(final)
    item = next(item for item in standard_items(final) if item.may_be_inapplicable)
    about = Deliberation.objects.create(sheet=final, item=item, gap=100, opened_on="2008-04-08")
    agree(propose(about, leader, level="inapplicable"), member)
    with pytest.raises(ValidationError):
        builders.sign(final)
    scores.consent_inapplicable(score=final.scores.get(item=item), by=builders.office())
    builders.sign(final)


@pytest.mark.django_db(transaction=True)
def test_last_two_answers_at_once_settle_it_once(on):
    on("2008-04-08")
    site = builders.building()
    builders.self_assessed(site)
    final = builders.apart(site, 0, 1, 1)
    leader, second, third = people(final)
    proposal = propose(first_of(final), leader)

    def answering(person):
        return lambda: agree(Proposal.objects.get(pk=proposal.pk), person)

    outcomes = at_once(answering(second), answering(third))
    assert all(isinstance(outcome, ProposalAnswer) for outcome in outcomes)
    assert not first_of(final).is_open
    assert Score.objects.get(sheet__role=SheetRole.FINAL, item=first_of(final).item).version == 1
    assert ScoreEntry.objects.filter(sheet=final, item=first_of(final).item).count() == 1


@pytest.mark.django_db(transaction=True)
def test_answer_sent_twice_at_once_is_given_once(on):
    on("2008-04-08")
    site = builders.building()
    builders.self_assessed(site)
    final = builders.apart(site, 0, 1)
    leader, member = people(final)
    proposal = propose(first_of(final), leader)

    def verb():
        return agree(Proposal.objects.get(pk=proposal.pk), member)

    first, second = at_once(verb, verb)
    assert first == second
    assert proposal.answers.count() == 2
    assert Score.objects.get(sheet=final, item=first_of(final).item).version == 1


@pytest.mark.django_db(transaction=True)
def test_two_members_submit_at_once_and_each_dispute_is_opened_once(on):
    on("2008-04-08")
    site = builders.building()
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    members = builders.members(assessment.assignment.team)
    for number, person in enumerate(members):
        builders.fill(builders.own_sheet(assessment, person), person, weak=2 * number)

    def submit(person):
        return lambda: sheets.submit_inspector_sheet(sheet=Sheet.objects.get(author=person), by=person)

    assert at_once(*(submit(person) for person in members)) == ["done", "done"]
    final = assessment.sheets.get(role=SheetRole.FINAL)
    assert [each.item for each in final.deliberations.all()] == standard_items(final)[:2]
    assert Notification.objects.filter(url=f"/desk/sheets/{final.pk}/deliberation/").count() == 2
