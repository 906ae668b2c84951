"""Rooms import only downwards, as pyproject.toml's contracts say."""

from importlinter.application.use_cases import create_report, read_user_options
from importlinter.configuration import configure

configure()


def test_rooms_import_only_downwards():
    report = create_report(read_user_options(config_filename="pyproject.toml"))
    assert not report.contains_failures
    assert report.kept_count == 2
