"""The Chinese catalogue is complete."""

from django.utils import translation

from core.wording import SAID_OUR_WAY
from deploy import translations


def test_catalogue_has_no_missing_and_no_fuzzy_entry():
    assert list(translations.complaints()) == []


def test_catalogue_comes_before_the_libraries_own():
    with translation.override("zh-hans"):
        assert "字段" not in translation.gettext("This field is required.")
        assert not any("你" in translation.gettext(text) for text in SAID_OUR_WAY if isinstance(text, str))
