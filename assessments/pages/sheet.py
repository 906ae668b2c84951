"""One section of a score sheet as a person sees it: marks, others' marks, evidence, the running total."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from typing import ClassVar

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from assessments.checkup import CheckUp, check_up
from assessments.enums import MarkState, SheetRole, SheetState, Together
from assessments.evidence.pieces import Piece
from assessments.judging import pass_points
from assessments.mark_comparison import ItemMarks, Voice, deliberations, lines, marks_beside, voices
from assessments.marks import SectionMarks, arranged, mark_of, sheet_score, standard_items
from assessments.models import Score, Sheet, SheetUpload, SheetUploadRow
from assessments.rules import consents, has_sheets, leads, may_write, unlocks
from assessments.scoring import SheetScore
from assessments.services import sheets
from assessments.services.carry_over import earlier_sheet
from core.http import record_address
from core.prepared import prepared
from standards.models import Item, Section

from .evidence import beside_items
from .sheet_rows import Entry, ItemRow, Rest, SectionPart, Standing, standing


class SheetPage:
    """A sheet open at one section (by its number; by default the first that wants something).

    `only_unmarked` leaves out what has been answered when the page was asked for.
    """

    template: ClassVar = "assessments/sheet_detail.html"
    saved_template: ClassVar = "assessments/_item_saved.html"

    def __init__(
        self,
        sheet: Sheet,
        user: User,
        *,
        items: Sequence[Item],
        section: int | None = None,
        only_unmarked: bool = False,
    ) -> None:
        self.sheet, self.user, self.items = sheet, user, items
        self.asked, self.only_unmarked = section, only_unmarked

    @cached_property
    def leads(self) -> bool:
        """Whether this person settles and signs the final sheet; the columns know a standing leader."""
        if self.sheet.role != SheetRole.FINAL:
            return False
        if any(voice.leads and voice.sheet.author_id == self.user.pk for voice in self.voices):
            return True
        return leads(self.sheet.assessment, self.user)

    @cached_property
    def may_write(self) -> bool:
        if self.sheet.role == SheetRole.FINAL:
            return self.sheet.is_draft and self.leads
        return may_write(self.sheet, self.user)

    @property
    def may_consent(self) -> bool:
        return consents(self.user) and self.sheet.role == SheetRole.FINAL and self.sheet.is_draft

    @property
    def may_unlock(self) -> bool:
        return unlocks(self.user) and self.sheet.state == SheetState.SIGNED

    @property
    def may_recall(self) -> bool:
        return not self.sheet.is_draft and sheets.may_recall(self.sheet, self.user)

    @property
    def has_worklist(self) -> bool:
        """Whether a list of own sheets leads here."""
        return has_sheets(self.user)

    @cached_property
    def waiting_upload(self) -> SheetUpload | None:
        """The last workbook this person uploaded of which rows wait for a choice."""
        has_any = bool(_uploads(self.sheet.pk, self.user.pk)[:1])
        if not has_any:  # most sheets never had one, and what follows is a long question
            return None
        own = self.sheet.uploads.filter(by=self.user)
        return own.with_waiting().filter(rows__in=SheetUploadRow.objects.waiting()).first()

    @cached_property
    def voices(self) -> tuple[Voice, ...]:
        """Beside a final sheet: the members' sheets this person may see."""
        return voices(self.sheet, self.user) if self.sheet.role == SheetRole.FINAL else ()

    @cached_property
    def lines(self) -> dict[int, ItemMarks]:
        """Of a final sheet: item id → its columns."""
        if self.sheet.role != SheetRole.FINAL:
            return {}
        about = deliberations(self.sheet, self.voices)
        return lines(self.sheet, self.items, self.voices, self._read, about)

    @property
    def allowed_gap(self) -> int:
        """Above this many percent of an item's points between their marks the members deliberate."""
        gap: int = self.sheet.assessment.round.rulebook.blind_score_gap
        return gap

    @cached_property
    def _read(self) -> list[Score]:
        """This sheet's marks, and of a final one those of its columns as well: one query."""
        if self.sheet.role != SheetRole.FINAL:
            return _marks_of(self.sheet.pk)[:]
        columns = tuple(voice.sheet.pk for voice in self.voices)
        return _marks_beside((self.sheet.pk, *columns), self.sheet.assessment.site_id)[:]

    @cached_property
    def own(self) -> dict[int, Score]:
        """Item id → this sheet's mark; one query more for names not known yet."""
        own = [score for score in self._read if score.sheet_id == self.sheet.pk]
        self._name_writers(own)
        return {score.item_id: score for score in own}

    @cached_property
    def beside(self) -> list[Score]:
        """The marks shown beside this sheet's: nothing beside a self-assessment."""
        if self.sheet.role == SheetRole.INSPECTOR:
            return _marks_beside((), self.sheet.assessment.site_id)[:]
        return [score for score in self._read if score.sheet_id != self.sheet.pk]

    def _name_writers(self, own: Sequence[Score]) -> None:
        """Few people write on a sheet, so they are read once and not beside each of their marks."""
        people = {self.user.pk: self.user}
        wanted = {pk for score in own for pk in (score.updated_by_id, score.consented_by_id) if pk}
        if unknown := wanted - people.keys():
            people |= User.objects.in_bulk(unknown)
        for score in own:
            score.updated_by = people[score.updated_by_id]
            if score.consented_by_id:
                score.consented_by = people[score.consented_by_id]

    @cached_property
    def marks(self) -> tuple[SectionMarks, ...]:
        return arranged(self.items, self.own)

    @cached_property
    def states(self) -> dict[int, MarkState]:
        """Item id → how it stands."""
        return {item.pk: mark_of(item, self.own.get(item.pk)).state for item in self.items}

    @cached_property
    def total(self) -> SheetScore:
        return sheet_score(self.marks)

    @cached_property
    def pass_points(self) -> Decimal:
        """The pass mark in points of this site's maximum, which items that do not apply may lower."""
        return pass_points(self.sheet.assessment.round.rulebook, self.total)

    @cached_property
    def checkup(self) -> CheckUp:
        """What is missing or odd before the sheet is submitted or signed."""
        return check_up(self.sheet, self.marks, reader=self.user, url_of=self.url_of_item)

    @cached_property
    def current(self) -> SectionMarks:
        asked = [marks for marks in self.marks if marks.section.ordinal == self.asked]
        wanting = [marks for marks in self.marks if any(self._unmarked(item for item, _score in marks.rows))]
        return (asked or (wanting if self.may_write else []) or list(self.marks))[0]

    @property
    def shown(self) -> Sequence[tuple[Item, Score | None]]:
        """The items that stand on the page, with their marks."""
        return self.current.rows

    @cached_property
    def parts(self) -> list[SectionPart]:
        return [
            SectionPart(
                section=marks.section,
                score=score,
                standing=standing(self.states[item.pk] for item, _score in marks.rows),
                url=self.url_of(marks.section),
                wanting=next(map(self.url_of_item, self._unmarked(item for item, _score in marks.rows)), ""),
                is_current=marks is self.current,
            )
            for marks, score in zip(self.marks, self.total.sections, strict=True)
        ]

    @property
    def standing(self) -> Standing:
        """The four states over the whole sheet."""
        return standing(self.states.values())

    @property
    def next_part(self) -> SectionPart | None:
        place = self.marks.index(self.current)
        return self.parts[place + 1] if place + 1 < len(self.parts) else None

    @property
    def previous_part(self) -> SectionPart | None:
        place = self.marks.index(self.current)
        return self.parts[place - 1] if place else None

    @cached_property
    def _url(self) -> str:
        return reverse("assessments:sheet", args=[self.sheet.pk])

    def url_of(self, section: Section) -> str:
        return f"{self._url}?section={section.ordinal}"

    def url_of_item(self, item: Item) -> str:
        return f"{self.url_of(item.section)}#item-{item.code}"

    def url_to_save(self, item: Item) -> str:
        return record_address("assessments:score", self.sheet.pk, item.pk)

    @property
    def url(self) -> str:
        return self.url_of(self.current.section)

    @property
    def url_to_filter(self) -> str:
        """This section with only what is not looked at yet, or with all of it again."""
        return self.url if self.only_unmarked else f"{self.url}&only=unmarked"

    @cached_property
    def url_to_add_evidence(self) -> str:
        """Where evidence is added, to which the item is appended; nowhere from a final sheet."""
        assessment = self.sheet.assessment
        if self.sheet.role == SheetRole.SELF:
            return reverse("assessments:evidence_add", args=[assessment.site_id])
        if self.sheet.role == SheetRole.INSPECTOR:
            return reverse("assessments:evidence_on_site", args=[assessment.pk])
        return ""

    def _unmarked(self, items: Iterable[Item]) -> Iterator[Item]:
        return (item for item in items if self.states[item.pk] == MarkState.UNMARKED)

    def url_of_next(self, item: Item | None = None) -> str:
        """The first item not looked at after `item`, or from this section on; then from the beginning again.

        Nothing left: where the sheet is submitted, or signed.
        """
        place = self.items.index(item or self.current.rows[0][0])
        left = [*self._unmarked(self.items[place:]), *self._unmarked(self.items[:place])]
        for each in left:
            if each != item:
                return self.url_of_item(each)
        page = "sheet_sign" if self.sheet.role == SheetRole.FINAL else "sheet_submit"
        return reverse(f"assessments:{page}", args=[self.sheet.pk])

    def rest_of(self, marks: SectionMarks) -> Rest:
        """What one press marks as met in a section, or takes back: on the unit's own open sheet alone."""
        if self.sheet.role != SheetRole.SELF or not self.may_write:
            return Rest(marks.section)
        return Rest(
            section=marks.section,
            left=list(self._unmarked(item for item, _score in marks.rows)),
            met=[item for item, _score in marks.rows if self._came_by(item) == Together.REST],
        )

    @property
    def rests(self) -> list[Rest]:
        """Of each section on the page that has any."""
        return [rest for rest in (self.rest_of(self.current),) if rest]

    @cached_property
    def carried(self) -> list[Item]:
        """What was taken over from an earlier round and can be taken back."""
        if self.sheet.role != SheetRole.SELF or not self.may_write:
            return []
        return [item for item in self.items if self._came_by(item) == Together.CARRIED]

    def _came_by(self, item: Item) -> str:
        return self.own[item.pk].together if item.pk in self.own else ""

    @cached_property
    def has_earlier(self) -> bool:
        """Whether an earlier round's self sheet may give something to this one."""
        if self.sheet.role != SheetRole.SELF or not self.may_write or not self.total.unmarked:
            return False
        return earlier_sheet(self.sheet, self.user) is not None

    @cached_property
    def evidence(self) -> dict[int, list[Piece]]:
        """The site's evidence that this person sees, by the items shown that it is about."""
        items = [item for item, _score in self.shown]
        sheet = self.sheet
        return beside_items(sheet.assessment.site, items, self.user, closed_at=sheet.submitted_at)

    def rows(self, entry: Entry | None = None, item: Item | None = None) -> list[ItemRow]:
        """The items shown; `entry` stands in the fields of `item` in place of what is stored."""
        beside: dict[int, list[Score]] = defaultdict(list)
        for other in self.beside:
            beside[other.item_id].append(other)
        rows = []
        for each, score in self.shown:
            if self.only_unmarked and self.states[each.pk] != MarkState.UNMARKED:
                continue
            members = [mark for mark in beside[each.pk] if mark.sheet.role == SheetRole.INSPECTOR]
            own = [mark for mark in beside[each.pk] if mark.sheet.role == SheetRole.SELF]
            rows.append(
                ItemRow(
                    item=each,
                    url=self.url_of_item(each),
                    url_to_save=self.url_to_save(each),
                    score=score,
                    state=self.states[each.pk],
                    entry=entry if entry and each == item else Entry.stored(score, members),
                    self_score=own[-1] if own else None,
                    members=members,
                    evidence=self.evidence.get(each.pk, []),
                    line=self.lines.get(each.pk),
                )
            )
        return rows

    def row(self, item: Item, entry: Entry | None = None) -> ItemRow:
        """One item alone, without what stands outside its form."""
        score = self.own.get(item.pk)
        return ItemRow(
            item=item,
            url=self.url_of_item(item),
            url_to_save=self.url_to_save(item),
            score=score,
            state=self.states[item.pk],
            entry=entry or Entry.stored(score),
            is_part=True,
        )


def open_sheet(
    sheet: Sheet,
    user: User,
    section: int | None = None,
    *,
    only_unmarked: bool = False,
    kind: type[SheetPage] = SheetPage,
) -> SheetPage:
    return kind(sheet, user, items=standard_items(sheet), section=section, only_unmarked=only_unmarked)


@prepared
def _marks_of(sheet: int) -> QuerySet[Score]:
    return Score.objects.filter(sheet=sheet).order_by("pk")


@prepared
def _marks_beside(sheets: tuple[int, ...], of_site: int) -> QuerySet[Score]:
    return Score.objects.filter(marks_beside(sheets, of_site)).select_related("sheet").order_by("pk")


@prepared
def _uploads(sheet: int, by: int) -> QuerySet[SheetUpload, int]:
    return SheetUpload.objects.filter(sheet=sheet, by=by).order_by().values_list("pk", flat=True)
