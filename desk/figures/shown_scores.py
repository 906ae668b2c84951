"""Scores as figures show them: a share in percent with its band, or the word why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from assessments.enums import MarkState
from assessments.judging import band_by
from assessments.scoring import SectionScore, SheetScore, percent
from standards.models import Rulebook, Section


class Share(Decimal):
    """A percentage that knows its band; to a table it is a number."""

    tone: str

    def __new__(cls, value: Decimal, tone: str) -> Self:
        share = super().__new__(cls, value)
        share.tone = tone
        return share

    def __reduce__(self) -> tuple[type[Self], tuple[Decimal, str]]:  # type: ignore[override]  # the band too
        """Kept figures are pickled; a Decimal alone would forget the band."""
        return type(self), (Decimal(self), self.tone)


class Word(str):
    """What is said where there is no number; `state` gives its icon (`status_tag`)."""

    state: str

    def __new__(cls, text: str, state: str) -> Self:
        word = super().__new__(cls, text)
        word.state = state
        return word

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # pickled with its state
        return str(self), self.state


@dataclass(frozen=True)
class ShownScore:
    """Points of a maximum, of a section or (without a name) of the whole sheet.

    `share` is 0 where nothing was earned. Where nothing could be earned there is none, and `why` says it:
    nothing applies, or nothing is due yet.
    """

    name: str
    points: Decimal
    maximum: Decimal
    share: Share | None
    why: MarkState | None

    @property
    def shown(self) -> Share | Word | None:
        """As a table has it, on the screen and in an export."""
        return Word(str(self.why.label), self.why.value) if self.why else self.share


def section_scores(
    sections: Sequence[Section], score: SheetScore, rulebook: Rulebook
) -> tuple[ShownScore, ...]:
    """The sections of a sheet in the standard's order."""
    return tuple(
        _shown(section.name, part.points, part.maximum, [part], rulebook)
        for section, part in zip(sections, score.sections, strict=True)
    )


def total_score(score: SheetScore, rulebook: Rulebook) -> ShownScore:
    return _shown("", score.points, score.maximum, score.sections, rulebook)


def share_of(points: Decimal, maximum: Decimal, rulebook: Rulebook) -> Share | None:
    """None of a maximum of 0."""
    if not maximum:
        return None
    share = percent(points, maximum)
    return Share(share, band_by(rulebook, share))


def _shown(
    name: str, points: Decimal, maximum: Decimal, parts: Sequence[SectionScore], rulebook: Rulebook
) -> ShownScore:
    share, why = share_of(points, maximum, rulebook), None
    if share is None:
        inapplicable = any(part.inapplicable for part in parts)
        why = MarkState.INAPPLICABLE if inapplicable else MarkState.NOT_DUE
    return ShownScore(name, points, maximum, share, why)
