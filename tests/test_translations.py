"""The Chinese catalogue is complete."""

from deploy import translations


def test_catalogue_has_no_missing_and_no_fuzzy_entry():
    assert list(translations.complaints()) == []
