"""What the tests of this room share."""

import pytest
from django.core.cache import cache

from accounts.enums import Role
from tests import factories
from tests.settings import COMPULSORY


@pytest.fixture
def needed(settings):
    """The second factor, of the roles that always have one."""
    settings.PORTAL_SECOND_FACTOR = COMPULSORY
    cache.clear()


@pytest.fixture
def office():
    return factories.user(Role.OFFICE, name="示例市办")


@pytest.fixture
def district():
    return factories.district()


@pytest.fixture
def clerk(district):
    """A person of the district's office."""
    return factories.user(Role.DISTRICT, factories.district_office(district), name="示例区办")


@pytest.fixture
def liaison(district):
    """A liaison of a unit of the district."""
    return factories.user(Role.LIAISON, factories.unit(district), name="示例联络员")
