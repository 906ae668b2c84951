"""Who manages whose account, and which organisations: pairs of people, against what was written by hand."""

import pytest

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User
from accounts.rules import (
    may_administer,
    may_appoint,
    may_manage,
    may_manage_organisation,
    may_open,
    may_send_deputy,
)

HERE, THERE = Organisation(pk=1, name="此区"), Organisation(pk=2, name="彼区")
# At which organisation somebody is: of this district, of another one, of the city, or none.
PLACES = {
    "here": Organisation(pk=11, district=HERE, kind=OrganisationKind.DEPARTMENT),
    "there": Organisation(pk=12, district=THERE, kind=OrganisationKind.DEPARTMENT),
    "city": Organisation(pk=13, kind=OrganisationKind.DEPARTMENT),
    "none": None,
}
DISTRICT = User(
    pk=1,
    role=Role.DISTRICT,
    organisation=Organisation(pk=10, district=HERE, kind=OrganisationKind.DISTRICT_OFFICE),
)
OFFICE = User(pk=2, role=Role.OFFICE)
SYSTEM = User(pk=3, role=Role.SYSTEM)
SECURITY = User(pk=30, role=Role.SECURITY)
NOT_OVER_THE_OFFICE = {Role.OFFICE, Role.DISTRICT, Role.INSPECTOR, Role.LIAISON}
ANY_ROLE = ("", *Role)
OF_THE_CAMPAIGN = NOT_OVER_THE_OFFICE | {Role.LEADING_GROUP}


def appointed(by: User) -> set[tuple[str, str]]:
    """(role, place) of those whom this person may appoint."""
    return {(role, place) for role in ANY_ROLE for place, at in PLACES.items() if may_appoint(by, role, at)}


def opened(by: User) -> set[tuple[str, str]]:
    """(role, place) of those whose accounts this person may open."""
    return {(role, place) for role in ANY_ROLE for place, at in PLACES.items() if may_open(by, role, at)}


def test_office_appoints_everywhere_but_over_itself():
    assert appointed(OFFICE) == {(role, place) for role in NOT_OVER_THE_OFFICE for place in PLACES}


def test_who_opens_accounts_gives_no_rights_and_who_gives_rights_opens_none():
    assert opened(SYSTEM) == {("", place) for place in PLACES}
    assert appointed(SYSTEM) == set()
    assert opened(SECURITY) == set()
    assert appointed(SECURITY) == {(role, place) for role in (*OF_THE_CAMPAIGN, "") for place in PLACES}


def test_offices_open_what_they_appoint():
    """What two people give is opened without a role, and proposed."""
    alone = {(role, place) for role in (Role.DISTRICT, Role.LIAISON, "") for place in PLACES}
    assert opened(OFFICE) == alone
    assert opened(DISTRICT) == appointed(DISTRICT)


def test_nobody_appoints_an_administrator_alone():
    for role in ANY_ROLE:
        by = User(pk=4, role=role, organisation=PLACES["here"])
        assert {given for given, _place in appointed(by) | opened(by)} & set(Role.ADMINISTRATORS) == set()


def test_administrators_are_proposed_and_agreed_by_security_administrators_of_others():
    for role in ANY_ROLE:
        by = User(pk=4, role=role)
        able = {of for of in ANY_ROLE if may_administer(by, User(pk=5, role=of))}
        assert able == ({"", *Role.ADMINISTRATORS} if role == Role.SECURITY else set())
    assert not may_administer(SECURITY, SECURITY)
    assert not may_administer(SECURITY, User(pk=5, role="", is_active=False))


def test_district_appoints_its_own_units_liaisons():
    assert appointed(DISTRICT) == {(Role.LIAISON, "here")}


@pytest.mark.parametrize(
    "role", [Role.LEADING_GROUP, Role.INSPECTOR, Role.LIAISON, Role.SYSTEM, Role.AUDITOR, ""]
)
def test_others_appoint_nobody(role):
    assert appointed(User(pk=4, role=role, organisation=PLACES["here"])) == set()


def test_nobody_manages_themselves_or_an_administrator():
    liaison = User(pk=5, role=Role.LIAISON, organisation=PLACES["here"])
    for by in (OFFICE, DISTRICT, SECURITY):
        assert may_manage(by, liaison)
    assert not may_manage(OFFICE, User(pk=OFFICE.pk, role=Role.OFFICE))
    for role in Role.ADMINISTRATORS:
        person = User(pk=6, role=role, organisation=PLACES["here"])
        for by in (OFFICE, DISTRICT, SYSTEM, SECURITY):
            assert not may_manage(by, person)


def test_managing_follows_appointing():
    for role in ANY_ROLE:
        for place in PLACES.values():
            person = User(pk=7, role=role, organisation=place)
            for by in (OFFICE, DISTRICT, SYSTEM, SECURITY):
                assert may_manage(by, person) is may_appoint(by, role, place)


@pytest.mark.parametrize("kind", OrganisationKind)
def test_who_manages_an_organisation(kind):
    here = Organisation(pk=21, district=HERE, kind=kind)
    there = Organisation(pk=22, district=THERE, kind=kind)
    for by in (OFFICE, SYSTEM):
        assert may_manage_organisation(by, here)
        assert may_manage_organisation(by, there)
    may_be_chosen = kind in {"department", "utility", "town", "subdistrict"}
    assert may_manage_organisation(DISTRICT, here) is may_be_chosen
    assert may_manage_organisation(DISTRICT, there) is False
    for role in set(Role) - {Role.OFFICE, Role.DISTRICT, Role.SYSTEM}:
        for organisation in (here, Organisation(pk=23, kind=kind)):
            assert may_manage_organisation(User(pk=8, role=role, organisation=here), organisation) is False


def test_deputy_is_sent_by_oneself_or_by_who_manages_the_account():
    """For an account without a role, which takes no part in the campaign, nobody sends one."""
    liaison = User(pk=5, role=Role.LIAISON, organisation=PLACES["here"])
    stranger = User(pk=9, role=Role.DISTRICT, organisation=PLACES["there"])
    assert [may_send_deputy(by, liaison) for by in (liaison, DISTRICT, OFFICE, stranger)] == [
        True,
        True,
        True,
        False,
    ]
    assert not may_send_deputy(SYSTEM, SYSTEM)
    assert not may_send_deputy(SECURITY, User(pk=10, role=""))
