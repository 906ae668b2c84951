"""The Chinese catalogue is complete."""

import re

from django.core import validators
from django.forms import BaseForm
from django.urls import get_resolver
from django.utils import translation

from core.wording import SAID_OUR_WAY
from deploy import translations
from deploy.console import ROOT
from tests.kinds import kinds_of


def test_catalogue_has_no_missing_and_no_fuzzy_entry():
    assert list(translations.complaints()) == []


def test_catalogue_comes_before_the_libraries_own():
    with translation.override("zh-hans"):
        assert "字段" not in translation.gettext("This field is required.")
        assert not any("你" in translation.gettext(text) for text in SAID_OUR_WAY if isinstance(text, str))


# One word for one thing: what was chosen → what it took the place of. 级别 is a site's, city or district.
ONE_WORD = {"达标情况": "评定结果", "签署": "签字", "解锁": "重新打开"}


def test_one_thing_has_one_word_in_catalogue_and_papers():
    catalogue = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    papers = (ROOT / "templates" / "documents").rglob("*.html")
    texts = {place.name: place.read_text() for place in (catalogue, *papers)}
    for chosen, other in ONE_WORD.items():
        assert chosen in texts["django.po"]
        assert [name for name, text in texts.items() if other in text] == []


def test_level_of_a_mark_is_never_called_as_a_site_s_level():
    with translation.override("zh-hans"):
        for text in ("Choose a level.", "Level reached", "Not saved yet: choose a level."):
            assert "达标情况" in translation.gettext(text)
        assert translation.pgettext("of a mark", "level") == "达标情况"


def test_what_is_wrong_with_a_field_is_said_as_an_office_would():
    """Of every kind of field and check that the portal's forms have: Django's own Chinese sounds made up."""
    assert get_resolver().url_patterns  # every view is imported, and so every form
    fields = {
        type(field): field
        for form in kinds_of(BaseForm)
        if not form.__module__.startswith(("django", "crispy", "import_export"))
        for field in getattr(form, "base_fields", {}).values()
    }
    said = {message for field in fields.values() for message in field.error_messages.values()}
    said |= {getattr(check, "message", "") for field in fields.values() for check in field.validators}
    said |= {validators.MinValueValidator.message, validators.MaxValueValidator.message}
    said |= {message for message in validators.DecimalValidator.messages.values() if isinstance(message, str)}
    assert len(fields) > 10
    with translation.override("zh-hans"):
        told = {str(message) for message in said if message}
    machine = re.compile("输入一|确保|确认总|字段|null|Email|实例|复选框|该值|有效的值")
    assert [text for text in told if machine.search(text)] == []


# A link to an editing page with a text of its own: its msgid, and its context.
_EDITS = re.compile(
    r"""url '[\w:]*_edit'[^>]*>(?:{% icon "[\w-]+" %} )?{% trans "([^"]+)"(?: context "([^"]+)")? %}"""
)


def test_links_to_editing_pages_say_what_one_does_there():
    """In English a change and to change are one word; in Chinese 变化 is none of what one does."""
    links = {
        link for page in (ROOT / "templates").rglob("*.html") for link in _EDITS.findall(page.read_text())
    }
    with translation.override("zh-hans"):
        words = {
            text: translation.pgettext(context, text) if context else translation.gettext(text)
            for text, context in links
        }
    assert {"Edit", "Correct"} < set(words)
    doing = ("修改", "调整", "更正", "增补")
    assert [word for word in words.values() if not word.startswith(doing)] == []


def test_texts_are_translated_under_the_names_by_which_they_are_collected():
    """xgettext knows gettext and its like, and `_`; what goes by another name is never in the catalogue."""
    renamed = re.compile(r"\bn?p?gettext(?:_lazy|_noop)? as (\w+)")
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted(ROOT.rglob("*.py"))
        if not {".venv", "node_modules"} & set(path.parts)
        for name in renamed.findall(path.read_text(encoding="utf-8"))
        if name != "_"
    ]
    assert found == []
