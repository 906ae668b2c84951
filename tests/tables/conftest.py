"""What the tests of this room share."""

import pytest
from django.utils import translation


@pytest.fixture
def english():
    """Heads and complaints in English."""
    with translation.override("en"):
        yield
