"""Rooms import only downwards, as pyproject.toml's contracts say, and at the top of the module."""

import ast
from collections.abc import Iterator

from deploy.checks import CHECKS
from deploy.console import attempt
from tests.sources import modules

# What is imported only when a function runs, and why. A circle is no reason: work is handed over by name.
LATE = {
    "accounts/apps.py": "the models are there once Django is ready",
    "assessments/apps.py": "the models are there once Django is ready",
    "audit/apps.py": "the models are there once Django is ready",
    "core/access.py": "what counts is loaded where PORTAL_METRICS is set",
    "core/apps.py": "the models are there once Django is ready, and what counts where PORTAL_METRICS is set",
    "core/conditions/machine.py": "what reads a certificate, where one is named",
    "core/conditions/pages.py": "redis takes 6 MB till work goes out",
    "core/management/commands/metrics.py": "what counts is loaded once the address is one",
    "core/reports.py": "the library is loaded where PORTAL_SENTRY_DSN is set",
    "core/version.py": "Celery's remote control is for a worker",
    "desk/apps.py": "the models are there once Django is ready",
    "documents/apps.py": "the models are there once Django is ready",
    "documents/signers.py": "what signs takes 30 MB that only a worker needs; few have a token",
    "publicity/apps.py": "the models are there once Django is ready",
    "sites/apps.py": "the models are there once Django is ready",
    "standards/apps.py": "the models are there once Django is ready",
    "accounts/views/links.py": "segno is for the slip of a new link",
    "core/contents/__init__.py": "pypdf is for an upload alone",
    "core/uploads.py": "Pillow takes 2 MB that an upload alone needs",
    "assessments/sheet_workbook/reading.py": "openpyxl takes 8 MB that pages have no use for",
    "assessments/views/workbooks.py": "openpyxl, as above",
    "sites/forms/rows.py": "openpyxl, as above",
    "sites/services/imports.py": "openpyxl, as above",
    "sites/views/imports.py": "openpyxl, as above",
    "tables/writing.py": "openpyxl, as above",
    "desk/dossiers/archive.py": "pypdf is for a worker that makes a dossier",
    "documents/rendering.py": "WeasyPrint takes 60 MB, which only a worker that makes a paper needs",
    "documents/views/word_copies.py": "what writes Word files is loaded where a worker makes one",
    "documents/services/papers.py": "as above: what a rendering raises",
    "publicity/finding.py": "the sounds of all characters are for who mistypes alone",
    "publicity/guide.py": "what reads Markdown is for the guide's pages alone",
}


def test_rooms_import_only_downwards():
    """In a process of its own: it would silence the loggers of the tests that follow."""
    code, told = attempt(CHECKS["layers"])
    assert code == 0, told


def test_what_is_imported_late_has_its_reason_here():
    assert {str(path) for path, tree in modules() if any(late_imports(tree))} == LATE.keys()


def late_imports(tree: ast.Module) -> Iterator[ast.stmt]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (each for each in ast.walk(function) if isinstance(each, ast.Import | ast.ImportFrom))
