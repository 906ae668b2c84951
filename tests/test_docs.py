"""What the developers' pages name is there: files, classes, functions, settings."""

import re
import subprocess
from fnmatch import fnmatch

import pytest
from django.conf import settings
from django.utils import translation

from documents.papers import PAPERS, DocumentKind

ROOT = settings.BASE_DIR
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *(page for page in (ROOT / "docs").rglob("*.md") if "guide" not in page.parts),
]
QUOTED = re.compile(r"`([^`\n]+)`")
IS_FILE = re.compile(r"[\w./<>*-]+\.(py|md|html|js|css|toml|txt|in)")
IS_NAME = re.compile(r"[A-Za-z_][\w.]*(\([^)]*\))?")
LINK = re.compile(r"\]\(([^)#:]+)(#[^)]*)?\)")


def tracked() -> list[str]:
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    return subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()


@pytest.fixture(scope="module")
def files():
    return tracked()


@pytest.fixture(scope="module")
def words(files):
    """Every word of the code, of what a library of ours is called with, and of the names of files."""
    ours = (".py", ".html", ".js", ".toml", ".txt", "portal")
    sources = [name for name in files if name.endswith(ours) or name.startswith("deploy/install/files/")]
    text = "\n".join((ROOT / name).read_text() for name in sources if not name.startswith("tests/test_docs"))
    return set(re.findall(r"\w+", text)) | {part for name in files for part in re.findall(r"\w+", name)}


def wrong(quoted: str, files: list[str], words: set[str]) -> bool:
    """A file that is not there, or a name nothing bears."""
    if IS_FILE.fullmatch(quoted):
        wanted = re.sub(r"<\w+>", "*", quoted)
        return not any(fnmatch(name, wanted) or fnmatch(name, f"*/{wanted}") for name in files)
    return bool(IS_NAME.fullmatch(quoted)) and not set(re.findall(r"\w+", quoted)) <= words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_is_there(page, files, words):
    found = QUOTED.findall(page.read_text())
    assert [quoted for quoted in found if wrong(quoted, files, words)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    links = [found[0] for found in LINK.findall(page.read_text())]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_first_page_is_read_in_a_few_minutes():
    assert len((ROOT / "docs" / "architecture.md").read_text().split()) <= 1000


def test_each_variable_that_the_settings_read_is_explained():
    modules = sorted((ROOT / "wuhai_portal" / "settings").glob("*.py"))
    asked = re.findall(r'(?:env\.\w+|listed)\(\s*"(\w+)"', "".join(path.read_text() for path in modules))
    page = (ROOT / "docs" / "settings.md").read_text()
    assert len(asked) > 40
    assert [name for name in asked if f"`{name}`" not in page] == []


def test_every_kind_of_paper_stands_with_who_drafts_checks_and_signs():
    page = (ROOT / "docs" / "subjects" / "papers.md").read_text()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if "|" in line][2:]
    with translation.override("zh-hans"):
        kinds = [(str(kind.label), PAPERS[kind].series) for kind in DocumentKind]
    kinds[0] = (kinds[0][0], "of the district")
    assert sorted((row[0], row[1]) for row in rows) == sorted(kinds)
    assert all(len(row) == 5 and all(row) for row in rows)
