"""What `run` makes before it serves."""

from deploy import prepare


def test_static_files_are_collected_anew_when_a_picture_of_the_guide_came(settings, tmp_path):
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_DIRS = [("guide", pictures)]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    for name in ("first.png", "second.png"):
        (pictures / name).write_bytes(b"picture")
        prepare.collect_static()
        assert (tmp_path / "static" / "guide" / name).exists()
