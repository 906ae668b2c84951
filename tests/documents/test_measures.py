"""Every kind of paper, short, long and with rare characters, measured as it was printed (GB/T 9704-2012)."""

import json
import logging
import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
import weasyprint

from core.faces import is_rare
from documents import justifying
from documents.breaking import NEVER_FIRST, NEVER_LAST, names_of_people, typeset
from documents.papers import PAPERS, DocumentKind
from documents.rendering import Page, draw, render_paper, stylesheet_text

from .measuring import BOTTOM, LEFT, RIGHT, Row, rows_of
from .samples import RARE, long, rare, sample, short

# One worker prints them all: each is measured by several tests.
pytestmark = pytest.mark.xdist_group("measures")

SAMPLES: tuple[Callable[[DocumentKind], dict[str, Any]], ...] = (sample, short, long, rare)
DECISION = DocumentKind.NAMING_DECISION
PITCH = 225 / 22  # mm: 22 lines in the type area
EDGE = 0.3  # mm: what a line may end beside the type area's edge


class Printed(logging.Handler):
    """A paper's rows, and the lines that the renderer says it left short."""

    def __init__(self, kind: DocumentKind, make: Callable[[DocumentKind], dict[str, Any]]) -> None:
        super().__init__()
        self.told: list[str] = []
        justifying.logger.addHandler(self)
        self.rows = rows_of(render_paper(kind.value, make(kind)))
        justifying.logger.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(record.getMessage())


printed = cache(Printed)


def papers() -> list[Printed]:
    return [printed(kind, make) for kind in DocumentKind for make in SAMPLES]


def is_of_the_grid(row: Row) -> bool:
    """Whether it is set in 3号 within the type area: all but titles, tables, notes and the foot."""
    return row.block in ("P", "H2", "H3") and 15.9 < row.size < 16.1 and row.baseline < BOTTOM


@pytest.mark.parametrize("make", SAMPLES)
@pytest.mark.parametrize("kind", DocumentKind)
def test_no_line_ends_short_of_the_edge_unless_the_log_says_so(kind, make):
    paper = printed(kind, make)
    full = [row for row in paper.rows if row.is_full and is_of_the_grid(row)]
    short_ones = [row.text for row in full if row.right < RIGHT - EDGE]
    assert len(short_ones) <= len(paper.told)
    assert all(
        any(words.replace(" ", "") in told.replace(" ", "") for told in paper.told) for words in short_ones
    )
    assert all(row.right < RIGHT + EDGE and row.left > LEFT - EDGE for row in full)


def test_hardly_a_line_is_left_short():
    full = [row for paper in papers() for row in paper.rows if row.is_full and is_of_the_grid(row)]
    short_ones = [row for row in full if row.right < RIGHT - EDGE]
    assert len(full) > 1500
    assert len(short_ones) <= len(full) / 100, [row.text for row in short_ones]


# A form more than a paper: its heads and clauses stand close to their tables.
OFF_THE_GRID = {DocumentKind.DELIBERATION_RECORD}


@pytest.mark.parametrize("make", SAMPLES)
@pytest.mark.parametrize("kind", [kind for kind in DocumentKind if kind not in OFF_THE_GRID])
def test_lines_keep_the_grid(kind, make):
    rows = [row for row in printed(kind, make).rows if is_of_the_grid(row)]
    steps = [
        below.baseline - above.baseline
        for above, below in pairwise(rows)
        if above.page == below.page and PITCH / 2 < below.baseline - above.baseline < PITCH * 1.5
    ]
    assert all(step == pytest.approx(PITCH, abs=0.02) for step in steps)


@pytest.mark.parametrize("make", SAMPLES)
@pytest.mark.parametrize("kind", DocumentKind)
def test_no_line_begins_or_ends_with_what_may_not(kind, make):
    rows = printed(kind, make).rows
    for above, below in pairwise(rows):
        if above.is_full and not above.text.startswith("https:"):
            here, after = above.text.rstrip()[-1:], below.text.lstrip()[:1]
            assert after not in NEVER_FIRST, (above.text, below.text)
            assert here not in NEVER_LAST or "://" in above.text, (above.text, below.text)


@pytest.mark.parametrize("make", SAMPLES)
@pytest.mark.parametrize("kind", [kind for kind in DocumentKind if PAPERS[kind].red_head])
def test_the_foot_stands_on_the_last_even_page(kind, make):
    rows = printed(kind, make).rows
    last = max(row.page for row in rows)
    assert [row.page for row in rows if row.text.endswith("日印发")] == [last]
    assert last % 2 == 0


def test_rare_characters_leave_22_lines_on_a_page():
    grounds = "".join("汉" * 9 + letter for letter in RARE * 60)
    pdf = render_paper(DECISION, sample(DECISION, grounds=grounds, sample_note=""))
    rows = [row for row in rows_of(pdf) if row.page == 2 and is_of_the_grid(row)]
    assert len(rows) == 22
    assert (rows[-1].baseline - rows[0].baseline) / 21 == pytest.approx(PITCH, abs=0.01)


@pytest.mark.parametrize("shift", range(14))
@pytest.mark.parametrize(
    "whole",
    [
        "2026年",
        "11月",
        "30日",
        "〔2026〕",
        "128号",
        "12台",
        "3,500.25万元",
        "1,280.5平方米",
        "第12条",
        "第三条",
        "买买提·吐尔逊",
        "张某某",
        "——",
    ],
)
def test_what_is_one_stands_on_one_line(whole, shift):
    """Set so often, with so much between, that some line would break within it."""
    text = "汉" * shift + "".join(f"{whole}{'字' * (5 + place % 7)}" for place in range(40))
    page = typeset(
        f"<html lang=zh-CN><title>x</title><body><main><p>{text}</p></main>",
        ["买买提·吐尔逊", "张某某"],
        is_rare=is_rare,
    )
    pdf = draw(Page(page, stylesheet_text("gbt9704.css"), "2008-05-20")).content
    rows = [row.text for row in rows_of(pdf)]
    assert len(rows) > 8
    assert "".join(rows) == text
    assert sum(row.count(whole) for row in rows) == 40


def test_every_person_of_the_samples_is_held_together():
    """The samples call people 某某: a field that the list of names does not know shows here."""
    for kind in DocumentKind:
        context = sample(kind)
        named = names_of_people(context)
        said = set(re.findall(r"[赵钱孙李周吴郑王张]某{1,2}", json.dumps(context, ensure_ascii=False)))
        assert said <= named | {name for name in said if any(name in each for each in named)}, kind


def test_markup_and_spaces_are_left_as_they_are():
    page = (
        '<html><head><title>a，b</title></head><body class="x">\n<p class="a，b">甲 &lt;b&gt;，乙<br>，丙</p>'
        "\n<svg><title>甲，乙</title></svg>"
    )
    assert typeset(page, is_rare=lambda _: False) == page.replace("&gt;，乙", "&gt;\u2060，乙")


def test_weasyprint_is_the_version_whose_justification_was_replaced():
    """Of a new one: is `justify_line` still called so? Run this file, look at the papers, then say so."""
    assert weasyprint.__version__ == justifying.TRIED_WITH
