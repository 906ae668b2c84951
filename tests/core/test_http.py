"""Where pages are."""

import pytest
from django.urls import get_script_prefix, reverse, set_script_prefix

from core.http import page_address, record_address


@pytest.fixture(params=["/", "/below/"])
def _prefix(request):
    """The portal below a path, too: what was looked up for the one is not taken for the other."""
    before = get_script_prefix()
    set_script_prefix(request.param)
    yield
    set_script_prefix(before)


@pytest.mark.usefixtures("_prefix")
@pytest.mark.parametrize("name", ["desk:site", "publicity:object", "sites:filing"])
def test_record_is_where_django_says(name):
    for key in (1, 80, 123_456_789):
        assert record_address(name, key) == reverse(name, args=[key])


@pytest.mark.usefixtures("_prefix")
def test_page_is_where_django_says():
    assert page_address("desk:home") == reverse("desk:home")
