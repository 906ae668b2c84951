"""A synthetic next release of the portal."""

import shutil

from deploy.console import ROOT

ADDS_A_TABLE = """
from django.db import migrations
class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunSQL("CREATE TABLE core_next (id integer)")]
"""
NOT_OF_A_RELEASE = ("tests", "bench", "mutants", ".venv", ".git", "var")


def release(folder, *, venv=None, **migrations):
    """The tree as it is, with migrations of its own and its name on every page; its `.venv` is ours."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_OF_A_RELEASE, "__pycache__", ".*_cache"))
    (folder / ".venv").symlink_to(venv or (ROOT / ".venv").resolve())
    for name, text in migrations.items():
        (folder / "core" / "migrations" / f"{name}.py").write_text(text)
    page = folder / "templates" / "base.html"
    page.write_text(page.read_text().replace("</body>", f"<!-- release {folder.name} --></body>"))
    return folder
