"""What the tests of this room share."""

import pytest
from django.utils import translation


@pytest.fixture
def english(client):
    """Screens and messages in English; afterwards the language is put back, which a request does not do."""
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield
