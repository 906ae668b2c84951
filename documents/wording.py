"""The language of a paper's standing text: marked facts and conditions, and nothing else.

`{示范点}` is a fact of the paper. `{如 研究情况}…{否则}…{完}` is a condition on a yes or no, or on whether
there is something; 否则 may be left out, and conditions may stand within one another. There is no loop, no
code and no way to what is no fact of the kind (`facts.facts_of`).
"""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.faces import is_printable

from .facts import Context, Fact, FactType, facts_of, known_names
from .papers import DocumentKind

LONGEST = 2000
# What a fact is, by its name: as printed, and whether a condition on it holds.
Answer = Callable[[str], tuple[str, bool]]
_MARK = re.compile(r"\{([^{}\n]*)\}|[{}]")
_IF, _ELSE, _END = "如", "否则", "完"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a passage, and in which of its lines."""

    line: int
    words: str


@dataclass(frozen=True)
class _Said:
    """Words that stand as they are."""

    words: str


@dataclass(frozen=True)
class _Named:
    """A fact, by its name."""

    name: str
    line: int


@dataclass(frozen=True)
class _Choice:
    name: str
    line: int
    then: list["_Part"]
    other: list["_Part"]


_Part = _Said | _Named | _Choice


class MarkedWronglyError(Exception):
    """The marks of a passage do not fit together."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(line, words)
        self.fault = Fault(line, words)


class _Reader:
    """Reads a passage mark by mark."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def parts(self, opened: int = 0) -> tuple[list[_Part], str]:
        """Up to the mark that ends them, with that; `opened` is the line of the condition they stand in."""
        found: list[_Part] = []
        while mark := _MARK.search(self.text, self.at):
            if mark.start() > self.at:
                found.append(_Said(self.text[self.at : mark.start()]))
            self.at, line = mark.end(), self.text.count("\n", 0, mark.start()) + 1
            if mark[1] is None:
                raise MarkedWronglyError(line, _("A single “{” or “}”: each mark has both, in one line."))
            word, __, name = mark[1].strip().partition(" ")
            if word in (_ELSE, _END) and not name:
                if not opened:
                    raise MarkedWronglyError(line, _("{否则} or {完} without {如 …} before it."))
                return found, word
            if word == _IF:
                found.append(self._choice(name.strip(), line))
            else:
                found.append(_Named(mark[1].strip(), line))
        if opened:
            raise MarkedWronglyError(opened, _("{如 …} without {完} behind it."))
        if self.at < len(self.text):
            found.append(_Said(self.text[self.at :]))
        return found, ""

    def _choice(self, name: str, line: int) -> _Choice:
        then, ended = self.parts(line)
        other: list[_Part] = []
        if ended == _ELSE:
            other, ended = self.parts(line)
            if ended == _ELSE:
                raise MarkedWronglyError(line, _("{否则} stands twice in one {如 …}."))
        return _Choice(name, line, then, other)


def filled(text: str, answer: Answer) -> str:
    """The passage as a paper says it: plain text, to be escaped like any other."""
    parts, __ = _Reader(text.replace("\r", "")).parts()
    return "".join(_say(parts, answer)).replace("\n", "")


def of_paper(kind: DocumentKind, context: Context) -> Answer:
    """The facts of this paper."""
    facts = facts_of(kind)
    return lambda name: (facts[name].printed(context), facts[name].holds(context))


def of_samples(kind: DocumentKind, *, all_hold: bool) -> Answer:
    """Made-up facts, to show a passage with what its conditions add, or with what stands instead."""
    facts = facts_of(kind)
    return lambda name: (facts[name].sample, all_hold)


def _say(parts: list[_Part], answer: Answer) -> Iterator[str]:
    for part in parts:
        match part:
            case _Said():
                yield part.words
            case _Named():
                yield answer(part.name)[0]
            case _Choice():
                yield from _say(part.then if answer(part.name)[1] else part.other, answer)


def faults(text: str, kind: DocumentKind, annexes: int) -> list[Fault]:
    """Everything that keeps a passage from being published; `annexes` are those its kind has."""
    text = text.replace("\r", "")
    if len(text) > LONGEST:
        return [Fault(1, _("It is longer than %(most)d characters.") % {"most": LONGEST})]
    found = list(_unfit(text))
    try:
        parts, __ = _Reader(text).parts()
    except MarkedWronglyError as error:
        return [*found, error.fault]
    return [*found, *_unknown(parts, kind), *_without_annex(text, annexes)]


def _unfit(text: str) -> Iterator[Fault]:
    """What is no text of a paper."""
    if not text.strip():
        yield Fault(1, _("It is empty."))
    for number, line in enumerate(text.split("\n"), start=1):
        if markup := re.search(r"[<>]|\{[%#{]", line):
            yield Fault(number, _("“%(sign)s” belongs to markup; papers have none.") % {"sign": markup[0]})
        for sign in sorted(_unprintable(line)):
            told = _("It has a character that no paper has: U+%(code)04X.")
            yield Fault(number, told % {"code": ord(sign)})


def _unprintable(line: str) -> set[str]:
    """The controls, halves of characters and marks of direction; and what the fonts lack."""
    return {sign for sign in line if unicodedata.category(sign)[0] == "C" or not is_printable(sign)}


def _unknown(parts: list[_Part], kind: DocumentKind) -> Iterator[Fault]:
    """Facts that the kind does not have, or that cannot be used so."""
    facts = facts_of(kind)
    for part in parts:
        if isinstance(part, _Said):
            continue
        if told := _misused(part, facts):
            yield Fault(part.line, told % {"name": part.name})
        if isinstance(part, _Choice):
            yield from _unknown([*part.then, *part.other], kind)


def _misused(part: _Named | _Choice, facts: Mapping[str, Fact]) -> str:
    """Why a fact cannot stand here; "" where it can."""
    fact = facts.get(part.name)
    if fact is None and part.name in known_names():
        return _("“%(name)s” is a field of other kinds of paper; this one does not have it.")
    if fact is None:
        near = difflib.get_close_matches(part.name, facts, n=1)
        meant = _("Did you mean “%(near)s”?") % {"near": near[0]} if near else ""
        return _("There is no field “%(name)s”.") + meant
    if isinstance(part, _Named) and fact.type == FactType.YES:
        return _("“%(name)s” is a yes or no: it can only stand behind 如.")
    if isinstance(part, _Choice) and fact.type == FactType.NUMBER:
        return _("“%(name)s” is a number, on which no condition can be put.")
    return ""


def _without_annex(text: str, annexes: int) -> Iterator[Fault]:
    for number, line in enumerate(text.split("\n"), start=1):
        for named in re.finditer(r"附件(\d*)", line):
            if int(named[1] or 1) > annexes:
                told = _("“%(annex)s” is not there: a paper of this kind has %(n)d annexes.")
                yield Fault(number, told % {"annex": named[0], "n": annexes})
