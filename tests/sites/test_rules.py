"""Who may what about a site, a list and a plan: each person beside each record, against a table by hand."""

import pytest

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User
from sites import rules
from sites.enums import Level
from sites.models import Filing, Site

HERE, THERE = Organisation(pk=1), Organisation(pk=2)
OFFICE_HERE = Organisation(pk=3, district=HERE, kind=OrganisationKind.DISTRICT_OFFICE)
OFFICE_THERE = Organisation(pk=4, district=THERE, kind=OrganisationKind.DISTRICT_OFFICE)
UNIT, OTHER_UNIT = Organisation(pk=5, district=HERE), Organisation(pk=6, district=HERE)

PEOPLE = {
    "leading group": User(role=Role.LEADING_GROUP, organisation=Organisation(pk=7)),
    "office": User(role=Role.OFFICE, organisation=Organisation(pk=8)),
    "own district": User(role=Role.DISTRICT, organisation=OFFICE_HERE),
    "other district": User(role=Role.DISTRICT, organisation=OFFICE_THERE),
    "inspector": User(role=Role.INSPECTOR, organisation=UNIT),
    "own liaison": User(role=Role.LIAISON, organisation=UNIT),
    "other liaison": User(role=Role.LIAISON, organisation=OTHER_UNIT),
    "auditor": User(role=Role.AUDITOR, organisation=UNIT),
}
# A district's list is of the district; a designated unit's of the unit.
DISTRICT_LIST = Filing(pk=1, level=Level.DISTRICT, organisation=HERE)
CITY_LIST = Filing(pk=2, level=Level.CITY, organisation=UNIT)
RECORDS = {
    "city site": Site(pk=1, level=Level.CITY, organisation=UNIT, filing=CITY_LIST),
    "district site": Site(pk=2, level=Level.DISTRICT, organisation=UNIT, filing=DISTRICT_LIST),
    "city list": CITY_LIST,
    "district list": DISTRICT_LIST,
}

OF_SITES = {
    rules.is_own_district: ("", "own district"),
    rules.is_own_unit: ("own liaison", "own liaison"),
    rules.may_file: ("own liaison", "own district"),
    rules.supervises: ("office", "office, own district"),
    rules.keeps_books: ("own liaison, office", "own liaison, office, own district"),
    rules.agrees_plan: ("office", "own district"),
    rules.is_own_plan: ("own liaison", "own liaison"),
    rules.decides_plan: ("office", "own district"),
    rules.takes_tick_back: ("own liaison, office", "own liaison, own district"),
    rules.keeps_posts: ("own liaison, office", "own liaison, office, own district"),
}
# A designated unit's list has no plan of its own: its site has.
OF_LISTS = {
    rules.may_edit_filing: ("own liaison", "own district"),
    rules.is_own_plan: ("", "own district"),
    rules.decides_plan: ("office", "office"),
    rules.takes_tick_back: ("office", "office, own district"),
    rules.keeps_posts: ("office", "office, own district"),
}


def those_who(rule, record) -> set[str]:
    return {name for name, person in PEOPLE.items() if rule(person, RECORDS[record])}


def named(people: str) -> set[str]:
    return set(people.split(", ")) if people else set()


@pytest.mark.parametrize("rule", OF_SITES)
def test_who_may_what_about_a_site(rule):
    of_city, of_district = OF_SITES[rule]
    assert those_who(rule, "city site") == named(of_city)
    assert those_who(rule, "district site") == named(of_district)


@pytest.mark.parametrize("rule", OF_LISTS)
def test_who_may_what_about_a_list(rule):
    of_city, of_district = OF_LISTS[rule]
    assert those_who(rule, "city list") == named(of_city)
    assert those_who(rule, "district list") == named(of_district)


def test_level_of_a_site_is_the_citys_or_a_districts():
    assert those_who(rules.is_city_site, "city site") == set(PEOPLE)
    assert those_who(rules.is_city_site, "district site") == set()


def test_whose_list_a_person_may_fill():
    found = {name: body for name, person in PEOPLE.items() if (body := rules.body_of(person))}
    assert found == {
        "own district": (Level.DISTRICT, HERE.pk),
        "other district": (Level.DISTRICT, THERE.pk),
        "own liaison": (Level.CITY, UNIT.pk),
        "other liaison": (Level.CITY, OTHER_UNIT.pk),
    }


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.LIAISON])
def test_nobody_without_a_home_has_a_list(role):
    assert rules.body_of(User(role=role)) is None
    assert not rules.may_edit_filing(User(role=role), Filing(level=Level.CITY))


def test_site_that_the_plan_asks_of_a_district_itself_is_the_citys():
    """Its district's office neither guides it as its own nor agrees its plan."""
    site = Site(level=Level.CITY, organisation=HERE, filing=Filing(level=Level.CITY, organisation=HERE))
    own = PEOPLE["own district"]
    assert not rules.is_own_district(own, site)
    assert not rules.agrees_plan(own, site)


@pytest.mark.parametrize("name", [name for name in PEOPLE if "liaison" not in name])
def test_liaisons_alone_speak_for_a_unit(name):
    person = PEOPLE[name]
    assert not rules.is_own_unit(person, Site(organisation=person.organisation))
