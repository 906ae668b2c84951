"""Titles break by sense into a trapezium or a lozenge; a mark spans the type area."""

import pytest

from documents.breaking import NEVER_FIRST, NEVER_LAST
from documents.typesetting import TITLE_CHARACTERS, TYPE_AREA_WIDTH, break_title, fit_mark

CENTRE = "海勃湾区人民政府政务服务中心"


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("乌海市政务公开示范点上报表", ["乌海市政务公开示范点上报表"]),
        (
            f"关于{CENTRE}政务公开示范点建设督查整改的通知",
            [f"关于{CENTRE}", "政务公开示范点建设督查整改的通知"],
        ),
        (
            f"乌海市政务公开领导小组办公室关于{CENTRE}政务公开示范点建设整改情况的报告",
            ["乌海市政务公开领导小组办公室", f"关于{CENTRE}", "政务公开示范点建设整改情况的报告"],
        ),
        (
            "乌海市政务公开领导小组关于命名首批乌海市政务公开示范点和办事公开示范点的决定",
            ["乌海市政务公开领导小组", "关于命名首批乌海市政务公开示范点", "和办事公开示范点的决定"],
        ),
    ],
)
def test_title_breaks_between_words(title, lines):
    assert break_title(title, [CENTRE]) == lines


@pytest.mark.parametrize("length", [1, 20, 21, 39, 61, 200])
def test_title_of_unknown_words_keeps_every_character_within_the_line(length):
    title = "".join(chr(0x4E00 + index * 7) for index in range(length))
    lines = break_title(title)
    assert "".join(lines) == title
    assert max(map(len, lines)) <= TITLE_CHARACTERS


def test_title_too_long_to_weigh_whole_keeps_its_words_and_even_lines():
    title = f"关于{'鄂托克前旗蒙西经济开发区' * 5}（示例）政务公开示范点建设督查整改工作情况的通知"
    lines = break_title(title)
    assert "".join(lines) == title
    assert max(map(len, lines)) <= TITLE_CHARACTERS
    assert max(map(len, lines)) - min(map(len, lines)) <= 8
    assert all(line[0] not in NEVER_FIRST for line in lines)
    assert all(line[-1] not in NEVER_LAST for line in lines)
    assert sum("政务公开示范点" in line for line in lines) == 1


def test_title_line_never_begins_with_a_closing_mark_or_de():
    for length in range(8, 24):
        for line in break_title("关于" + "甲" * length + "（试行）的《乙丙丁》的通知")[1:]:
            assert line[0] not in "的）》"


@pytest.mark.parametrize("length", [4, 9, 10, 13, 16, 24, 40])
def test_mark_fits_the_type_area_and_is_centred(length):
    mark = fit_mark("乌" * length)
    assert length * mark.size * mark.scale <= TYPE_AREA_WIDTH + 0.5
    assert mark.inset * 2 + mark.width == pytest.approx(TYPE_AREA_WIDTH, abs=0.1)
    assert mark.width > length * mark.size
