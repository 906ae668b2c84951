"""What holds for all tests of the desk."""

import pytest

from desk.figures import kept


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch):
    """A slow machine must not find a figure worth keeping that the test has just changed."""
    monkeypatch.setattr(kept, "WORTH_KEEPING", float("inf"))


@pytest.fixture(autouse=True)
def _own_figures(settings, tmp_path):
    """Where a test does keep them, they go with it."""
    own = settings.CACHES["figures"] | {"LOCATION": tmp_path / "figures"}
    settings.CACHES = settings.CACHES | {"figures": own}
