"""The Chinese catalogue is complete."""

import re

from django.utils import translation

from core.wording import SAID_OUR_WAY
from deploy import translations
from deploy.console import ROOT


def test_catalogue_has_no_missing_and_no_fuzzy_entry():
    assert list(translations.complaints()) == []


def test_catalogue_comes_before_the_libraries_own():
    with translation.override("zh-hans"):
        assert "字段" not in translation.gettext("This field is required.")
        assert not any("你" in translation.gettext(text) for text in SAID_OUR_WAY if isinstance(text, str))


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
