"""Commendations: who is on the list, who decides on what ground, and what goes out of it."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.enums import OrganisationKind, Role, SecrecyState
from accounts.models import Notification, Organisation, SecrecyReview
from accounts.services import secrecy
from accounts.services.secrecy import NotReviewed, OwnReview
from assessments.services import recusals
from documents.models import Document
from documents.papers import DocumentKind
from publicity.enums import CommendationState, Honour
from publicity.models import Commendation, CommendationLine
from publicity.services import commendations, events
from sites.calendar import pinned
from sites.enums import Stage
from sites.workflow import InvalidTransition
from tests import factories, reviewing
from tests.agreeing import resolved
from tests.publicity import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(on):
    on("2008-05-20")
    return factories.user(Role.OFFICE)


@pytest.fixture
def leader():
    return factories.user(Role.LEADING_GROUP)


@pytest.fixture
def site(office):
    return factories.site(Stage.NAMED)


@pytest.fixture
def made(site, office):
    return scene.commendation(site, by=office)


def refused(act, field=None):
    with pytest.raises(ValidationError) as error:
        act()
    return error.value.message_dict[field] if field else error.value.messages


# -- the list ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_the_office_alone_drafts(office, role):
    with pytest.raises(PermissionDenied):
        scene.commendation(by=factories.user(role))
    assert not Commendation.objects.exists()


@pytest.mark.parametrize("title", ["表彰决定", "关于表彰先进的通知", ""])
def test_its_title_is_that_of_a_decision(office, title):
    told = refused(
        lambda: commendations.draft(programme=factories.programme(), title=title, grounds="示例", by=office),
        "title",
    )
    assert "的决定" in told[0]
    assert not Commendation.objects.exists()


def test_a_site_is_put_down_with_its_unit_and_another_body_and_a_person_by_themselves(made, site, office):
    body = factories.unit()
    scene.commend(made, office, organisation=body, reason="示例组织有力")
    scene.commend_person(made, office, site.organisation)
    told = [(line.honour, line.name, line.organisation) for line in made.lines.in_order()]
    assert told == [
        (Honour.COLLECTIVE, site.window_name, site.organisation),
        (Honour.COLLECTIVE, body.name, body),
        (Honour.PERSON, "示例李某", site.organisation),
    ]


@pytest.mark.parametrize(
    "stage", [stage for stage in Stage if stage != Stage.NAMED and stage in Stage.LISTED]
)
def test_only_a_site_that_bears_the_title_unwarned_is_commended(made, office, stage):
    other = factories.site(stage)
    told = refused(lambda: scene.commend(made, office, site=other, reason="示例"), "site")
    assert str(other) in told[0]
    assert other.get_stage_display() in told[0]
    assert made.lines.count() == 1


@pytest.mark.parametrize("stage", [Stage.ACCEPTED, Stage.WARNED, Stage.REVOKED])
def test_a_unit_does_not_slip_past_its_site(made, office, stage):
    unit = factories.site(stage).organisation
    refused(lambda: scene.commend(made, office, organisation=unit, reason="示例"), "organisation")
    assert made.lines.count() == 1


def test_nobody_of_a_unit_whose_site_was_warned_is_commended(made, office):
    unit = factories.site(Stage.WARNED).organisation
    told = refused(lambda: scene.commend_person(made, office, unit), "organisation")
    assert str(unit) in told[0]


def test_nobody_stands_twice_on_a_list(made, site, office):
    told = refused(lambda: scene.commend(made, office, site=site, reason="示例"), "site")
    assert str(site.organisation) in told[0]
    scene.commend_person(made, office, site.organisation)
    told = refused(lambda: scene.commend_person(made, office, site.organisation), "person")
    assert "示例李某" in told[0]
    scene.commend_person(made, office, factories.unit())  # of another unit it is another person
    assert made.lines.count() == 3


@pytest.mark.parametrize("day", [None, datetime.date(2008, 5, 21)])
def test_a_person_without_consent_is_put_on_no_list(made, office, day):
    refused(lambda: scene.commend_person(made, office, factories.unit(), consented_on=day), "consented_on")
    refused(lambda: scene.commend_person(made, office, factories.unit(), consent=" "), "consent")
    refused(lambda: scene.commend_person(made, office, factories.unit(), post=""), "post")
    refused(lambda: scene.commend_person(made, office, factories.unit(), reason=" \n"), "reason")
    assert made.lines.count() == 1


def test_the_leading_group_does_not_commend_itself(made, office):
    own = Organisation.objects.get(kind=OrganisationKind.LEADING_GROUP)
    refused(lambda: scene.commend(made, office, organisation=own, reason="示例"), "organisation")


def test_a_line_is_changed_and_taken_off_while_it_is_a_draft(made, site, office):
    line = made.lines.get()
    words = {"site": site, "reason": "示例改写"}
    commendations.write_line(commendation=made, line=line, words=words, by=office)
    assert made.lines.get().reason == "示例改写"
    commendations.drop_line(line=line, by=office)
    assert not made.lines.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"honour": Honour.PERSON},
        {"honour": Honour.PERSON, "person": "示例", "post": "示例", "consent": "示例"},
        {"honour": Honour.PERSON, "person": "示例", "post": "示例", "consented_on": "2008-05-19"},
        {"honour": Honour.COLLECTIVE, "person": "示例"},
        {"honour": Honour.COLLECTIVE, "reason": ""},
        {"honour": Honour.COLLECTIVE, "twice": True},
    ],
)
def test_the_database_refuses_whoever_has_not_agreed_or_is_on_it_already(made, site, wrong):
    unit = site.organisation if wrong.get("twice") else factories.unit()
    fields = {name: value for name, value in wrong.items() if name != "twice"}
    with pytest.raises(IntegrityError), transaction.atomic():
        CommendationLine.objects.create(commendation=made, organisation=unit, **{"reason": "示例"} | fields)


# -- put forward, and taken back -----------------------------------------------------------------------


def test_an_empty_list_is_not_put_forward(made, office):
    made.lines.all().delete()
    assert "名单为空" in refused(lambda: commendations.put_forward(commendation=made, by=office))[0]
    made.refresh_from_db()
    assert made.is_draft


def test_what_is_put_forward_waits_for_a_review_and_for_the_leading_group(made, office, leader):
    commendations.put_forward(commendation=made, by=office)
    made.refresh_from_db()
    assert (made.state, made.put_by) == (CommendationState.PUT_FORWARD, office)
    assert SecrecyReview.objects.about("commendation", made.pk).waiting().count() == 1
    assert Notification.objects.filter(user=leader, url=made.get_absolute_url()).exists()
    assert list(Commendation.objects.waiting_for(leader)) == [made]


def test_what_is_put_forward_is_changed_no_more(made, site, office):
    scene.put_forward(made, office)
    line = made.lines.get()
    for act in (
        lambda: commendations.revise(commendation=made, title="关于示例的决定", grounds="示例", by=office),
        lambda: scene.commend(made, office, organisation=factories.unit(), reason="示例"),
        lambda: commendations.write_line(
            commendation=made, line=line, words={"site": site, "reason": "示例改写"}, by=office
        ),
        lambda: commendations.drop_line(line=line, by=office),
        lambda: commendations.put_forward(commendation=made, by=office),
    ):
        with pytest.raises(InvalidTransition):
            act()
    assert list(made.lines.values_list("reason", flat=True)) == ["示例集体事迹"]


def test_who_put_it_forward_takes_it_back_with_a_reason_until_it_is_decided(made, office):
    commendations.put_forward(commendation=made, by=office)
    with pytest.raises(PermissionDenied):
        commendations.take_back(commendation=made, reason="示例", by=factories.user(Role.OFFICE))
    refused(lambda: commendations.take_back(commendation=made, reason=" ", by=office), "reason")
    commendations.take_back(commendation=made, reason="示例写错", by=office)
    made.refresh_from_db()
    assert made.is_draft
    assert made.taken_back_why == "示例写错"
    states = set(SecrecyReview.objects.about("commendation", made.pk).values_list("state", flat=True))
    assert states == {SecrecyState.TAKEN_BACK}
    scene.decided(scene.put_forward(made, office))
    with pytest.raises(InvalidTransition):
        commendations.take_back(commendation=made, reason="示例", by=office)


# -- the decision --------------------------------------------------------------------------------------


def test_a_decision_rests_on_a_resolution_and_its_paper_goes_out(made, site, office, leader):
    scene.commend_person(made, office, factories.unit())
    scene.put_forward(made, office)
    resolution = resolved("commendation")
    commendations.decide(commendation=made, resolution=resolution, by=leader)
    made.refresh_from_db()
    resolution.refresh_from_db()
    assert (made.state, made.decided_by, made.resolution) == ("commended", leader, resolution)
    assert resolution.used_on == made.decided_on == datetime.date(2008, 5, 20)
    paper = made.decision
    assert paper.kind == DocumentKind.COMMENDATION_DECISION
    assert paper.is_public
    assert paper.title == "乌海市政务公开领导小组关于表彰示例先进的决定"
    assert paper.context["collectives"][0]["name"] == site.window_name
    assert paper.context["people"][0]["name"] == "示例李某"
    assert paper.context["addressee"] == factories.programme().addressees
    received = {receipt.organisation for receipt in paper.receipts.all()}
    assert received == {line.organisation for line in made.lines.all()}


def test_who_is_commended_is_told(made, site, leader):
    liaison, other = factories.liaison_of(site), factories.liaison_of(factories.site(Stage.NAMED))
    scene.decided(made, leader)
    told = Notification.objects.filter(url=made.get_public_url())
    assert [each.user for each in told] == [liaison]
    assert other not in {each.user for each in told}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.LEADING_GROUP])
def test_the_leading_group_alone_decides(made, office, role):
    scene.put_forward(made, office)
    with pytest.raises(PermissionDenied):
        commendations.decide(commendation=made, resolution=resolved("commendation"), by=factories.user(role))


@pytest.mark.parametrize("part", ["put forward", "drafted", "line"])
def test_who_wrote_it_or_put_it_forward_does_not_decide_whatever_the_role_is_by_now(made, office, part):
    clerk = factories.user(Role.OFFICE)
    writer = {"put forward": clerk, "drafted": office}.get(part) or factories.user(Role.OFFICE)
    if part == "line":
        scene.commend(made, writer, organisation=factories.unit(), reason="示例")
    scene.put_forward(made, clerk)
    writer.role = Role.LEADING_GROUP
    writer.save()
    with pytest.raises(PermissionDenied, match="须由他人决定"):
        commendations.decide(commendation=made, resolution=resolved("commendation"), by=writer)
    assert not Commendation.objects.waiting_for(writer).exists()


def test_a_deputy_does_not_decide_on_what_the_absent_person_wrote(made, office, leader):
    scene.put_forward(made)
    office.role = Role.LEADING_GROUP
    office.organisation = leader.organisation
    office.save()
    factories.send_away(office, leader)
    with pytest.raises(PermissionDenied, match="须由他人决定"):
        commendations.decide(commendation=made, resolution=resolved("commendation"), by=leader)


@pytest.mark.parametrize("kind", ["naming", "other", None])
def test_a_decision_names_a_resolution_of_its_kind(made, office, leader, kind):
    scene.put_forward(made, office)
    resolution = resolved(kind) if kind else None
    refused(lambda: commendations.decide(commendation=made, resolution=resolution, by=leader), "resolution")
    assert not Document.objects.filter(kind=DocumentKind.COMMENDATION_DECISION).exists()


def test_a_resolution_carries_one_commendation(made, office, leader):
    scene.put_forward(made, office)
    resolution = resolved("commendation")
    commendations.decide(commendation=made, resolution=resolution, by=leader)
    again = scene.put_forward(scene.commendation())
    refused(lambda: commendations.decide(commendation=again, resolution=resolution, by=leader), "resolution")
    with pytest.raises(InvalidTransition):
        commendations.decide(commendation=made, resolution=resolved("commendation"), by=leader)


def test_nothing_goes_out_unreviewed_or_by_who_reviewed_it(made, office, leader):
    commendations.put_forward(commendation=made, by=office)
    with pytest.raises(NotReviewed):
        commendations.decide(commendation=made, resolution=resolved("commendation"), by=leader)
    reviewing.given(SecrecyReview.objects.waiting().get(), by=leader)
    with pytest.raises(OwnReview):
        commendations.decide(commendation=made, resolution=resolved("commendation"), by=leader)
    assert secrecy.standings("commendation", [made])[made.pk].why_not == ""


def test_a_site_that_is_warned_meanwhile_stops_the_decision(office, leader):
    (named,) = scene.named()
    made = scene.put_forward(scene.commendation(named.site, by=office), office)
    scene.warned(named)
    [told] = refused(
        lambda: commendations.decide(commendation=made, resolution=resolved("commendation"), by=leader)
    )
    assert str(named.site) in told
    made.refresh_from_db()
    assert made.is_put_forward


@pytest.mark.parametrize("about", ["site", "person"])
def test_who_stood_aside_from_a_site_does_not_decide_on_a_list_with_it(made, site, office, leader, about):
    if about == "person":
        aside = factories.site(Stage.NAMED)
        scene.commend_person(made, office, aside.organisation)
    else:
        aside = site
    scene.put_forward(made, office)
    recusals.recuse(user=leader, site=aside, reason="示例")
    assert not Commendation.objects.visible_to(leader).exists()
    with pytest.raises(PermissionDenied):
        commendations.decide(commendation=made, resolution=resolved("commendation"), by=leader)


def test_who_stood_aside_from_a_site_puts_nobody_of_it_on_a_list(made, office):
    aside = factories.site(Stage.NAMED)
    recusals.recuse(user=office, site=aside, reason="示例", by=factories.user(Role.OFFICE))
    refused(lambda: scene.commend(made, office, site=aside, reason="示例"), "site")
    refused(lambda: scene.commend_person(made, office, aside.organisation), "organisation")


def test_the_database_refuses_one_person_and_a_decision_upon_nothing(made, office, leader):
    scene.put_forward(made, office)
    facts = {
        "state": "commended",
        "decided_on": "2008-05-20",
        "resolution": resolved("commendation"),
        "decision": scene.publish().document,
    }
    for wrong in ({"decided_by": office}, {"decided_by": leader, "resolution": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Commendation.objects.filter(pk=made.pk).update(**facts | wrong)
    Commendation.objects.filter(pk=made.pk).update(**facts | {"decided_by": leader})


def test_the_honour_ends_with_the_naming(office):
    (named,) = scene.named()
    made = scene.decided(scene.commendation(named.site, by=office))
    assert made.lines.in_order().get().ended is None
    scene.warned(named)
    with pinned(datetime.date(2008, 7, 1)):
        revocation = scene.revoked(named, why_early="示例")
    assert made.lines.in_order().get().ended == revocation


# -- its meeting ---------------------------------------------------------------------------------------


def meeting(site, made, office, **words):
    return scene.event(site, by=office, **{"kind": "commendation", "commendation": made} | words)


def test_the_article_of_the_meeting_names_the_decision_once_there_is_one(made, site, office, on):
    scene.commend_person(made, office, factories.unit())
    event = meeting(site, made, office)
    undecided = meeting(site, scene.commendation(site), office, title="示例另会")
    scene.decided(made)
    on("2008-05-22")
    for each in (event, undecided):
        came = {invitation.pk: 2 for invitation in each.invitations.all()}
        events.hold(event=each, came=came, by=office)
    text = events.write_of(event=event, by=office).text
    assert f"《{made.decision.title}》（{made.decision.full_number}）" in text
    assert "先进集体1个、先进个人1名" in text
    assert "表彰" not in events.write_of(event=undecided, by=office).text


def test_only_a_commendation_meeting_is_about_a_commendation(made, site, office):
    refused(lambda: meeting(site, made, office, kind="exchange"), "kind")
    event = meeting(site, None, office)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(event).objects.filter(pk=event.pk).update(kind="exchange", commendation=made)


def test_who_stood_aside_neither_reads_nor_drops_what_a_meeting_is_about(made, site, office):
    other = factories.site(Stage.NAMED)
    event = meeting(other, made, office)
    aside = factories.user(Role.OFFICE)
    recusals.recuse(user=aside, site=site, reason="示例")
    refused(lambda: meeting(other, made, aside), "commendation")
    words = scene.EVENT | {"kind": "commendation", "title": "示例改名"}
    events.revise(event=event, words=words, sites=[other], invited=[other.organisation], by=aside)
    event.refresh_from_db()
    assert (event.title, event.commendation) == ("示例改名", made)
