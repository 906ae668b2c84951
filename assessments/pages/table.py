"""合议 at one table: the items on which the members' marks differ, the widest gap first, one at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet

from accounts.http import StaffRequest
from accounts.models import User
from assessments.agreement import within_a_step
from assessments.evidence.pieces import Piece
from assessments.forms import ConfirmBesideForm, ConfirmForm, ProposalForm, RestForm, TakeForm
from assessments.mark_comparison import Columns, ItemMarks, MarkCell, columns
from assessments.models import BatchConfirmation, Deliberation, Proposal, Score, Sheet
from assessments.queries import counted_sheets
from assessments.rules import leads
from assessments.services.table import Batch, batch_of
from core.forms import Form
from core.http import record_address

from .evidence import beside_items


@dataclass(frozen=True)
class Gap:
    """An item with the members' marks, and what was put for it: the latest proposal, if any."""

    line: ItemMarks
    proposal: Proposal | None

    @property
    def cells(self) -> list[MarkCell]:
        """The marks that count, the leader's first."""
        return [cell for cell in self.line.members if cell.voice and cell.voice.counts and cell.score]

    @property
    def mark(self) -> Proposal | Score | None:
        """What is put, or what the leader settled alone on the sheet."""
        return self.proposal or (None if self.line.deliberation else self.line.final)

    @property
    def is_settled(self) -> bool:
        """All have agreed, or nobody need be asked."""
        return not self.line.is_open and self.mark is not None

    @property
    def is_within_a_step(self) -> bool:
        return within_a_step(cell.score.level for cell in self.cells if cell.score)


class TablePage:
    """The table as this person sees it, open at one gap (by its item's code) or at the first without a mark.

    Its code asked for in vain, or "end", opens it at its end, where the members confirm.
    """

    def __init__(self, sheet: Sheet, user: User, *, asked: str = "") -> None:
        self.sheet, self.user, self.asked = sheet, user, asked

    @cached_property
    def columns(self) -> Columns:
        return columns(self.sheet, self.user)

    @cached_property
    def batch(self) -> Batch:
        return batch_of(self._deliberations)

    @cached_property
    def _deliberations(self) -> list[Deliberation]:
        return list(self.sheet.deliberations.due().with_words())

    @cached_property
    def gaps(self) -> list[Gap]:
        """By range, largest first; alike ones in the standard's order."""
        put = {each.deliberation.item_id: each for each in self.batch.proposals}
        found = [Gap(line, put.get(line.item.pk)) for line in self.columns.lines if not line.item.not_due]
        apart = [
            gap
            for gap in found
            if gap.line.deliberation or len({c.score.says for c in gap.cells if c.score}) > 1
        ]
        return sorted(apart, key=lambda gap: -gap.line.gap)

    @cached_property
    def left(self) -> list[Gap]:
        """Those without a mark."""
        return [gap for gap in self.gaps if gap.mark is None]

    @cached_property
    def current(self) -> Gap | None:
        """The gap shown; None at the end."""
        asked = next((gap for gap in self.gaps if gap.line.item.code == self.asked), None)
        return asked or (None if self.asked else next(iter(self.left), None))

    @property
    def place(self) -> int:
        """The number of the gap shown."""
        return self.gaps.index(self.current) + 1 if self.current else len(self.gaps)

    @property
    def previous(self) -> str:
        """The code of the gap before, "" of the first."""
        at = self.place - 2 if self.current else len(self.gaps) - 1
        return self.gaps[at].line.item.code if at >= 0 else ""

    @property
    def next(self) -> str:
        return self.gaps[self.place].line.item.code if self.place < len(self.gaps) else "end"

    def url_after(self, code: str) -> str:
        """Where the leader goes on after a mark: the next gap without one, else the end."""
        places = [gap.line.item.code for gap in self.gaps]
        at = places.index(code) + 1 if code in places else 0
        ahead = [gap.line.item.code for gap in (*self.gaps[at:], *self.gaps[:at]) if gap.mark is None]
        following = next((each for each in ahead if each != code), "end")
        return f"{self.url}?item={following}"

    @property
    def url(self) -> str:
        return record_address("assessments:table", self.sheet.pk)

    @cached_property
    def may_put(self) -> bool:
        return self.sheet.is_draft and leads(self.sheet.assessment, self.user)

    @cached_property
    def evidence(self) -> Sequence[Piece]:
        """Of the gap shown."""
        if self.current is None:
            return ()
        item = self.current.line.item
        return beside_items(self.sheet.assessment.site, [item], self.user, remarks=False).get(item.pk, [])

    @cached_property
    def rest(self) -> list[Gap]:
        """What is left and lies within a step: agreed to in one act."""
        return [gap for gap in self.left if gap.is_within_a_step]

    # -- confirming ----------------------------------------------------------

    @cached_property
    def confirmations(self) -> dict[int, BatchConfirmation]:
        """Person id → their latest confirmation."""
        found = self.sheet.confirmations.select_related("by", "entered_by")
        return {each.by_id: each for each in found}

    @cached_property
    def standing(self) -> list[tuple[User, BatchConfirmation | None, bool]]:
        """Each member whose marks count: their latest confirmation, and whether it is of these marks."""
        people = [voice.member for voice in self.columns.voices if voice.counts]
        rows = [(person, self.confirmations.get(person.pk)) for person in people]
        return [(person, said, bool(said and said.digest == self.batch.digest)) for person, said in rows]

    @cached_property
    def agreed(self) -> set[int]:
        """The members who have agreed to every mark, however they said so."""
        said = [{a.by_id for a in each.answers.all() if a.agrees} for each in self.batch.proposals]
        return set.intersection(*said) if said else set()

    @property
    def is_complete(self) -> bool:
        return bool(self.batch.proposals) and not self.batch.lacking

    @property
    def still(self) -> list[User]:
        """Who has not agreed to all of it."""
        return [person for person, _said, _holds in self.standing if person.pk not in self.agreed]

    def people(self) -> QuerySet[User]:
        """Who may confirm beside the leader: the other members who have not."""
        sheets = counted_sheets(self.sheet.assessment)
        wanted = [person.pk for person in self.still if person != self.user]
        return User.objects.filter(pk__in=wanted, sheets__in=sheets).distinct()


@dataclass
class TableForms:
    """What this person may do at the gap shown or at the end; a form is absent where they may not."""

    take: TakeForm | None = None
    between: ProposalForm | None = None
    rest: RestForm | None = None
    confirm: ConfirmForm | None = None
    beside: ConfirmBesideForm | None = None


def table_forms(page: TablePage, request: StaffRequest, **sent: Form) -> TableForms:
    """`sent`: a form that was refused, by its name, in place of a fresh one."""
    made = TableForms()
    if page.may_put and page.current:
        made.take = TakeForm(cells=page.current.cells)
        made.between = ProposalForm(item=page.current.line.item, auto_id="between-%s")
    elif page.may_put and page.rest:
        made.rest = RestForm(voices=page.columns.voices, auto_id="rest-%s")
    if page.sheet.is_draft and not page.current and page.is_complete:
        initial = {"digest": page.batch.digest}
        if page.user in page.still:
            made.confirm = ConfirmForm(request=request, initial=initial, auto_id="own-%s")
        if page.may_put and (people := page.people()):
            made.beside = ConfirmBesideForm(
                request=request, people=people, initial=initial, auto_id="beside-%s"
            )
    for name, form in sent.items():
        setattr(made, name, form)
    return made
