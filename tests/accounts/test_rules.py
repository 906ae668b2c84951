"""Who manages whose account, and which organisations: pairs of people, against what was written by hand."""

import pytest

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User
from accounts.rules import may_appoint, may_manage, may_manage_organisation, may_send_deputy

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
ADMINISTRATOR = User(pk=3, role="", is_superuser=True)
NOT_OVER_THE_OFFICE = {Role.OFFICE, Role.DISTRICT, Role.INSPECTOR, Role.LIAISON}


def appointed(by: User) -> set[tuple[str, str]]:
    """(role, place) of those whom this person may appoint."""
    return {(role, place) for role in Role for place, at in PLACES.items() if may_appoint(by, role, at)}


def test_office_appoints_everywhere_but_over_itself():
    assert appointed(OFFICE) == {(role, place) for role in NOT_OVER_THE_OFFICE for place in PLACES}


def test_administrator_appoints_everybody():
    assert appointed(ADMINISTRATOR) == {(role, place) for role in Role for place in PLACES}


def test_district_appoints_its_own_units_liaisons():
    assert appointed(DISTRICT) == {(Role.LIAISON, "here")}


@pytest.mark.parametrize("role", [Role.LEADING_GROUP, Role.INSPECTOR, Role.LIAISON, Role.AUDITOR, ""])
def test_others_appoint_nobody(role):
    assert appointed(User(pk=4, role=role, organisation=PLACES["here"])) == set()


def test_nobody_manages_themselves_or_an_administrator():
    liaison = User(pk=5, role=Role.LIAISON, organisation=PLACES["here"])
    for by in (OFFICE, DISTRICT, ADMINISTRATOR):
        assert may_manage(by, liaison)
    assert not may_manage(OFFICE, User(pk=OFFICE.pk, role=Role.OFFICE))
    assert not may_manage(ADMINISTRATOR, ADMINISTRATOR)
    for field in ("is_superuser", "is_staff"):
        person = User(pk=6, role=Role.LIAISON, organisation=PLACES["here"], **{field: True})
        for by in (OFFICE, DISTRICT, ADMINISTRATOR):
            assert not may_manage(by, person)


def test_managing_follows_appointing():
    for role in Role:
        for place in PLACES.values():
            person = User(pk=7, role=role, organisation=place)
            for by in (OFFICE, DISTRICT, ADMINISTRATOR):
                assert may_manage(by, person) is may_appoint(by, role, place)


@pytest.mark.parametrize("kind", OrganisationKind)
def test_who_manages_an_organisation(kind):
    here = Organisation(pk=21, district=HERE, kind=kind)
    there = Organisation(pk=22, district=THERE, kind=kind)
    for by in (OFFICE, ADMINISTRATOR):
        assert may_manage_organisation(by, here)
        assert may_manage_organisation(by, there)
    may_be_chosen = kind in {"department", "utility", "town", "subdistrict"}
    assert may_manage_organisation(DISTRICT, here) is may_be_chosen
    assert may_manage_organisation(DISTRICT, there) is False
    for role in set(Role) - {Role.OFFICE, Role.DISTRICT}:
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
    assert not may_send_deputy(ADMINISTRATOR, ADMINISTRATOR)
    assert not may_send_deputy(ADMINISTRATOR, User(pk=10, role=""))
