"""Every template is a page, a part of one, or takes the place of a library's; none lies about unused."""

import re
from pathlib import Path

import allauth
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template import VariableDoesNotExist, engines
from django.template.loader import get_template

from desk.figures.registry import FIGURES
from documents.papers import DocumentKind
from tests.core.test_upload_fields import ROOMS

ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
FILES = [path for path in TEMPLATES.rglob("*") if path.is_file()]
ICONS = {path.stem for path in FILES if path.suffix == ".svg"}
NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in FILES if path.parent.name != "icons")

# What Django and allauth (429) show by themselves.
OF_ERRORS = {f"{name}.html" for name in ("400", "403", "403_csrf", "404", "429", "500")}
OF_LIBRARIES = [
    Path(allauth.__file__).parent / "templates",
    Path(apps.get_app_config("admin").path) / "templates",
    Path(apps.get_app_config("crispy_bootstrap5").path) / "templates",
]
# Code puts these names together: documents.rendering, desk.figures.figure, publicity.views.appraisals.
PUT_TOGETHER = {
    *(f"documents/{kind.value}.html" for kind in DocumentKind),
    *(figure.template for figure in FIGURES.values()),
    *(f"publicity/{name}.html" for name in ("appraise", "appraisal", "appraised")),
}


def test_icons_are_those_that_pages_name():
    """Of two thousand drawings the portal holds those it shows."""
    pages = [path.read_text() for path in TEMPLATES.rglob("*.html")]
    code = [path.read_text() for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    drawn = {name for text in pages for name in re.findall(r'{% icon "([\w-]+)"', text)}
    assert sorted(drawn - ICONS) == []
    quoted = {name for text in pages + code for name in re.findall(r"""["']([a-z\d-]+)["']""", text)}
    assert sorted(ICONS - quoted) == []


def test_every_template_is_used():
    named = _named()
    assert [name for name in NAMES if not (name in named or _is_taken_up(name))] == []


def test_every_template_can_be_read():
    assert all(get_template(name) for name in NAMES)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "shell", ["desk_base.html", "public_base.html", "shells/list.html", "shells/form.html"]
)
def test_fault_in_a_page_is_an_error_and_no_empty_page(rf, shell):
    request = rf.get("/")
    request.user = AnonymousUser()
    block = "above" if shell.startswith("shells/") else "content"
    faulty = f"{{% extends '{shell}' %}}{{% block {block} %}}{{{{ 'text'|add:nothing }}}}{{% endblock %}}"
    with pytest.raises(VariableDoesNotExist):
        engines["django"].from_string(faulty).render({}, request)


def _is_taken_up(name: str) -> bool:
    return name in OF_ERRORS | PUT_TOGETHER or any((folder / name).exists() for folder in OF_LIBRARIES)


def _named() -> set[str]:
    """The templates that code or others name; a sheet drawn by render_sheet is named without its room."""
    paths = [*TEMPLATES.rglob("*.html"), *(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))]
    text = "\n".join(path.read_text() for path in paths)
    found = set(re.findall(r"""["'](?:documents/)?([\w/]+\.\w+)["']""", text))
    return found | {f"documents/{name}" for name in found}
