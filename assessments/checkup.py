"""体检: what is missing or odd on a sheet before it is closed, each with the place to mend it."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypedDict, cast

from django.db.models import F, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_stubs_ext import WithAnnotations

from accounts.models import User
from standards.models import Item

from .enums import Check, MarkState, ScoreLevel, SheetRole
from .evidence.remarks import remarks_on
from .marks import SectionMarks, mark_of
from .models import Evidence, EvidencePointer, Score, Sheet, SheetUploadRow

Groups = list[tuple[Check, list["Remark"]]]


@dataclass(frozen=True)
class Remark:
    """One thing about one item, and the address to jump to."""

    check: Check
    item: Item
    url: str
    detail: str = ""


class _Began(TypedDict):
    """What `_pointers` tells of each: the first day of its site's programme."""

    began: datetime.date


DatedPointer: TypeAlias = "WithAnnotations[EvidencePointer, _Began]"


@dataclass(frozen=True)
class CheckUp:
    """Everything found on a sheet."""

    remarks: tuple[Remark, ...]

    @property
    def musts(self) -> Groups:
        """What must be mended before the sheet can be closed, by what is wrong."""
        return self._groups(must=True)

    @property
    def shoulds(self) -> Groups:
        """What is worth a look but does not keep the sheet open."""
        return self._groups(must=False)

    def without(self, check: Check) -> "CheckUp":
        """For a page that tells what this check found in its own way."""
        return CheckUp(tuple(remark for remark in self.remarks if remark.check != check))

    def _groups(self, *, must: bool) -> Groups:
        found: dict[Check, list[Remark]] = defaultdict(list)
        for remark in self.remarks:
            found[remark.check].append(remark)
        return [(check, found[check]) for check in Check if check in found and (check in Check.MUST) == must]


def check_up(
    sheet: Sheet, marks: Iterable[SectionMarks], *, reader: User, url_of: Callable[[Item], str]
) -> CheckUp:
    """What is missing or odd on a sheet, items not due left out. At most eight queries, whatever the size.

    `url_of` gives the address of an item on the page of the sheet.
    """
    pointers, disputed = _pointers(sheet, reader), _disputed(sheet)
    due = [(item, score) for part in marks for item, score in part.rows if not item.not_due]
    found = [
        *((item, *found) for item, score in due for found in _of_mark(sheet, item, score, disputed)),
        *(
            (item, *found)
            for item, score in due
            for found in _of_proof(sheet, item, score, pointers[item.pk])
        ),
        *_of_pieces([item for item, _score in due], pointers, reader),
    ]
    remarks = (Remark(check, item, url_of(item), detail) for item, check, detail in found)
    return CheckUp((*remarks, *_uploaded(sheet, reader)))


def _uploaded(sheet: Sheet, reader: User) -> Iterator[Remark]:
    """The rows of the reader's workbooks that wait for a choice: once the sheet is closed it is too late."""
    rows = SheetUploadRow.objects.waiting().filter(upload__sheet=sheet, upload__by=reader)
    for row in rows.select_related("upload", "item"):
        yield Remark(Check.UPLOADED, row.item, row.upload.get_absolute_url(), str(row.upload))


def _of_mark(
    sheet: Sheet, item: Item, score: Score | None, disputed: set[int]
) -> Iterator[tuple[Check, str]]:
    """What is wrong with the mark itself."""
    if item.pk in disputed:
        yield Check.DISPUTED, ""
    elif score is None:
        yield Check.UNANSWERED, ""
    if score is None:
        return
    if score.level != ScoreLevel.MET and not score.reason.strip():
        yield Check.NO_REASON, ""
    inapplicable = score.level == ScoreLevel.INAPPLICABLE
    if inapplicable and sheet.role == SheetRole.FINAL and score.consented_by_id is None:
        refused = _("The office does not agree: %(reason)s") % {"reason": score.refusal}
        yield Check.NOT_CONSENTED, refused if score.refusal else score.reason


def _of_proof(
    sheet: Sheet, item: Item, score: Score | None, pointers: Sequence[DatedPointer]
) -> Iterator[tuple[Check, str]]:
    """Whether the evidence filed for the item fits its mark."""
    state = mark_of(item, score).state
    # The unit must show what it claims; a team may have seen it on site.
    shown = [each for each in pointers if sheet.role != SheetRole.SELF or each.evidence.assessment_id is None]
    if state == MarkState.MET and not shown:
        yield Check.NO_EVIDENCE, item.evidence_hint
    if item.either_or and (state == MarkState.PARTLY or (state == MarkState.UNMET and shown)):
        told = _("Of “%(forms)s” one is enough; that another is missing costs nothing.")
        yield Check.EITHER_OR, told % {"forms": item.keyword}


def _of_pieces(
    items: Iterable[Item], pointers: dict[int, list[DatedPointer]], reader: User
) -> Iterator[tuple[Item, Check, str]]:
    """What is odd about the evidence itself; a piece that shows several items is named once, at the first."""
    first: dict[int, tuple[Item, DatedPointer]] = {}
    for item in items:
        for pointer in pointers[item.pk]:
            first.setdefault(pointer.evidence_id, (item, pointer))
    files = [file for _item, pointer in first.values() for file in pointer.evidence.files.all()]
    remarks = remarks_on(files, reader) if files else {}
    for item, pointer in first.values():
        for check, detail in _of_piece(pointer, remarks):
            yield item, check, detail


def _of_piece(pointer: DatedPointer, remarks: Mapping[int, list[str]]) -> Iterator[tuple[Check, str]]:
    evidence, began = pointer.evidence, pointer.began
    if evidence.taken_on and evidence.taken_on < began:
        told = _("“%(title)s” is of %(day)s; the programme was issued on %(began)s.")
        days = {"day": date_format(evidence.taken_on), "began": date_format(began)}
        yield Check.OLD_EVIDENCE, told % {"title": evidence, **days}
    for link in evidence.links.all():
        if link.is_dead:
            yield Check.DEAD_LINK, _("%(address)s: %(problem)s") % {"address": link, "problem": link.why_dead}
    for file in evidence.files.all():
        for text in remarks.get(file.pk, ()):
            yield Check.REMARKED, _("%(file)s: %(remark)s") % {"file": file, "remark": text}


def _pointers(sheet: Sheet, reader: User) -> dict[int, list[DatedPointer]]:
    """Item id → current evidence the reader sees; each pointer has the programme's first day as `began`."""
    found: dict[int, list[DatedPointer]] = defaultdict(list)
    pointers = (
        EvidencePointer.objects.filter(
            evidence__in=Evidence.objects.visible_to(reader).current().filter(site=sheet.assessment.site_id),
            item__section__standard=sheet.assessment.standard_id,
        )
        .annotate(began=F("evidence__site__programme__issued_on"))
        .select_related("evidence")
        .prefetch_related("evidence__files", "evidence__links")
        .order_by("pk")
    )
    for pointer in cast("QuerySet[DatedPointer]", pointers):
        found[pointer.item_id].append(pointer)
    return found


def _disputed(sheet: Sheet) -> set[int]:
    """The items whose deliberation is not settled; only a final sheet has any."""
    if sheet.role != SheetRole.FINAL:
        return set()
    return set(sheet.deliberations.open().values_list("item", flat=True))
