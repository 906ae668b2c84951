"""Whoever decides over the office, or looks into what it does, has no account of the office's making."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts import services
from accounts.enums import Role
from accounts.models import User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return User.objects.create_superuser("root", password=factories.PASSWORD, name="示例管理员")


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
def test_administrator_adds_them(role, administrator):
    home = factories.user(role).organisation

    added = services.add_person(name="示例甲某", role=role, organisation=home, by=administrator)

    assert added.role == role


def test_office_is_not_offered_their_roles(client, administrator):
    address = reverse("people:person_add")
    client.force_login(factories.user(Role.OFFICE))
    offered = dict(client.get(address).context["form"].fields["role"].choices)
    assert set(offered) == set(Role) - set(Role.OVER_THE_OFFICE)

    client.force_login(administrator)
    assert set(dict(client.get(address).context["form"].fields["role"].choices)) == set(Role)
