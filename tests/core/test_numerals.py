"""Numbers as Chinese words."""

import pytest

from core.numerals import zh_ordinal


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (99, "九十九"),
        (100, "一百"),
        (105, "一百零五"),
        (112, "一百一十二"),
        (200, "二百"),
        (1008, "一千零八"),
        (1200, "一千二百"),
    ],
)
def test_ordinals_are_said_as_in_chinese(number, words):
    assert zh_ordinal(number) == words
