"""A district's office reads the city's site that is its own government, and changes nothing of it."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.todos import Asked
from assessments.models import Finding
from desk.todo import Work
from documents.models import Document
from sites import rules
from sites.enums import Level
from sites.models import Site, WorkPlan
from sites.offers.todos import _vacant_sites
from sites.workflow import TRANSITIONS
from tests import factories
from tests.assessments import builders
from tests.scenes import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@made_once("2008-04-18")
def site():
    """The window that the district's government names, with findings in rectification."""
    made = builders.building(organisation=factories.district())
    builders.inspected(made)
    return made


@pytest.fixture(autouse=True)
def _april(on):
    on("2008-04-18")


def reader(short_name="海勃湾", **more):
    return factories.user(Role.DISTRICT, factories.district_office(factories.district(short_name)), **more)


def test_its_office_reads_site_plan_findings_and_papers(client, site):
    by = reader(is_head=True)
    assert site in Site.objects.visible_to(by)
    assert Finding.objects.visible_to(by).filter(assessment__site=site).exists()
    assert Document.objects.visible_to(by).filter(sites=site).exists()
    assert list(WorkPlan.objects.visible_to(by).filter(site=site)) == list(WorkPlan.objects.filter(site=site))
    client.force_login(by)
    for page in (
        site.get_absolute_url(),
        reverse("sites:plan", args=[site.pk]),
        reverse("assessments:rectification", args=[site.pk]),
    ):
        assert client.get(page).status_code == 200
    html = client.get(reverse("assessments:rectification", args=[site.pk])).content.decode()
    assert "/answer/" not in html
    assert "/verify/" not in html


def test_nobody_of_another_district_reads_it(client, site):
    client.force_login(reader("乌达"))
    assert client.get(site.get_absolute_url()).status_code == 404


def test_no_step_nor_book_of_it_is_the_districts(site):
    by = reader(is_head=True)
    assert [action for action, row in TRANSITIONS.items() if row.who(by, site)] == []
    for may in (rules.supervises, rules.keeps_books, rules.agrees_plan, rules.keeps_posts, rules.is_own_plan):
        assert not may(by, site)


def test_it_is_not_asked_to_look_after_it(site):
    by, own = reader(), factories.site("building", level=Level.DISTRICT, liaison=False)
    assert [one.pk for one in Site.objects.in_charge_of(by)] == [own.pk]
    asked = Asked(by, lambda: site.stage_since)
    assert list(_vacant_sites(asked).values_list("row_key", flat=True)) == [own.pk]
    assert not [one for one in Work(by).missing if one.site == site.pk]


def test_a_site_of_another_unit_of_the_district_stays_unseen(site):
    other = factories.site(organisation=factories.unit(factories.district()))
    assert other not in Site.objects.visible_to(reader())
