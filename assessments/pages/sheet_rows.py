"""What stands on a score sheet's page: an item with its fields, a section in the navigation."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple, Self

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime

from assessments.enums import MarkState, ScoreLevel
from assessments.evidence.pieces import Piece
from assessments.mark_comparison import ItemMarks
from assessments.models import Score
from assessments.scoring import SectionScore, plain
from standards.models import Item, Section

# Examples up to this many characters are read at a glance; longer ones are folded away.
GLANCE = 60

Standing = list[tuple[MarkState, int]]


@dataclass(frozen=True)
class Entry:
    """What stands in an item's fields, as typed or as stored, and what is wrong with it.

    `other` is the mark somebody else wrote meanwhile; `version` is then that mark's.
    """

    level: str = ""
    points: str = ""
    faults: str = ""
    reason: str = ""
    version: int = 0
    errors: Mapping[str, Any] = field(default_factory=dict)
    other: Score | None = None

    @classmethod
    def stored(cls, score: Score | None, members: Sequence[Score] = ()) -> "Entry":
        """The stored mark; where there is none yet, the members' reasons for the leader to go on from."""
        if score is None:
            return cls(reason="\n".join(dict.fromkeys(each.reason for each in members if each.reason)))
        counted = score.faults is not None
        return cls(
            level=score.level,
            points=plain(score.points) if score.level == ScoreLevel.PARTLY and not counted else "",
            faults=str(score.faults) if counted else "",
            reason=score.reason,
            version=score.version,
        )


@dataclass(frozen=True)
class Rest:
    """Of a section of a self sheet: what has no mark, and what was marked as met together."""

    section: Section
    left: Sequence[Item] = ()
    met: Sequence[Item] = ()

    def __bool__(self) -> bool:
        return bool(self.left or self.met)


class Words(NamedTuple):
    """What the standard says of an item: the same on every sheet."""

    code: str
    text: str
    points: Decimal
    either_or: bool
    clause: str
    evidence_hint: str
    disclosure_form: str
    full_example: str
    half_example: str
    zero_example: str

    @classmethod
    def of(cls, item: Item) -> Self:
        return cls(*(getattr(item, name) for name in cls._fields))

    @property
    def examples_are_short(self) -> bool:
        return len(self.full_example + self.half_example + self.zero_example) <= GLANCE


class FormFacts(NamedTuple):
    """What an item's form is drawn from, but for what somebody typed, who saved it and when.

    It is drawn once for all sheets on which an item stands like this.
    """

    code: str
    points: Decimal
    deduction: Decimal | None
    may_be_inapplicable: bool
    level: str
    faults: str
    is_typed: bool
    state: MarkState
    stored_level: str | None
    wrong: frozenset[str]
    is_over: bool
    is_part: bool

    @property
    def levels(self) -> list[tuple[str, str | Promise]]:
        return [
            (value, label)
            for value, label in ScoreLevel.choices
            if value != ScoreLevel.INAPPLICABLE or self.may_be_inapplicable
        ]


@dataclass(frozen=True)
class ItemRow:
    """One item of the page, or (`is_part`) its form alone, as the page's script asks for it."""

    item: Item
    url: str
    url_to_save: str
    score: Score | None
    state: MarkState
    entry: Entry
    self_score: Score | None = None
    members: Sequence[Score] = ()
    evidence: Sequence[Piece] = ()
    line: ItemMarks | None = None  # of a final sheet: the columns
    is_part: bool = False

    @property
    def words(self) -> Words:
        return Words.of(self.item)

    @property
    def facts(self) -> FormFacts:
        item, entry = self.item, self.entry
        return FormFacts(
            code=item.code,
            points=item.points,
            deduction=item.deduction,
            may_be_inapplicable=item.may_be_inapplicable,
            level=entry.level,
            faults=entry.faults,
            is_typed=bool(entry.points or entry.reason or entry.errors),
            state=self.state,
            stored_level=self.score.level if self.score else None,
            wrong=frozenset(entry.errors),
            is_over=entry.other is not None,  # somebody else's mark is stored, and would be written over
            is_part=self.is_part,
        )

    @property
    def filling(self) -> dict[str, str]:
        """What of the form is nobody else's."""
        entry, score = self.entry, self.score
        filling = {
            "url": self.url_to_save,
            "version": str(entry.version),
            "points": entry.points,
            "reason": entry.reason,
        }
        if score:
            written_at = "H:i" if self.is_part else "SHORT_DATETIME_FORMAT"
            filling["mark"] = f"{plain(score.points)}/{plain(score.max_points)}"
            filling["name"] = str(score.updated_by)
            filling["time"] = date_format(localtime(score.updated_at), written_at)
        return filling


@dataclass(frozen=True)
class SectionPart:
    """A section in the sheet's navigation; `wanting` is the address of its first item not looked at yet."""

    section: Section
    score: SectionScore
    standing: Standing
    url: str
    wanting: str
    is_current: bool

    @property
    def marked(self) -> int:
        return self.score.items - self.score.unmarked


def standing(states: Iterable[MarkState]) -> Standing:
    """How many items are not looked at, at 0, inapplicable, not due: the four that are never confused."""
    counted = Counter(states)
    four = (MarkState.UNMARKED, MarkState.UNMET, MarkState.INAPPLICABLE, MarkState.NOT_DUE)
    return [(state, counted[state]) for state in four if counted[state]]
