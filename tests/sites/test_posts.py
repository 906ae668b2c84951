"""Posts of liaisons: named, corrected, handed over with what is open, and vacant."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import Role
from accounts.services import notify, switch_off
from accounts.signals import open_work
from sites import services
from sites.models import Filing, HandOver, Liaison, Site
from sites.workflow import InvalidTransition
from tests import factories
from tests.sites import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def colleague(site):
    return factories.liaison_of(site)


def add(owner, by, **changed):
    return services.add_liaison(
        **{"owner": owner, "name": "示例乙", "phone": making.PHONE, "by": by, **changed}
    )


def hand_over(post, by, **changed):
    facts = {"from_name": post.name, "name": "示例乙", "phone": "0473-1111111", "reason": "调离（示例）"}
    return services.hand_over(**{"liaison": post, "by": by, **facts, **changed})


# -- naming and correcting --------------------------------------------------------------


def test_add_liaison_keeps_the_day_and_tells_the_account(site, district, colleague):
    made = add(site, district, user=colleague)
    assert (made.since, made.user) == (datetime.date(2008, 1, 10), colleague)
    assert colleague.notifications.filter(url=site.get_absolute_url()).exists()
    assert site.liaisons.count() == 2


@pytest.mark.parametrize("facts", [{"name": ""}, {"phone": ""}, {"name": "示例联络员"}, {"name": "长" * 41}])
def test_add_liaison_wrong_is_refused(site, district, facts):
    with pytest.raises(ValidationError):
        add(site, district, **facts)
    assert site.liaisons.count() == 1


def test_add_liaison_with_an_account_of_another_unit_or_switched_off_is_refused(site, district, colleague):
    colleague.is_active = False
    colleague.save()
    for stranger in (factories.user(Role.LIAISON), district, colleague):
        with pytest.raises(ValidationError) as caught:
            add(site, district, user=stranger)
        assert list(caught.value.message_dict) == ["user"]


@pytest.mark.parametrize("role", [role for role in Role.values if role not in (Role.OFFICE, Role.DISTRICT)])
def test_posts_are_kept_by_the_unit_and_the_offices_over_it(site, post, district, role):
    for stranger in (factories.user(role), making.clerk(factories.district("乌达"))):
        with pytest.raises(PermissionDenied):
            add(site, stranger)
        with pytest.raises(PermissionDenied):
            hand_over(post, stranger)
        with pytest.raises(PermissionDenied):
            services.correct_liaison(liaison=post, phone="1", by=stranger)
    add(site, factories.liaison_of(site), name="示例丙")
    add(site, factories.user(Role.OFFICE), name="示例丁")
    add(site, district)


def test_posts_of_a_row_that_is_edited_are_named_in_the_row():
    filing, by = making.complete_list()
    with pytest.raises(InvalidTransition):
        add(filing.sites.first(), by)


def test_correct_liaison_changes_telephone_and_account_alone(post, district, colleague):
    services.correct_liaison(liaison=post, phone="0473-2222222", user=colleague, by=district)
    post.refresh_from_db()
    assert (post.name, post.phone, post.user) == ("示例联络员", "0473-2222222", colleague)
    assert not HandOver.objects.exists()


# -- handing over -------------------------------------------------------------------------


def test_hand_over_writes_who_gave_it_to_whom_and_why(site, post, district, on):
    on("2008-03-03")
    done = hand_over(post, district)
    post.refresh_from_db()
    assert (post.name, post.phone, post.since) == ("示例乙", "0473-1111111", datetime.date(2008, 3, 3))
    assert (done.site, done.from_name, done.from_phone) == (site, "示例联络员", making.PHONE)
    assert (done.to_name, done.reason, done.by) == ("示例乙", "调离（示例）", district)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"name": ""}, "to_name"),
        ({"name": "示例联络员"}, "name"),
        ({"phone": ""}, "to_phone"),
        ({"reason": "长" * 5000}, "reason"),
    ],
)
def test_hand_over_wrong_is_refused_and_nothing_moves(post, district, facts, field):
    with pytest.raises(ValidationError) as caught:
        hand_over(post, district, **facts)
    assert field in caught.value.message_dict
    post.refresh_from_db()
    assert post.name == "示例联络员"
    assert not HandOver.objects.exists()


def test_hand_over_from_a_stale_page_says_that_the_post_has_gone_on(post, district):
    hand_over(post, district)
    with pytest.raises(InvalidTransition):
        hand_over(post, district, from_name="示例联络员", name="示例丙")
    assert HandOver.objects.count() == 1


def test_hand_over_to_a_colleague_in_the_same_post_makes_one_of_two(site, post, district, colleague):
    second = add(site, district)
    hand_over(post, district, user=colleague)
    assert [(one.pk, one.name, one.user) for one in site.liaisons.all()] == [(second.pk, "示例乙", colleague)]
    assert HandOver.objects.get().from_name == "示例联络员"


def test_hand_over_moves_what_was_told_about_the_site_and_not_read(site, post, district, colleague):
    new = factories.liaison_of(site)
    services.correct_liaison(liaison=post, phone=making.PHONE, user=colleague, by=district)
    for url, about in (
        (f"/desk/sites/{site.pk}/plan/", {}),
        ("/desk/rectifications/1/", {"site": str(site)}),
        ("/desk/sites/99999/", {"site": "别的（示例）"}),
    ):
        notify([colleague], text="示例", about=about, url=url)
    hand_over(post, district, user=new)
    assert colleague.notifications.count() == 1
    assert new.notifications.count() == 3
    told = str(new.notifications.get(text__contains="You are the liaison"))
    assert told == f"You are the liaison of {site} now; measures still to be carried out: 0."


def test_a_person_who_leaves_hands_over_every_post(site, post, district, colleague):
    new, office = factories.liaison_of(site), factories.user(Role.OFFICE)
    services.correct_liaison(liaison=post, phone=making.PHONE, user=colleague, by=district)
    found = [work.url for _receiver, works in open_work.send(None, user=colleague) for work in works]
    assert f"/desk/sites/{site.pk}/liaisons/" in found
    switch_off(person=colleague, successor=new, reason="退休（示例）", by=office)
    post.refresh_from_db()
    assert (post.user, post.name, post.phone) == (new, new.name, making.PHONE)
    assert HandOver.objects.get().reason == "退休（示例）"


def test_district_posts_are_kept_by_the_district_and_the_office():
    clerk = making.clerk()
    own = making.own_list(clerk)
    made = add(own, clerk, user=making.clerk())
    hand_over(made, factories.user(Role.OFFICE), name="示例丙")
    assert Liaison.objects.get(filing=own).name == "示例丙"
    with pytest.raises(PermissionDenied):
        add(own, making.clerk(factories.district("乌达")), name="示例丁")


# -- vacancies ---------------------------------------------------------------------------------


def vacant(reader):
    programme = factories.programme()
    sites = services.vacant_sites(Site.objects.visible_to(reader).filter(programme=programme))
    districts = services.vacant_districts(Filing.objects.visible_to(reader).filter(programme=programme))
    return {str(one): services.missing(one) for one in (*sites, *districts)}


def test_vacant_is_who_has_no_liaison_no_account_or_one_that_is_off(site, post, district, colleague):
    office = factories.user(Role.OFFICE)
    services.correct_liaison(liaison=post, phone=making.PHONE, user=colleague, by=district)
    assert str(site) not in vacant(office)
    colleague.is_active = False
    colleague.save()
    assert vacant(office)[str(site)] == [
        "The liaison's account is switched off.",
        "Nobody of the unit can sign in.",
    ]
    post.delete()
    assert vacant(office)[str(site)] == ["No liaison is named.", "Nobody of the unit can sign in."]


def test_vacant_of_a_district_itself(district):
    own = making.own_list(district)
    assert vacant(district)[str(own)] == ["No liaison is named."]
    add(own, district)
    assert str(own) not in vacant(district)
    services.staff_of(own).update(is_active=False)
    assert vacant(factories.user(Role.OFFICE))[str(own)][-1] == "Nobody of the unit can sign in."


def test_vacant_only_what_is_determined_and_what_one_sees(site, district):
    filing = site.filing
    factories.site("draft")
    factories.site("revoked")
    assert set(vacant(factories.user(Role.OFFICE))) == {str(one) for one in filing.sites.all()} | {
        str(filing)
    }
    assert vacant(making.clerk(factories.district("乌达"))) == {}
