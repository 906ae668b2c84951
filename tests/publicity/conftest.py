"""Who acts in this room's tests."""

import pytest

from accounts.enums import Role
from tests import factories


@pytest.fixture
def office():
    return factories.user(Role.OFFICE)


@pytest.fixture
def leader():
    return factories.user(Role.LEADING_GROUP)
