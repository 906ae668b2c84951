"""Which characters the papers' fonts have, as this machine's font list (fontconfig) says it.

The style sheet names the families of each face, one after another, and the first that is installed sets the
paper; those behind it help out. What none of them has would be printed as a box, or in whatever font happens
to be there: neither is a paper. Forms ask before such a character is kept, a paper before it has its
number.
"""

import re
import shutil
import subprocess
import unicodedata
from bisect import bisect
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy, gettext_noop

from tables.tidy import MONGOLIAN, tidy

_FACE = re.compile(r"--(\w+): ((?:\"[^\"]+\"|var\(--\w+\)|[\w-]+|, )+);")
_FAMILY = re.compile(r"\"([^\"]+)\"|var\(--(\w+)\)")
# Not drawn by themselves: line ends, joiners, and what chooses among a character's shapes.
_NOT_DRAWN = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\n\r\t") | frozenset(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)
_MOST_TOLD = 5
# Names in that script have a font of their own, in fields of this name alone: amid Chinese they would lie.
MONGOLIAN_FIELD, MONGOLIAN_FAMILY = "mongolian", "Noto Sans Mongolian"


NOT_PRINTABLE = gettext_noop(
    "The papers' fonts do not have %(signs)s. Write that another way, or ask the administrator for a font "
    "that has it."
)


class Unprintable(NamedTuple):
    """A character that no font of the papers has, by itself and its number, and the words it stands in."""

    sign: str
    words: str


def unprintable(value: Any) -> list[Unprintable]:
    """What of a context or a text cannot be printed: a handful of characters, each where it first stands."""
    found: dict[str, Unprintable] = {}
    for text in _texts(value):
        for place, character in enumerate(text):
            if character not in found and not is_printable(character):
                sign = f"{tidy(character)} U+{ord(character):04X}".strip()
                found[character] = Unprintable(sign, tidy(text[max(0, place - 8) : place + 9]))
    return list(found.values())[:_MOST_TOLD]


def lacking(text: str) -> str:
    """The signs of a text that cannot be printed, one after another."""
    return ", ".join(each.sign for each in unprintable(text))


def only_printable(value: object) -> None:
    """Validate what may come to stand on a paper, whatever a field of text makes of it; the signs are told.

    Marks that nobody sees, pasted along, are no fault of who typed: they are taken away (`tables.tidy`).
    """
    seen = "".join(sign for text in _texts(value) for sign in text if unicodedata.category(sign) != "Cf")
    if signs := lacking(seen):
        raise ValidationError(gettext_lazy(NOT_PRINTABLE), code="unprintable", params={"signs": signs})


@cache
def is_printable(character: str) -> bool:
    """Whether every face can set it; never a sign of private use, which each font draws as it likes.

    A machine without fonts prints no papers: it leaves the look to the worker that does.
    """
    if character in _NOT_DRAWN:
        return True
    if unicodedata.category(character) in ("Cc", "Cf", "Cn", "Co", "Cs"):
        return False
    return not _installed() or all(
        any(_has(family, character) for family in families) for families in _faces().values()
    )


@cache
def is_rare(character: str) -> bool:
    """Whether a font that helps out may have to set it; that font's lines are taller."""
    if character in _NOT_DRAWN or MONGOLIAN.match(character):
        return False
    firsts = (next((each for each in families if each in _installed()), "") for families in _faces().values())
    return not all(_has(family, character) for family in firsts)


def named_families() -> frozenset[str]:
    """Every family that a paper may be set in."""
    return frozenset(family for families in _faces().values() for family in families) | {MONGOLIAN_FAMILY}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for field, inner in value.items():
            if field != MONGOLIAN_FIELD:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


@cache
def _faces() -> dict[str, list[str]]:
    """The families of each face, in the style sheet's order."""
    sheet = (settings.BASE_DIR / "templates" / "documents" / "gbt9704.css").read_text(encoding="utf-8")
    written = dict(_FACE.findall(sheet))

    def families(face: str) -> Iterator[str]:
        for family, other in _FAMILY.findall(written[face]):
            if family:
                yield family
            else:
                yield from families(other)

    return {face: list(families(face)) for face in written if face not in ("rare", "mongolian")}


def _has(family: str, character: str) -> bool:
    ranges = _installed().get(family, [])
    place = bisect(ranges, (ord(character), 0x110000)) - 1
    return place >= 0 and ord(character) <= ranges[place][1]


@cache
def _installed() -> dict[str, list[tuple[int, int]]]:
    """The named families that this machine has, with the characters each has, as ranges."""
    named = {family for families in _faces().values() for family in families}
    try:
        listed = subprocess.run(  # noqa: S603  # fontconfig's own tool
            [shutil.which("fc-list") or "", "--format", "%{family}\t%{charset}\n"],
            capture_output=True,
            check=True,
            text=True,
        ).stdout
    except OSError:
        return {}
    found: dict[str, set[tuple[int, int]]] = {}
    for line in listed.splitlines():
        families, _, characters = line.partition("\t")
        ranges = {_range(each) for each in characters.split()}
        for family in named.intersection(families.split(",")):
            found.setdefault(family, set()).update(ranges)
    return {family: _merged(ranges) for family, ranges in found.items()}


def _range(written: str) -> tuple[int, int]:
    first, _, last = written.partition("-")
    return int(first, 16), int(last or first, 16)


def _merged(ranges: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted, none overlapping: several weights of a family have much the same characters."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return merged
