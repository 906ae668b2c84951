"""Proposed rechecks as a person reads them, in the list and of one site."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

from django.forms import Form

from accounts.models import User
from accounts.rules import is_office
from publicity.enums import RecheckOrigin
from publicity.forms import AcceptRecheckForm, DeclineRecheckForm
from publicity.models import Naming, Recheck, RecheckDecline, RecheckDraw, TrackingNote
from publicity.recheck_proposals import Proposal, free, period_now, proposals_of, to_draw
from publicity.recheck_rule import share
from publicity.rules import reads_recheck_draws, reads_rechecks
from publicity.services.tracking import last_day
from sites.calendar import today
from sites.models import Programme

Answer: TypeAlias = AcceptRecheckForm | DeclineRecheckForm


@dataclass(frozen=True)
class ProposalLine:
    """A proposal, what it rests on as far as the reader may know, what was said to it, and what can be."""

    proposal: Proposal
    draw: RecheckDraw | None
    complaint: TrackingNote | None
    decline: RecheckDecline | None
    accepting: Form | None = None
    declining: Form | None = None

    @property
    def hidden(self) -> dict[str, str]:
        """What each form carries: upon which ground it answers."""
        return {"ground": self.proposal.ground}


def lines(proposals: Sequence[Proposal], reader: User) -> list[ProposalLine]:
    """The proposals with their records: a question each for the draws, the complaints and the answers."""
    draws = RecheckDraw.objects.visible_to(reader).defer("pool")
    drawn = draws.in_bulk([row.draw for row in proposals if row.draw])
    complaints = TrackingNote.objects.visible_to(reader).in_bulk(
        [row.key for row in proposals if row.origin == RecheckOrigin.COMPLAINT]
    )
    declines = RecheckDecline.objects.visible_to(reader).select_related("by")
    said = declines.in_bulk([row.declined for row in proposals if row.declined])
    return [
        ProposalLine(
            row,
            drawn.get(row.draw or 0),
            complaints.get(row.key) if row.origin == RecheckOrigin.COMPLAINT else None,
            said.get(row.declined or 0),
        )
        for row in proposals
    ]


class DrawOfPeriod:
    """The draw the rulebook asks for in this part of the year: made, or still to be made."""

    def __init__(self, programme: Programme, reader: User) -> None:
        self.programme, self.reader = programme, reader
        self.first, self.last = period_now(programme)

    @property
    def percent(self) -> int:
        percent: int = self.programme.rulebook_used.recheck_draw_percent
        return percent

    @cached_property
    def made(self) -> RecheckDraw | None:
        return self.programme.recheck_draws.filter(period_from=self.first).defer("pool").first()

    @property
    def may_draw(self) -> bool:
        """Whether it is to be made, and the reader is of those who make it."""
        return is_office(self.reader) and to_draw(Programme.objects.filter(pk=self.programme.pk)).exists()

    @cached_property
    def named(self) -> int:
        """How many sites bear the title."""
        return Naming.objects.tracked().filter(site__programme=self.programme).count()

    @property
    def wanted(self) -> int:
        return share(self.named, self.percent)

    @property
    def reads_draws(self) -> bool:
        return reads_recheck_draws(self.reader)


def next_regular(programme: Programme, reader: User) -> datetime.date | None:
    """The first day by which one of the sites that no recheck waits for is to be rechecked regularly."""
    here = free(reader).regular().filter(site__programme=programme)
    found: datetime.date | None = here.order_by("regular_on").values_list("regular_on", flat=True).first()
    return found


@dataclass(frozen=True)
class RegularRecheck:
    """By when a named site is to be rechecked by the rulebook's months."""

    due_on: datetime.date

    @property
    def is_late(self) -> bool:
        return self.due_on < today()


def regular_recheck(site: int, reader: User) -> RegularRecheck | None:
    """Of the site of this key; None where it is not named, or warned, or the reader learns of none."""
    if not reads_rechecks(reader):
        return None
    seen = Naming.objects.visible_to(reader).regular().filter(site=site)
    found = seen.values_list("regular_on", flat=True)
    return next((RegularRecheck(day) for day in found), None)


class ProposalsOfSite:
    """What is proposed for one site, and the recheck that waits where one does."""

    def __init__(self, naming: Naming, reader: User, refused: Answer | None = None) -> None:
        self.naming, self.reader, self._refused = naming, reader, refused

    @cached_property
    def lines(self) -> list[ProposalLine]:
        rows = proposals_of(self.naming, self.reader)
        return [self._with_forms(line) for line in lines(rows, self.reader)]

    @cached_property
    def waiting(self) -> Recheck | None:
        return self.naming.rechecks.visible_to(self.reader).waiting().first()

    @property
    def regular(self) -> RegularRecheck | None:
        return regular_recheck(self.naming.site_id, self.reader)

    @property
    def left_over(self) -> Iterable[object]:
        """Why something was refused whose form is gone by now."""
        forms = [form for line in self.lines for form in (line.accepting, line.declining)]
        if self._refused is None or self._refused in forms:
            return []
        return self._refused.non_field_errors()

    def _with_forms(self, line: ProposalLine) -> ProposalLine:
        """What is proposed can be taken up, whatever was said before; why not is said once."""
        if not is_office(self.reader):
            return line
        ground = line.proposal.ground
        last = last_day(self.naming, line.proposal.due_on)
        accepting = self._form(AcceptRecheckForm(ground=ground, initial={"due_on": last}))
        declining = None if line.decline else self._form(DeclineRecheckForm(ground=ground))
        return replace(line, accepting=accepting, declining=declining)

    def _form(self, fresh: Answer) -> Form:
        """The one that was refused in place of a fresh one of the same ground."""
        refused = self._refused
        if refused and type(refused) is type(fresh) and refused.ground == fresh.ground:
            return refused
        return fresh
