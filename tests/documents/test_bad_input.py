"""What people may type, put into every kind of paper: it is printed whole and within the page.

Markup: `test_rendering`. What cannot be printed: `test_services`, and at the forms `tests/test_forms.py`.
"""

import pytest

from documents.papers import DocumentKind
from documents.rendering import render_paper

from .measuring import LEFT, RIGHT, rows_of
from .samples import LONG_NAME, listed, named_at_length, sample, sentences, short, wordy

EDGE = 0.3  # mm
LOWEST = 297 - 8  # mm: below it is the printer's own margin


def printed(kind: DocumentKind, context: dict[str, object]) -> str:
    """The paper's words, block by block; all of them stand within its page."""
    rows = rows_of(render_paper(kind.value, context))
    beside = [row for row in rows if row.left < LEFT - 5 or row.right > RIGHT + EDGE or row.baseline > LOWEST]
    assert not beside
    return "".join("".join(row.text.split()) for row in rows)


def test_long_name_has_60_characters():
    assert len(LONG_NAME) == 60


@pytest.mark.slow
@pytest.mark.parametrize("kind", DocumentKind)
def test_5000_characters_are_printed_whole(kind):
    usual = printed(kind, short(kind))
    shown = sum(each.rstrip("。") in usual for each in sentences(kind))
    text = printed(kind, wordy(kind))
    assert text.count("终") - usual.count("终") >= shown
    assert text.count("说") >= 1249 * shown  # one by one: a cell goes on where the page's other cells ended


@pytest.mark.parametrize("kind", DocumentKind)
def test_name_of_60_characters_stands_whole_in_title_and_table(kind):
    context = named_at_length(kind)
    text = printed(kind, context)
    assert LONG_NAME in text or LONG_NAME not in str(context)
    if sample(kind)["title"] in printed(kind, sample(kind)):  # not of a letter
        assert context["title"] in text


@pytest.mark.parametrize("kind", DocumentKind)
def test_tables_without_a_row(kind):
    context = listed(kind, 0)
    assert context["number"] in printed(kind, context)


@pytest.mark.slow
@pytest.mark.parametrize("kind", DocumentKind)
def test_200_rows(kind):
    context = listed(kind, 200)
    assert context["number"] in printed(kind, context)
