"""CSV files: the guard, the encodings."""

from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from tables.texts import decoded, guarded, unguarded


@given(st.text() | st.text("'=+-@ab\t\r\n", max_size=6))
def test_guard_comes_off_again(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(tuple("=+-@\t\r\n"))


@given(st.text())
def test_utf8_is_read_with_and_without_its_mark(text):
    text = text.replace("\0", "")
    assert decoded(text.encode("utf-8-sig")) == text.removeprefix("\ufeff") or text.startswith("\ufeff")


@given(st.binary())
def test_any_bytes_are_a_text_or_a_complaint(content):
    with suppress(ValidationError):
        assert isinstance(decoded(content), str)


def test_gbk_that_could_pass_for_utf8_on_one_line_follows_the_others():
    text = "模\n示例单位\n"
    assert "模".encode("gbk").decode("utf-8") == "ģ"
    assert decoded(text.encode("gbk")) == text


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_plain_ascii_is_read(encoding):
    assert decoded("a,b\n".encode(encoding)) == "a,b\n"
