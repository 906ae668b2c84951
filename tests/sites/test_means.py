"""Guidance, money and facilities: who may enter what, and what it sums up to."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Sum
from django.utils import translation

from accounts.enums import Role
from sites import services
from sites.enums import FacilityKind, Level, Stage
from sites.models import Facility, GuidanceNote, Investment
from sites.totals import totals_of
from sites.workflow import InvalidTransition
from standards.enums import Kind
from tests import factories
from tests.at_once import at_once

pytestmark = pytest.mark.django_db
DAY = datetime.date(2008, 1, 9)


def note_on(site, by, text="请完善公开栏（示例）。", on=DAY) -> GuidanceNote:
    return services.give_guidance(note=GuidanceNote(site=site, on=on, text=text), by=by)


def spent(site, by, amount="1000.50", year=2008, purpose="触摸屏（示例）") -> Investment:
    entry = Investment(site=site, year=year, amount=Decimal(amount), purpose=purpose)
    services.save_means(entry=entry, by=by)
    return entry


def district_site(**fields):
    return factories.site(Stage.BUILDING, level=Level.DISTRICT, **fields)


def clerk_of(site):
    return factories.user(Role.DISTRICT, factories.district_office(site.filing.organisation))


def test_guidance_by_the_office_tells_the_unit_which_replies_once():
    site, office = factories.site(Stage.BUILDING), factories.user(Role.OFFICE)
    liaison = factories.liaison_of(site)

    note = note_on(site, office)
    services.reply_to_guidance(note=note, reply="  已整改（示例）。 ", by=liaison)

    note.refresh_from_db()
    assert (note.reply, note.replied_by, note.replied_on) == (
        "已整改（示例）。",
        liaison,
        datetime.date(2008, 1, 10),
    )
    assert liaison.notifications.count() == office.notifications.count() == 1
    with pytest.raises(InvalidTransition):
        services.reply_to_guidance(note=note, reply="再答", by=liaison)


def test_guidance_by_a_district_reaches_its_own_sites_only():
    own, other = district_site(), district_site(of=factories.district("乌达"))
    clerk = clerk_of(own)

    assert note_on(own, clerk).by == clerk
    with pytest.raises(PermissionDenied):
        note_on(other, clerk)
    with pytest.raises(PermissionDenied):
        note_on(factories.site(Stage.BUILDING), clerk)


@pytest.mark.parametrize("role", [Role.LEADING_GROUP, Role.INSPECTOR, Role.AUDITOR, Role.LIAISON])
def test_guidance_by_others_is_refused(role):
    site = factories.site(Stage.BUILDING)
    by = factories.liaison_of(site) if role == Role.LIAISON else factories.user(role)

    with pytest.raises(PermissionDenied):
        note_on(site, by)

    assert not site.guidance.exists()


@pytest.mark.parametrize(
    ("fields", "field"), [({"text": "   "}, "text"), ({"on": datetime.date(2008, 1, 11)}, "on")]
)
def test_guidance_without_text_or_from_the_future_is_refused(fields, field):
    with pytest.raises(ValidationError) as refused:
        note_on(factories.site(Stage.BUILDING), factories.user(Role.OFFICE), **fields)

    assert field in refused.value.message_dict
    assert not GuidanceNote.objects.exists()


def test_nothing_is_recorded_before_the_site_is_determined():
    site = factories.site(Stage.REVIEWED)

    with pytest.raises(InvalidTransition):
        note_on(site, factories.user(Role.OFFICE))
    with pytest.raises(InvalidTransition):
        spent(site, factories.user(Role.OFFICE))


def test_reply_by_another_unit_or_empty_is_refused():
    site = factories.site(Stage.BUILDING)
    note = note_on(site, factories.user(Role.OFFICE))

    with pytest.raises(PermissionDenied):
        services.reply_to_guidance(note=note, reply="答", by=factories.user(Role.LIAISON))
    with pytest.raises(ValidationError):
        services.reply_to_guidance(note=note, reply=" ", by=factories.liaison_of(site))


@pytest.mark.django_db(transaction=True)
def test_two_replies_at_once_leave_one():
    site = factories.site(Stage.BUILDING)
    note = note_on(site, factories.user(Role.OFFICE))
    people = [factories.liaison_of(site), factories.liaison_of(site)]

    outcomes = at_once(
        *(lambda by=by: services.reply_to_guidance(note=note, reply=f"{by.pk}的答复", by=by) for by in people)
    )

    assert sum(isinstance(outcome, InvalidTransition) for outcome in outcomes) == 1


def test_money_is_entered_by_the_unit_corrected_by_the_office_and_taken_out():
    site = district_site()
    liaison, clerk = factories.liaison_of(site), clerk_of(site)

    entry = spent(site, liaison)
    entry.amount = Decimal(2000)
    services.save_means(entry=entry, by=clerk)

    entry.refresh_from_db()
    assert (entry.amount, entry.added_by) == (Decimal("2000.00"), liaison)
    services.remove_means(entry=entry, by=clerk)
    assert not Investment.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"amount": "0"}, "__all__"),
        ({"amount": "-5"}, "__all__"),
        ({"year": 2009}, "year"),
        ({"purpose": ""}, "purpose"),
    ],
)
def test_money_that_cannot_be_is_refused(fields, field):
    with pytest.raises(ValidationError) as refused:
        spent(factories.site(Stage.BUILDING), factories.user(Role.OFFICE), **fields)

    assert field in refused.value.message_dict
    assert not Investment.objects.exists()


def test_books_of_another_unit_are_closed():
    site = factories.site(Stage.BUILDING)
    stranger = factories.user(Role.LIAISON)

    with pytest.raises(PermissionDenied):
        spent(site, stranger)
    entry = spent(site, factories.liaison_of(site))
    with pytest.raises(PermissionDenied):
        services.remove_means(entry=entry, by=stranger)


def test_totals_by_district_and_kind_begin_with_the_city():
    office = factories.user(Role.OFFICE)
    spent(factories.site(Stage.BUILDING), office, "100")
    spent(factories.site(Stage.BUILDING, kind=Kind.SERVICE), office, "0.25")
    spent(district_site(), office, "7")
    spent(district_site(kind=Kind.SERVICE, of=factories.district("乌达")), office, "9")
    spent(district_site(kind=Kind.SERVICE, of=factories.district("乌达")), office, "1")

    with translation.override("en"):
        totals = totals_of(Investment.objects.all(), Sum("amount"))

    assert [(line.label, line.values) for line in totals.lines] == [
        ("city level", [Decimal(100), Decimal("0.25")]),
        ("海勃湾区人民政府", [7, 0]),
        ("乌达区人民政府", [0, 10]),
    ]
    assert (totals.bottom.values, totals.bottom.sum) == ([107, Decimal("10.25")], Decimal("117.25"))


def test_facility_keeps_its_kind_and_number():
    site = factories.site(Stage.BUILDING)
    entry = Facility(site=site, kind=FacilityKind.BOARD, name="公开栏（示例）", quantity=3)

    services.save_means(entry=entry, by=factories.liaison_of(site))

    assert site.facilities.get().quantity == 3


def test_the_same_entry_is_not_made_twice():
    site = factories.site(Stage.BUILDING)
    liaison = factories.liaison_of(site)
    spent(site, liaison)

    with pytest.raises(ValidationError):
        spent(site, liaison)
    spent(site, liaison, purpose="触摸屏二期（示例）")

    assert site.investments.count() == 2
