"""What the tests of this room share."""

from tests.sites.conftest import english as english
