"""What tells of a dossier (DA/T 22-2015): 归档文件目录 by 件, the list of sites, and 备考表."""

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from documents.enums import Retention
from documents.rendering import render_sheet

from .keeping import WORDS
from .pieces import MOST_ROWS, Case, Section

CATALOGUE, SITES, NOTE = "00 归档文件目录", "00 总目录", "99 备考表.pdf"

T = TypeVar("T")


@dataclass(frozen=True)
class Entry:
    """A 件 as it went in: a line of the catalogue. `place`: its folder in the site's, its number there."""

    section: Section
    place: str
    code: str
    number: str
    by: str
    title: str
    on: datetime.date | None
    pages: int | None
    kept: Retention
    note: str
    is_replaced: bool
    size: int


@dataclass(frozen=True)
class Lack:
    """What belongs in and is not there, and why."""

    section: Section
    title: str
    why: str


@dataclass
class Tally:
    """How much went into a site's folder, beside its catalogue, 备考表 and digests."""

    files: int = 0
    pages: int = 0
    unpaged: int = 0
    replaced: int = 0
    size: int = 0
    kept: Counter[Retention] = field(default_factory=Counter)
    lacks: list[Lack] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        self.files += 1
        self.pages += entry.pages or 0
        self.unpaged += entry.pages is None
        self.replaced += entry.is_replaced
        self.size += entry.size
        self.kept[entry.kept] += 1

    @property
    def kept_words(self) -> str:
        return "，".join(f"{WORDS[kept]}{self.kept[kept]}件" for kept in Retention if self.kept[kept])

    @property
    def size_words(self) -> str:
        return size_words(self.size)


def catalogue(case: Case, entries: Sequence[Entry]) -> Iterator[tuple[str, bytes]]:
    """归档文件目录 of a site, in volumes where it is long: each one's name, and its PDF."""
    for name, volume, first, part in _volumes(CATALOGUE, entries):
        rows = [
            (number, entry, number == 1 or entries[number - 2].section != entry.section)
            for number, entry in enumerate(part, start=first)
        ]
        said = {"site": case.site, "rows": rows, "volume": volume, "on": case.on}
        yield name, _drawn("dossier_index.html", said, case.on)


def sites_list(title: str, told: Sequence[tuple[Case, Tally]]) -> Iterator[tuple[str, bytes]]:
    """总目录 of a district or a campaign: a line a site."""
    for name, volume, first, part in _volumes(SITES, told):
        rows = [(number, case.site, tally) for number, (case, tally) in enumerate(part, start=first)]
        on = part[0][0].on
        said = {"title": title, "rows": rows, "volume": volume, "on": on, "is_sample": _is_sample(told)}
        yield name, _drawn("dossier_sites.html", said, on)


def site_note(case: Case, tally: Tally, filled: set[Section]) -> bytes:
    """备考表 of a site: how much there is, what is missing and why, who put it in order and when."""
    empty = "、".join(section.folder for section in Section if section not in filled)
    said = {
        "about": case.site,
        "unit": case.site.organisation,
        "campaign": case.site.programme.title,
        "tally": tally,
        "empty": empty,
        "lacks": tally.lacks,
        "is_sample": case.site.is_sample,
    }
    return _note(case, said)


def whole_note(title: str, told: Sequence[tuple[Case, Tally]], *, distinct: int, left_out: int) -> bytes:
    """备考表 of a district or a campaign: sums over its sites; what is missing stands in their own."""
    whole = Tally()
    for _case, tally in told:
        whole.files += tally.files
        whole.pages += tally.pages
        whole.unpaged += tally.unpaged
        whole.replaced += tally.replaced
        whole.size += tally.size
        whole.kept += tally.kept
    case = told[0][0]
    said = {
        "about": title,
        "campaign": case.site.programme.title,
        "tally": whole,
        "sites": len(told),
        "distinct": distinct,
        "left_out": left_out,
        "short": [(one.site, len(tally.lacks)) for one, tally in told if tally.lacks],
        "is_sample": _is_sample(told),
    }
    return _note(case, said)


def _note(case: Case, said: Mapping[str, Any]) -> bytes:
    return _drawn("dossier_note.html", {**said, "asker": case.asker, "on": case.on}, case.on)


def _drawn(template: str, said: Mapping[str, Any], on: datetime.date) -> bytes:
    return render_sheet(template, said, stylesheet="dossier.css", on=on)


def _volumes(name: str, rows: Sequence[T]) -> Iterator[tuple[str, str, int, Sequence[T]]]:
    """Each volume's file name, what it says of itself, the number of its first row, and its rows."""
    many = max(1, -(-len(rows) // MOST_ROWS))
    for volume in range(1, many + 1):
        first = (volume - 1) * MOST_ROWS
        which = f"第{volume}册，共{many}册" if many > 1 else ""
        file = f"{name}（第{volume:0{len(str(many))}d}册）.pdf" if many > 1 else f"{name}.pdf"
        yield file, which, first + 1, rows[first : first + MOST_ROWS]


def _is_sample(told: Sequence[tuple[Case, Tally]]) -> bool:
    return any(case.site.is_sample for case, _tally in told)


def size_words(size: int) -> str:
    """As a reader compares it with the folder on the disk."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB" if size else "0"
    return f"{size / 1024 / 1024:.1f} MB"
