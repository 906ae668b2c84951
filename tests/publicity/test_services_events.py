"""Meetings: who plans, who answers until when, who came, and the article of it."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import OrganisationKind, Role
from accounts.models import Notification
from assessments.services import recusals
from core.stored import opened
from publicity.enums import EventState, InvitationAnswer
from publicity.models import Event, Invitation
from publicity.services import events
from sites.enums import Stage
from sites.workflow import InvalidTransition
from tests import factories
from tests.assessments import photos
from tests.publicity import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(on):
    on("2008-05-12")
    return factories.user(Role.OFFICE)


@pytest.fixture
def site(office):
    return factories.site(Stage.NAMED)


@pytest.fixture
def event(site, office):
    return scene.event(site, by=office)


def answered(event, site, *, by=None, answer=InvitationAnswer.COMING, people="示例张三", note=""):
    events.answer(
        invitation=event.invitations.get(organisation=site.organisation),
        answer=answer,
        people=people,
        note=note,
        by=by or factories.liaison_of(site),
    )
    return event.invitations.get(organisation=site.organisation)


def changed(event, by, *, invited=None, **words):
    organisations = [each.organisation for each in event.invitations.all()] if invited is None else invited
    events.revise(
        event=event, words=scene.EVENT | words, sites=list(event.sites.all()), invited=organisations, by=by
    )
    event.refresh_from_db()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_the_office_alone_plans(site, role):
    with pytest.raises(PermissionDenied):
        scene.event(site, by=factories.user(role))
    assert not Event.objects.exists()


def test_who_is_invited_is_told_and_sees_the_meeting_and_nobody_else(event, site):
    liaison, other = factories.liaison_of(site), factories.liaison_of(factories.site(Stage.NAMED))
    assert list(Event.objects.visible_to(liaison)) == [event]
    assert not Event.objects.visible_to(other).exists()
    assert not Event.objects.visible_to(factories.user(Role.INSPECTOR)).exists()


def test_invited_people_read_when_and_where(site, office):
    liaison = factories.liaison_of(site)
    scene.event(site, by=office)
    told = Notification.objects.get(user=liaison)
    assert "示例经验交流会" in told.about["title"]
    assert told.about["place"] == "示例会议室"


def test_a_meeting_of_a_past_day_is_refused_at_its_field(site, office):
    with pytest.raises(ValidationError) as refused:
        scene.event(site, by=office, held_on=datetime.date(2008, 5, 9))
    assert set(refused.value.message_dict) == {"held_on"}
    assert not Event.objects.exists()


def test_nobody_is_invited_to_nothing(site, office):
    with pytest.raises(ValidationError) as refused:
        events.plan(programme=site.programme, words=scene.EVENT, sites=[], invited=[], by=office)
    assert set(refused.value.message_dict) == {"invited"}


def test_a_site_the_public_may_not_know_of_is_no_part_of_it(office, site):
    with pytest.raises(ValidationError) as refused:
        events.plan(
            programme=site.programme,
            words=scene.EVENT,
            sites=[factories.site(Stage.REVIEWED)],
            invited=[site.organisation],
            by=office,
        )
    assert set(refused.value.message_dict) == {"sites"}


def test_the_office_itself_is_not_invited(site, office):
    with pytest.raises(ValidationError):
        events.plan(
            programme=site.programme, words=scene.EVENT, sites=[], invited=[office.organisation], by=office
        )


def test_a_body_answers_for_itself_and_may_change_its_mind(event, site):
    invitation = answered(event, site)
    assert (invitation.answer, invitation.people) == (InvitationAnswer.COMING, "示例张三")
    invitation = answered(event, site, answer=InvitationAnswer.DECLINED, people="示例张三", note="示例：出差")
    assert (invitation.answer, invitation.people, invitation.note) == ("declined", "", "示例：出差")


@pytest.mark.parametrize(
    ("answer", "field"), [(InvitationAnswer.COMING, "people"), (InvitationAnswer.DECLINED, "note")]
)
def test_an_answer_says_who_comes_or_why_nobody(event, site, answer, field):
    with pytest.raises(ValidationError) as refused:
        answered(event, site, answer=answer, people=" ", note=" ")
    assert set(refused.value.message_dict) == {field}
    assert event.invitations.get().answer == InvitationAnswer.OPEN


def test_nobody_answers_for_another_body(event, site, office):
    for person in (factories.liaison_of(factories.site(Stage.NAMED)), office):
        with pytest.raises(PermissionDenied):
            answered(event, site, by=person)


def test_after_the_day_nothing_is_answered(event, site, on):
    on("2008-05-22")
    answered(event, site)
    on("2008-05-23")
    with pytest.raises(InvalidTransition):
        answered(event, site)


def test_another_day_asks_everybody_anew(event, site, office):
    answered(event, site)
    changed(event, office, agenda="示例另一议程")
    assert event.invitations.get().answer == InvitationAnswer.COMING
    changed(event, office, held_on=datetime.date(2008, 5, 23))
    invitation = event.invitations.get()
    assert (invitation.answer, invitation.answered_by) == (InvitationAnswer.OPEN, None)


def test_who_has_answered_stays_invited(event, site, office):
    other = factories.site(Stage.NAMED)
    changed(event, office, invited=[site.organisation, other.organisation])
    answered(event, site)
    with pytest.raises(ValidationError) as refused:
        changed(event, office, invited=[other.organisation])
    assert str(site.organisation) in refused.value.message_dict["invited"][0]
    changed(event, office, invited=[site.organisation])
    assert [each.organisation for each in event.invitations.all()] == [site.organisation]


def test_it_is_held_on_its_day_with_somebody_there(event, site, office, on):
    key = event.invitations.get().pk
    with pytest.raises(InvalidTransition):
        events.hold(event=event, came={key: 2}, by=office)
    on("2008-05-22")
    with pytest.raises(ValidationError):
        events.hold(event=event, came={key: 0}, by=office)
    events.hold(event=event, came={key: 2}, by=office)
    events.hold(event=event, came={key: 3}, by=office)
    event.refresh_from_db()
    assert (event.state, event.invitations.get().came) == (EventState.HELD, 3)


def test_called_off_it_is_neither_held_nor_changed(event, site, office, on):
    liaison = factories.liaison_of(site)
    events.cancel(event=event, reason="示例：场地停电", by=office)
    assert Notification.objects.filter(user=liaison).latest("pk").about["reason"] == "示例：场地停电"
    on("2008-05-22")
    for verb in (
        lambda: events.hold(event=event, came={event.invitations.get().pk: 1}, by=office),
        lambda: events.cancel(event=event, reason="示例", by=office),
        lambda: changed(event, office),
        lambda: events.add_files(event=event, files=[photos.upload()], by=office),
        lambda: answered(event, site),
    ):
        with pytest.raises(InvalidTransition):
            verb()
    event.refresh_from_db()
    assert event.state == EventState.CANCELLED


def test_the_article_begins_with_facts_sites_and_pictures(event, site, office, on):
    events.add_files(event=event, files=[photos.upload()], by=office)
    with pytest.raises(InvalidTransition):
        events.write_of(event=event, by=office)
    on("2008-05-22")
    events.hold(event=event, came={event.invitations.get().pk: 2}, by=office)
    article = events.write_of(event=event, by=office)
    assert (article.kind, article.title, article.held_on) == ("exchange", event.title, event.held_on)
    assert "1个单位2人" in article.text
    assert list(article.sites.all()) == [site]
    assert [file.name for file in article.pictures] == [event.files.get().name]
    with opened(article.pictures[0].file, article.pictures[0].sha256) as content:
        assert content.read()
    assert article.published_on is None
    with pytest.raises(InvalidTransition):
        events.write_of(event=event, by=office)


def test_a_file_that_was_taken_off_stands_again_when_it_is_added_again(event, office):
    events.add_files(event=event, files=[photos.upload()], by=office)
    file = event.files.get()
    events.take_off(file=file, by=office)
    assert not event.files.standing().exists()
    with pytest.raises(InvalidTransition):
        events.take_off(file=file, by=office)
    events.add_files(event=event, files=[photos.upload()], by=office)
    assert list(event.files.standing()) == [file]


def test_the_database_holds_to_it_too(event, office):
    wrong = (
        {"state": EventState.CANCELLED},
        {"cancelled_why": "示例"},
        {"held_on": datetime.date(2008, 5, 1)},
    )
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Event.objects.filter(pk=event.pk).update(**values)
    for values in ({"answer": "coming"}, {"answered_on": datetime.date(2008, 5, 12)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Invitation.objects.update(**values)


def test_every_kind_of_body_that_answers_has_people_who_can(office):
    assert {OrganisationKind.LEADING_GROUP, OrganisationKind.OFFICE}.isdisjoint(events.INVITED)


def test_whoever_stood_aside_from_a_site_neither_shows_nor_drops_it(client, event, site):
    other, aside = factories.site(Stage.NAMED), factories.user(Role.OFFICE)
    recusals.recuse(user=aside, site=site, reason="示例")
    client.force_login(aside)
    form = client.get(reverse("publicity_desk:event_edit", args=[event.pk])).context["form"]
    assert list(form.fields["sites"].queryset) == [other]
    page = client.get(reverse("publicity_desk:event", args=[event.pk]))
    assert list(page.context["sites"]) == []
    organisations = [site.organisation]
    with pytest.raises(ValidationError):
        events.revise(event=event, words=scene.EVENT, sites=[site], invited=organisations, by=aside)
    events.revise(event=event, words=scene.EVENT, sites=[other], invited=organisations, by=aside)
    assert set(event.sites.all()) == {site, other}
