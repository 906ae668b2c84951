"""The product's own modules, as syntax trees: for tests that find every place of a kind by themselves."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings


def rooms() -> list[str]:
    """Every room and the project package."""
    told = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
    found: list[str] = told["tool"]["importlinter"]["root_packages"]
    return found


def modules() -> Iterator[tuple[Path, ast.Module]]:
    """Every module of a room and of the project package, by its path from the top; no migrations."""
    for package in rooms():
        for path in sorted((settings.BASE_DIR / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(settings.BASE_DIR), ast.parse(path.read_text())
