"""命名: only after a notice without objection; the register of plaques."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import Role
from accounts.services.secrecy import NotReviewed
from documents.models import Document
from documents.papers import DocumentKind
from publicity.enums import ObjectionState
from publicity.models import Naming, Objection
from publicity.published import public_steps
from publicity.services import naming, notices
from sites.enums import Stage
from sites.models import Site
from sites.workflow import InvalidTransition
from tests import factories, reviewing
from tests.agreeing import resolved
from tests.at_once import at_once, kinds, on_both
from tests.publicity import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(on):
    """Over two sites; it ran from 5 to 12 May and is over."""
    on("2008-05-05")
    made = scene.publish(*scene.accepted(2))
    on("2008-05-13")
    return made


def sites_of(notice):
    return [entry.site for entry in notice.entries.order_by("pk")]


def test_naming_issues_one_decision_over_all_and_a_plaque_number_each(notice, leader):
    made = naming.name_sites(notice=notice, sites=sites_of(notice), resolution=resolved("naming"), by=leader)
    assert len({named.decision_id for named in made}) == 1
    assert [named.plaque_number for named in made] == ["2008-0001", "2008-0002"]
    decision = made[0].decision
    assert decision.kind == DocumentKind.NAMING_DECISION
    assert decision.is_public
    assert decision.context["notice_number"] == notice.document.full_number
    assert {site.stage for site in sites_of(notice)} == {Stage.NAMED}


def refused(notice, leader, sites=None):
    with pytest.raises(ValidationError) as error:
        naming.name_sites(
            notice=notice, sites=sites or sites_of(notice), resolution=resolved("naming"), by=leader
        )
    assert not Naming.objects.exists()
    return error.value.messages


def test_naming_on_the_last_day_of_the_notice_is_refused(notice, leader, on):
    on("2008-05-12")
    assert refused(notice, leader)


def test_naming_with_an_open_objection_is_refused_for_that_site_only(notice, leader, on):
    first, second = sites_of(notice)
    on("2008-05-06")
    scene.object_to(notice, first)
    on("2008-05-13")
    [words] = refused(notice, leader)
    assert first.window_name in words
    assert (
        len(naming.name_sites(notice=notice, sites=[second], resolution=resolved("naming"), by=leader)) == 1
    )


def test_naming_after_an_objection_that_was_not_upheld_goes_on(notice, leader, office, on):
    on("2008-05-06")
    letter = scene.object_to(notice)
    scene.take_up(letter, office)
    on("2008-05-13")
    assert refused(notice, leader)
    scene.conclude(letter, "not_upheld")
    made = naming.name_sites(notice=notice, sites=sites_of(notice), resolution=resolved("naming"), by=leader)
    rows = made[0].decision.context["sites"]
    said = {row["name"]: row["objection"] for row in rows}
    assert said.pop(letter.site.window_name) == "异议不成立"
    assert list(said.values()) == ["无异议"]


def test_naming_what_an_upheld_objection_took_off_is_refused(notice, leader, office, on):
    on("2008-05-06")
    letter = scene.object_to(notice)
    scene.conclude(letter, "upheld")
    on("2008-05-13")
    with pytest.raises(InvalidTransition):
        naming.name_sites(notice=notice, sites=sites_of(notice), resolution=resolved("naming"), by=leader)
    assert naming.naming_obstacles(notice, letter.site)
    assert not Naming.objects.exists()


def test_naming_after_a_withdrawn_notice_is_refused(notice, leader, office, on):
    on("2008-05-06")
    notices.withdraw(notice=notice, reason="示例撤回理由", by=office)
    on("2008-05-13")
    with pytest.raises(InvalidTransition):
        naming.name_sites(notice=notice, sites=sites_of(notice), resolution=resolved("naming"), by=leader)


def test_naming_a_site_of_another_notice_is_refused(notice, leader, on):
    on("2008-05-05")
    other = scene.publish()
    on("2008-05-13")
    assert refused(notice, leader, [other.entries.get().site])


def test_naming_nothing_is_refused(notice, leader):
    with pytest.raises(ValidationError):
        naming.name_sites(notice=notice, sites=[], resolution=resolved("naming"), by=leader)


def test_naming_is_the_leading_groups_alone(notice, office):
    with pytest.raises(PermissionDenied):
        naming.name_sites(notice=notice, sites=sites_of(notice), resolution=resolved("naming"), by=office)


@pytest.fixture
def named(on):
    on("2008-06-02")
    return scene.named()[0]


@pytest.mark.parametrize("day", ["2008-05-01", "2008-06-03"])
def test_plaque_handed_over_before_the_naming_or_in_the_future_is_refused(named, office, day):
    with pytest.raises(ValidationError) as error:
        naming.hand_over_plaque(
            naming=named, received_by="示例领牌人", handed_on=datetime.date.fromisoformat(day), by=office
        )
    assert list(error.value.error_dict) == ["handed_on"]


def revoked(named, office, leader, on):
    on("2008-06-02")
    scene.warned(named, working_days=1)
    on("2008-06-10")
    return scene.revoked(named, leader)


def test_plaque_is_taken_back_when_it_comes(named, office, leader, on):
    naming.hand_over_plaque(
        naming=named, received_by="示例领牌人", handed_on=datetime.date(2008, 6, 2), by=office
    )
    revocation = revoked(named, office, leader, on)
    on("2008-06-20")
    naming.take_back_plaque(revocation=revocation, returned_on=datetime.date(2008, 6, 18), by=office)
    revocation.refresh_from_db()
    assert revocation.plaque_returned_on == datetime.date(2008, 6, 18)


@pytest.mark.parametrize("day", ["2008-06-09", "2008-06-11"])
def test_plaque_taken_back_before_the_revocation_or_in_the_future_is_refused(named, office, leader, on, day):
    naming.hand_over_plaque(
        naming=named, received_by="示例领牌人", handed_on=datetime.date(2008, 6, 2), by=office
    )
    revocation = revoked(named, office, leader, on)
    with pytest.raises(ValidationError) as error:
        naming.take_back_plaque(
            revocation=revocation, returned_on=datetime.date.fromisoformat(day), by=office
        )
    assert list(error.value.error_dict) == ["returned_on"]


def test_plaque_that_was_not_handed_over_is_not_taken_back(named, office, leader, on):
    revocation = revoked(named, office, leader, on)
    with pytest.raises(ValidationError):
        naming.take_back_plaque(revocation=revocation, returned_on=datetime.date(2008, 6, 10), by=office)


def test_plaque_is_not_handed_over_after_the_revocation(named, office, leader, on):
    revoked(named, office, leader, on)
    on("2008-06-12")
    with pytest.raises(ValidationError):
        naming.hand_over_plaque(
            naming=named, received_by="示例领牌人", handed_on=datetime.date(2008, 6, 12), by=office
        )


def test_withdrawing_the_notice_does_not_lose_an_open_objection(notice, leader, office, on):
    on("2008-05-06")
    letter = scene.object_to(notice)
    notices.withdraw(notice=notice, reason="示例理由", by=office)
    site = Site.objects.get(pk=letter.site_id)
    with pytest.raises(ValidationError) as refused_again:
        scene.publish(site)
    assert site.window_name in refused_again.value.messages[0]
    scene.conclude(letter, "not_upheld")
    assert scene.publish(site).entries.count() == 1


def reopened(letter: Objection, state: str) -> None:
    """However it came to be open again: by no service."""
    Objection.objects.filter(pk=letter.pk).update(
        state=state, proposed="", drafted_by=None, approved_by=None, document=None
    )


def test_objection_on_an_earlier_notice_still_keeps_a_site_from_being_named(notice, leader, office, on):
    """However it came to be open: received on the old notice while the new one was being made."""
    on("2008-05-06")
    letter = scene.decline(scene.object_to(notice))
    notices.withdraw(notice=notice, reason="示例理由", by=office)
    again = scene.publish(Site.objects.get(pk=letter.site_id))
    reopened(letter, ObjectionState.RECEIVED)
    on("2008-05-20")
    assert refused(again, leader)
    assert not Naming.objects.exists()


def test_objection_upheld_on_an_earlier_notice_takes_the_site_off_the_running_one(notice, office, on):
    on("2008-05-06")
    letter = scene.object_to(notice)
    scene.conclude(letter, "not_upheld")
    notices.withdraw(notice=notice, reason="示例理由", by=office)
    again = scene.publish(Site.objects.get(pk=letter.site_id))
    reopened(letter, ObjectionState.ACCEPTED)
    letter.refresh_from_db()
    scene.conclude(letter, "upheld")
    assert again.entries.get().removed_on is not None


def test_objection_upheld_after_its_notice_was_withdrawn_sends_the_site_back_to_be_mended(
    notice, leader, office, on
):
    on("2008-05-06")
    letter = scene.take_up(scene.object_to(notice), office)
    notices.withdraw(notice=notice, reason="示例理由", by=office)
    scene.conclude(letter, "upheld")
    site = Site.objects.get(pk=letter.site_id)
    assert site.stage == Stage.RECTIFYING
    assert site.assessments.get().findings.get().opinion == "须整改"
    with pytest.raises(InvalidTransition):
        scene.publish(site)
    assert [str(step.what) for step in public_steps(site)] == ["公示撤回", "进行公示"]
    # Mended, accepted and announced anew it can be named.
    Site.objects.filter(pk=site.pk).update(stage=Stage.ACCEPTED)
    again = scene.publish(Site.objects.get(pk=site.pk))
    on("2008-05-20")
    assert (
        len(naming.name_sites(notice=again, sites=sites_of(again), resolution=resolved("naming"), by=leader))
        == 1
    )


@on_both
@pytest.mark.django_db(transaction=True)
def test_naming_twice_at_once_names_once(database, on):
    on("2008-05-05")
    made = scene.publish()
    on("2008-05-13")
    people = [factories.user(Role.LEADING_GROUP) for _ in range(2)]
    outcomes = at_once(
        *(
            lambda by=by: naming.name_sites(
                notice=made, sites=sites_of(made), resolution=resolved("naming"), by=by
            )
            for by in people
        )
    )
    assert kinds(outcomes) == ["InvalidTransition", "done"]
    assert Naming.objects.count() == 1
    assert Document.objects.filter(kind="naming_decision").count() == 1


def test_site_whose_public_facts_changed_since_their_secrecy_review_is_not_named(on, notice, leader):
    site = sites_of(notice)[0]
    Site.objects.filter(pk=site.pk).update(window_name="改过的窗口")
    with pytest.raises(NotReviewed, match="改过的窗口"):
        naming.name_sites(notice=notice, sites=sites_of(notice), resolution=resolved("naming"), by=leader)
    assert not Naming.objects.exists()
    reviewing.clear("site", *sites_of(notice))
    made = naming.name_sites(notice=notice, sites=sites_of(notice), resolution=resolved("naming"), by=leader)
    assert len(made) == 2
