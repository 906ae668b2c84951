"""The one spelling of names, and of prose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tables.tidy import tidy, tidy_prose


@given(st.text())
def test_tidy_twice_is_tidy_once(text):
    assert tidy(tidy(text)) == tidy(text)


@given(st.text())
def test_tidy_prose_twice_is_once(text):
    assert tidy_prose(tidy_prose(text)) == tidy_prose(text)


@pytest.mark.parametrize("letters", ["𠮷", "䶮", "喆", "𠮷䶮喆", "〇", "々", "㐂"])
def test_rare_letters_stay(letters):
    assert tidy(f"示例{letters}") == f"示例{letters}"
    assert tidy_prose(letters) == letters


@pytest.mark.parametrize("letters", ["示例", "𠮷", "䶮", "〇"])
@pytest.mark.parametrize("typed", ["(一)", "（一）", " ( 一 ) ", "﹙一﹚"])
def test_names_that_differ_in_their_brackets_only_are_one(letters, typed):
    assert tidy(letters + typed) == f"{letters}（一）"


def test_brackets_of_latin_text_stay():
    assert tidy("Hall (2)") == "Hall (2)"


@pytest.mark.parametrize(
    "unseen",
    ["\u202e", "\u2067", "\u200b", "\ufeff", "\u00ad", "\x00", "\x1b", "\u3164", "\ufe0f", "\U000e0100"],
)
def test_what_nobody_sees_is_taken_off(unseen):
    assert tidy(f"示{unseen}例") == "示例"
    assert tidy_prose(f"示{unseen}例") == "示例"


def test_prose_keeps_its_punctuation_and_has_one_kind_of_line_ending():
    assert tidy_prose(" 一，（二）\r\n\r\n三 \r四 ") == "一，（二）\n\n三\n四"
