"""What the desk shows of an appraisal's paper forms: how many, what of their check is open, what strikes."""

import datetime
import shlex
from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet

from accounts.models import User
from assessments.drawing import ordered, rank
from assessments.pages.draw import DIGITS
from publicity.models import AppraisalResponse, AppraisalScan, PaperDraw, Settlement
from publicity.models.appraisal import CountedAppraisal
from publicity.paper_marks import Together, Typed, alike, same_minute
from publicity.services.appraisals import typed_from_paper
from publicity.services.paper_answers import MOST_FORMS
from sites.calendar import today


@dataclass(frozen=True)
class Struck:
    """Answers that one clerk typed alike in a row, or within one minute."""

    by: User | None
    first: datetime.datetime
    last: datetime.datetime
    number: int


@dataclass(frozen=True)
class PaperAnswers:
    """Of an appraisal `with_counts`."""

    appraisal: CountedAppraisal

    @property
    def printed(self) -> int:
        return self.appraisal.printed

    @property
    def entered(self) -> int:
        return self.appraisal.on_paper

    @property
    def outstanding(self) -> int:
        """Printed, and not entered: not handed out, not given back, or still to be entered."""
        return self.printed - self.entered

    @property
    def unchecked(self) -> int:
        return self.appraisal.unchecked

    @property
    def may_be_entered(self) -> bool:
        """From the first day until the day set for it, unless everything is counted."""
        appraisal = self.appraisal
        ended = appraisal.counted_on or appraisal.given_up_on
        return not ended and appraisal.opens_on <= today() <= appraisal.papers_until

    @property
    def left_to_print(self) -> int:
        """How many can still be printed: none once the window has ended."""
        return 0 if today() > self.appraisal.closes_on else MOST_FORMS - self.printed

    @cached_property
    def draws(self) -> QuerySet[PaperDraw]:
        return self.appraisal.paper_draws.select_related("drawn_by")

    @property
    def undrawn(self) -> int:
        """Entered since the last draw."""
        return self.entered - sum(len(draw.pool) for draw in self.draws)

    @property
    def drawn(self) -> int:
        """How many are entered again, in all draws."""
        return sum(draw.wanted for draw in self.draws)

    @cached_property
    def scans(self) -> QuerySet[AppraisalScan]:
        return self.appraisal.scans.select_related("added_by")

    @cached_property
    def alike(self) -> list[Struck]:
        return [self._struck(group) for group in alike(self._typed)]

    @cached_property
    def same_minute(self) -> list[Struck]:
        return [self._struck(group) for group in same_minute(self._typed)]

    @property
    def number_alike(self) -> int:
        return sum(struck.number for struck in self.alike)

    @property
    def number_same_minute(self) -> int:
        return sum(struck.number for struck in self.same_minute)

    @cached_property
    def _entered(self) -> list[AppraisalResponse]:
        if not self.entered:
            return []
        answers = self.appraisal.responses.on_forms().answered()
        return list(answers.select_related("entered_by", "second_entry"))

    @cached_property
    def _typed(self) -> list[Typed]:
        return typed_from_paper(self._entered)

    def _struck(self, group: Together) -> Struck:
        clerks = {answer.entered_by_id: answer.entered_by for answer in self._entered}
        return Struck(clerks[group[0].by], group[0].at, group[-1].at, len(group))


class PaperDrawPage:
    """A draw of paper forms as a person reads it: the pool in its order, what came out, how to do it."""

    def __init__(self, draw: PaperDraw) -> None:
        self.draw = draw

    @cached_property
    def order(self) -> list[tuple[str, str]]:
        """Rank and code of each form of the pool."""
        seed = self.draw.seed
        return [(rank(seed, code)[:DIGITS], code) for code in ordered(seed, self.draw.pool)]

    @cached_property
    def drawn(self) -> list[str]:
        return self.draw.codes

    @cached_property
    def is_same(self) -> bool:
        """Whether pool and seed give the second entries on record."""
        on_record = self.draw.second_entries.values_list("response__code", flat=True)
        return set(on_record) == set(self.drawn)

    @cached_property
    def settled(self) -> QuerySet[Settlement]:
        """What the paper said wherever two entries differed, and who looked."""
        found = Settlement.objects.filter(second_entry__draw=self.draw)
        return found.select_related("by", "second_entry__response")

    @property
    def example(self) -> str:
        """A line anybody can type to get the first rank."""
        return f"printf '%s' {shlex.quote(f'{self.draw.seed}:{self.order[0][1]}')} | sha256sum"
