"""What the tests of this room share."""

import pytest

from accounts.enums import Role
from tests import factories


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
