"""Who is the only one of an organisation leaves its sites and its list to nobody: that is told before."""

import pytest

from accounts.enums import Role
from accounts.signals import open_work_of
from sites.enums import Level, Stage
from tests import factories
from tests.sites import making

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("stage", "told"),
    [(Stage.DRAFT, True), (Stage.BUILDING, True), (Stage.NAMED, False), (Stage.REVOKED, False)],
)
def test_only_liaison_of_a_unit_leaves_its_sites_alone(stage, told):
    site = factories.site(stage, level=Level.DISTRICT)
    person = factories.liaison_of(site)
    assert [work.url for work in open_work_of(person)] == ([site.get_absolute_url()] if told else [])


def test_one_of_two_liaisons_leaves_nothing_alone():
    site = factories.site(Stage.BUILDING)
    person = factories.liaison_of(site)
    colleague = factories.liaison_of(site)
    assert not open_work_of(person)
    colleague.is_active = False
    colleague.save()
    assert open_work_of(person)


def test_only_clerk_of_a_district_leaves_its_list_alone():
    by = making.clerk()
    filing = making.own_list(by)
    assert filing.get_absolute_url() in [work.url for work in open_work_of(by)]
    factories.user(Role.DISTRICT, by.organisation)
    assert not open_work_of(by)


def test_nothing_is_left_alone_by_somebody_switched_off():
    person = factories.liaison_of(factories.site(Stage.BUILDING))
    person.is_active = False
    person.save()
    assert not open_work_of(person)
