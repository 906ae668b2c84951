"""Two things CSS cannot do for an official paper: break its title by sense, fit its mark to the page."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import ceil, comb
from unicodedata import east_asian_width

from .breaking import NEVER_FIRST, NEVER_LAST

TYPE_AREA_WIDTH = 442.2  # pt: 156 mm, GB/T 9704-2012 clause 5.2.1
MARK_SIZE = 46.0  # pt: the mark's height; the standard leaves it free but asks for prominence (7.2.4)
MARK_NARROWEST = 0.55  # a mark is narrowed like a printer's long letter; below this it is made smaller
TITLE_CHARACTERS = 20  # full-width characters of 2号 (22 pt) in a line of the type area

# Words a line may end or begin with; names of sites and units come with each paper.
_WORDS = frozenset(
    {
        *(
            "政务公开领导小组办公室",
            "政务公开领导小组",
            "政务公开示范点",
            "办事公开示范点",
            "政务公开",
            "办事公开",
        ),
        *(
            "示范点",
            "乌海市",
            "建设",
            "工作",
            "方案",
            "情况",
            "整改",
            "督查",
            "验收",
            "命名",
            "拟命名",
            "首批",
        ),
        *(
            "上报表",
            "名单",
            "存在",
            "差距",
            "改进",
            "意见",
            "报告",
            "通知",
            "公示",
            "决定",
            "撤销",
            "称号",
            "考评",
        ),
        *("办法", "关于", "对", "和", "与", "人民政府", "办事处", "中心", "大厅"),
    }
)
_BAD_START = NEVER_FIRST | {"的", "表"}
_WEAK_ENDS = ("关于", "对", "和", "与")
_MOST_LAYOUTS = 20_000  # of a title too long to weigh every layout, the lines are weighed one by one


@dataclass(frozen=True)
class Mark:
    """The issuer's mark, sized and narrowed so that it spans the type area in one line."""

    size: float  # pt
    scale: float  # horizontal
    width: float  # pt before narrowing
    inset: float  # pt from the type area's left edge; negative while wider than it


def fit_mark(text: str) -> Mark:
    """Fit a mark (发文机关标志) of any length into the type area, centred."""
    natural = len(text) * MARK_SIZE
    scale = min(1.0, max(MARK_NARROWEST, TYPE_AREA_WIDTH / natural))
    size = min(MARK_SIZE, TYPE_AREA_WIDTH / (len(text) * scale))
    # A hair wider than its letters, or the last one would fall to a second line.
    width = len(text) * size + 2
    return Mark(round(size, 2), round(scale, 4), round(width, 2), round((TYPE_AREA_WIDTH - width) / 2, 2))


def break_title(title: str, names: Iterable[str] = ()) -> list[str]:
    """Break a title into lines that keep words whole and make a trapezium or a lozenge (7.3.1).

    `names` are the site's and units' names: they are kept on one line where they fit.
    """
    pieces = list(_pieces(title, names))
    fewest = max(1, ceil(_width(title) / TITLE_CHARACTERS))
    layouts = [
        layout
        for count in (fewest, fewest + 1)
        if comb(len(pieces) - 1, count - 1) <= _MOST_LAYOUTS
        for cuts in combinations(range(1, len(pieces)), count - 1)
        if (layout := _layout(pieces, cuts)) is not None
    ]
    if not layouts:
        return _line_by_line(pieces, _width(title) / (fewest + 1))
    return ["".join(line) for line in min(layouts, key=_ugliness)]


def _width(text: str) -> float:
    """Width in full-width characters."""
    return sum(1 if east_asian_width(char) in "WFA" else 0.5 for char in text)


def _pieces(title: str, names: Iterable[str]) -> Iterator[str]:
    whole = [name for name in names if len(name) > 1 and _width(name) <= TITLE_CHARACTERS]
    words = sorted({*whole, *_WORDS}, key=lambda word: (-len(word), word))
    return (
        match[0]
        for match in re.finditer(
            "|".join([*map(re.escape, words), r"[A-Za-z0-9.\-]+", "."]), title, re.DOTALL
        )
    )


def _layout(pieces: list[str], cuts: tuple[int, ...]) -> list[list[str]] | None:
    """The pieces cut into lines, or None where a line is too long or breaks a rule of punctuation."""
    edges = (0, *cuts, len(pieces))
    lines = [pieces[start:end] for start, end in pairwise(edges)]
    fits = all(_width("".join(line)) <= TITLE_CHARACTERS for line in lines)
    kept = all(line[0][0] not in _BAD_START for line in lines[1:]) and all(
        line[-1][-1] not in NEVER_LAST for line in lines[:-1]
    )
    return lines if fits and kept else None


def _ugliness(lines: list[list[str]]) -> float:
    """Less is better: few and even lines, no hourglass, no word cut; 关于 likes to open a line."""
    widths = [_width("".join(line)) for line in lines]
    mean = sum(widths) / len(widths)
    uneven = sum((width - mean) ** 2 for width in widths) / len(widths)
    hourglass = any(
        before > here < after for before, here, after in zip(widths, widths[1:], widths[2:], strict=False)
    )
    edges = [(above[-1], below[0]) for above, below in pairwise(lines)]
    words_cut = sum(len(end) == 1 and len(start) == 1 for end, start in edges)
    weak = sum(end in _WEAK_ENDS for end, _ in edges)
    opened = any(start == "关于" for _, start in edges)
    faults = 12 * hourglass + 8 * words_cut + 6 * weak + 10 * (widths[-1] < 4)
    return uneven + 12 * len(lines) + faults - 20 * opened


def _line_by_line(pieces: list[str], mean: float) -> list[str]:
    """The least ugly lines, each weighed by itself and the words at its end; `mean` is the width aimed at."""
    best: list[tuple[float, list[str]]] = [(0.0, [])]
    for end in range(1, len(pieces) + 1):
        choices = []
        for start in range(end - 1, -1, -1):
            line = "".join(pieces[start:end])
            if _width(line) > TITLE_CHARACTERS and start < end - 1:
                break
            after = pieces[end] if end < len(pieces) else ""
            forbidden = line[-1] in NEVER_LAST or after[:1] in _BAD_START if after else False
            cut = bool(after) and len(pieces[end - 1]) == len(after) == 1
            cost = (
                (_width(line) - mean) ** 2 + 8 * cut + 6 * (pieces[end - 1] in _WEAK_ENDS) + 1000 * forbidden
            )
            choices.append((best[start][0] + cost, [*best[start][1], line]))
        best.append(min(choices, key=lambda choice: choice[0]))
    return best[-1][1]
