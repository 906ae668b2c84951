"""Every test's pages are watched (`tests.heavy`): this shows that the watch sees one that draws."""

import pytest
from django.urls import reverse

from publicity import notice_sheets
from tests import heavy
from tests.publicity import scene

pytestmark = pytest.mark.django_db


def test_page_that_draws_while_somebody_waits_fails_its_test(client, on, monkeypatch):
    on("2008-05-15")
    notice = scene.publish(*scene.accepted())
    address = reverse("publicity:notice_poster", args=[notice.pk, "a4"])
    notice_sheets._drawn.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(heavy, "DRAWN_AT_ONCE", set())
        with pytest.raises(AssertionError, match="notice_poster draws a PDF"):
            client.get(address)
    assert client.get(address).status_code == 200
