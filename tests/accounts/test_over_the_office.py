"""Whoever decides over the office, or looks into what it does, has no account of the office's making."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts import services
from accounts.enums import Role
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", Role.OVER_THE_OFFICE)
def test_office_neither_adds_nor_makes_links_for_them(role):
    office, person = factories.user(Role.OFFICE), factories.user(role)

    with pytest.raises(PermissionDenied):
        services.add_person(name="示例甲某", role=role, organisation=person.organisation, by=office)
    with pytest.raises(PermissionDenied):
        services.make_link(person=person, by=office)
    with pytest.raises(PermissionDenied):
        services.change_person(
            person=factories.user(Role.INSPECTOR),
            name="示例乙某",
            role=role,
            organisation=person.organisation,
            phone="",
            email="",
            by=office,
        )


@pytest.mark.parametrize("role", Role.OVER_THE_OFFICE)
def test_nobody_adds_them_with_their_role_at_once(role):
    home = factories.user(role).organisation
    for by in map(factories.user, Role):
        with pytest.raises(PermissionDenied):
            services.add_person(name="示例甲某", role=role, organisation=home, by=by)


def test_office_is_not_offered_their_roles(client):
    address = reverse("people:person_add")
    client.force_login(factories.user(Role.OFFICE))
    offered = dict(client.get(address).context["form"].fields["role"].choices)
    assert set(offered) == set(Role) - set(Role.OVER_THE_OFFICE)

    client.force_login(factories.user(Role.SECURITY))
    address = reverse("people:person_edit", args=[factories.user("").pk])
    offered = dict(client.get(address).context["form"].fields["role"].choices)
    assert set(offered) == {"", *Role} - set(Role.ADMINISTRATORS) - set(Role.GIVEN_BY_TWO)
