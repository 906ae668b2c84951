"""Who drafts, checks and signs in this room's tests."""

import pytest

from accounts.enums import Role
from accounts.models import User
from tests import factories


@pytest.fixture
def clerk() -> User:
    return factories.user(Role.OFFICE)


@pytest.fixture
def colleague() -> User:
    return factories.user(Role.OFFICE)


@pytest.fixture
def leader() -> User:
    return factories.user(Role.LEADING_GROUP)
