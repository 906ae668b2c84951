"""Rooms import only downwards, as pyproject.toml's contracts say."""

from importlinter.cli import lint_imports


def test_rooms_import_only_downwards():
    assert lint_imports() == 0
