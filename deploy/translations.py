"""The Chinese catalogue: compiled for the portal, complete for `./portal check`."""

import shutil
import sys
import tempfile
from pathlib import Path

from deploy.console import ROOT, Stop, fail, run

CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
NOT_SOURCE = shutil.ignore_patterns(".*", "var", "node_modules", "__pycache__", "*.mo", "tests", "reference")


def compile_catalogues() -> None:
    """Make each .mo whose .po is newer; gettext finds the mistakes in it."""
    for source in ROOT.glob("locale/*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            run(["msgfmt", "--check-format", "-o", str(compiled), str(source)])


def complaints() -> list[str]:
    """What the catalogue lacks: untranslated or fuzzy entries, and texts of the code it does not know."""
    catalogue = ROOT / CATALOGUE
    if not catalogue.exists():
        return [f"{CATALOGUE} does not exist"]
    found = [
        f"{kind} entries in {CATALOGUE}:\n{entries}"
        for kind, option in (("untranslated", "--untranslated"), ("fuzzy", "--only-fuzzy"))
        if (entries := run(["msgattrib", option, "--no-obsolete", "--no-wrap", str(catalogue)]).strip())
    ]
    with tempfile.TemporaryDirectory(prefix="portal-texts-") as scratch:
        try:
            run(["msgcmp", "--use-untranslated", "--use-fuzzy", str(catalogue), str(_extract(Path(scratch)))])
        except Stop as unknown:
            found.append(
                f"texts missing from {CATALOGUE} (./portal manage makemessages -l zh_Hans):\n{unknown}"
            )
    return found


def _extract(scratch: Path) -> Path:
    """Collect the texts of code and templates as makemessages would, from a copy of the tree."""
    copy = scratch / "tree"
    shutil.copytree(ROOT, copy, ignore=NOT_SOURCE)
    run([sys.executable, "manage.py", "makemessages", "-l", "zh_Hans", "--keep-pot"], cwd=copy)
    return copy / "locale" / "django.pot"


if __name__ == "__main__":
    problems = complaints()
    for problem in problems:
        fail(problem)
    sys.exit(bool(problems))
