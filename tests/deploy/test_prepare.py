"""What `run` makes before it serves."""

import pytest

from accounts.models import Organisation
from deploy import prepare
from sites.models import Site
from tests import factories
from tests.planner import rows_known


@pytest.fixture
def pictures(settings, tmp_path):
    """The one folder of static files."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_DIRS = [("guide", folder)]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    return folder


def test_static_files_are_collected_anew_when_a_picture_of_the_guide_came(pictures, tmp_path):
    for name in ("first.png", "second.png"):
        (pictures / name).write_bytes(b"picture")
        prepare.collect_static()
        assert (tmp_path / "static" / "guide" / name).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("kind", "model"), [("empty", Organisation), ("demo", Site)])
def test_tables_are_counted_for_the_planner_before_the_first_page(kind, model, pictures, settings, tmp_path):
    settings.PORTAL_HOME = tmp_path
    factories.unit()
    prepare.main(kind)
    assert rows_known(model) == model.objects.count() > 20
