"""A sheet's workbook that came back: each row by itself, so that nothing valid is lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from assessments.enums import UploadOutcome
from assessments.models import Score, ScoreEntry, Sheet, SheetUpload, SheetUploadRow
from assessments.rules import writers
from assessments.services.scores import StaleScore, checked, save_score
from assessments.sheet_workbook import Filled, FilledRow, Typed
from assessments.sheet_workbook.token import Token
from sites.calendar import today
from sites.workflow import InvalidTransition, WorkflowError
from standards.models import Item

# -- whose workbook it is -------------------------------------------------------


def require_open_to(sheet: Sheet, by: User) -> None:
    """PermissionDenied for whoever does not write on the sheet, InvalidTransition once it is submitted."""
    if not writers(sheet).filter(pk=by.pk).exists():
        raise PermissionDenied
    if not sheet.is_draft:
        raise InvalidTransition(_("This sheet has been submitted already."))


def check_own(token: Token, sheet: Sheet, by: User) -> None:
    """Refuse the workbook of another sheet, round or standard, saying which one it is and which is wanted."""
    wanted = sheet.assessment
    if (token.sheet, token.site, token.round) != (sheet.pk, wanted.site_id, wanted.round_id):
        raise ValidationError(
            _(
                "This is the workbook of %(other)s; here the one of %(wanted)s is wanted. Nothing was taken, "
                "and your file stays as it is."
            )
            % {"other": _called(token, by), "wanted": _names(sheet)}
        )
    if token.standard != wanted.standard_id:
        raise ValidationError(
            _(
                "This workbook was made under another version of the standard; the sheet is now measured by "
                "%(standard)s. Download its workbook anew and copy your entries into it."
            )
            % {"standard": wanted.standard}
        )


def _called(token: Token, by: User) -> str:
    """The other sheet by its names, as far as this person may know of it."""
    related = ("assessment__site", "assessment__round", "author")
    other = Sheet.objects.visible_to(by).select_related(*related).filter(pk=token.sheet).first()
    return _names(other) if other else _("another sheet")


def _names(sheet: Sheet) -> str:
    return _("%(site)s, %(round)s (%(whose)s)") % {
        "site": sheet.assessment.site,
        "round": sheet.assessment.round,
        "whose": sheet.author or sheet.get_role_display(),
    }


# -- taking it -------------------------------------------------------------------


@dataclass(frozen=True)
class _Known:
    """What the workbook's writer knows of an item: what it said before, and the mark's row version."""

    typed: Typed
    version: int


@transaction.atomic
def take(*, sheet: Sheet, filled: Filled, by: User) -> SheetUpload:
    """Take what is valid and fits; what is wrong, or was changed meanwhile, is kept to be looked at.

    A row that says what the workbook said before changes nothing, whatever was written elsewhere since.
    """
    _hold(sheet, by)
    check_own(filled.token, sheet, by)
    upload = SheetUpload(sheet=sheet, name=filled.name[:200], sha256=filled.sha256, by=by, on=today())
    upload.workbook, upload.notes = filled.token.workbook, filled.notes
    known = _known(sheet, filled, by)
    stored = {score.item_id: score for score in sheet.scores.all()}
    told = [row for row in filled.rows if row.typed or row.problems or known[row.item.pk].typed]
    rows = [_taken(upload, row, known[row.item.pk], stored.get(row.item.pk)) for row in told]
    upload.save()
    SheetUploadRow.objects.bulk_create(rows)
    return upload


def _hold(sheet: Sheet, by: User) -> None:
    """Marks and state of a sheet that is held change in this transaction alone; refuses as it stands now."""
    sheet.refresh_from_db(fields=["state"], from_queryset=Sheet.objects.select_for_update())
    require_open_to(sheet, by)


def _known(sheet: Sheet, filled: Filled, by: User) -> dict[int, _Known]:
    """By item: what stood in the workbook when it was given out, or in this person's last upload of it.

    What somebody else uploaded of a copy is news to its writer, as a mark written on the page is.
    """
    entries = {(entry.item_id, entry.version): entry for entry in ScoreEntry.objects.filter(sheet=sheet)}
    known = {
        item: _Known(Typed.of(entries.get((item, version))), version)
        for item, version in filled.versions.items()
    }
    earlier = SheetUploadRow.objects.filter(
        upload__sheet=sheet, upload__workbook=filled.token.workbook, upload__by=by
    )
    for row in earlier.exclude(outcome__in=UploadOutcome.WAITING).order_by("pk"):
        known[row.item_id] = _Known(Typed.read_row(row), row.version)
    return known


def _taken(upload: SheetUpload, row: FilledRow, known: _Known, stored: Score | None) -> SheetUploadRow:
    """Write the row's mark, or keep why not."""
    kept = SheetUploadRow(upload=upload, item=row.item, row=row.number, **row.typed.kept())
    kept.outcome, kept.version = UploadOutcome.WRONG, stored.version if stored else 0
    kept.problem = "\n".join(row.problems)
    if not row.problems:
        try:
            kept.outcome, kept.version = _outcome(upload, row, known, stored)
        except (ValidationError, WorkflowError) as error:
            kept.problem = _told(error, row.place)
    return kept


def _outcome(
    upload: SheetUpload, row: FilledRow, known: _Known, stored: Score | None
) -> tuple[UploadOutcome, int]:
    """What becomes of a row, and the version of the mark its writer then knows of."""
    now, version = Typed.of(stored), stored.version if stored else 0
    if row.typed == now:
        return UploadOutcome.SAME, version
    if row.typed == known.typed:
        return UploadOutcome.SAME, known.version
    if not row.typed:
        raise ValidationError(_("The row was emptied; a mark can be changed, not taken back."))
    values = _judged(upload.sheet, row.item, row.typed)
    if Typed.of(SimpleNamespace(**values)) == now:
        return UploadOutcome.SAME, version
    if version != known.version:
        return UploadOutcome.STALE, version
    return UploadOutcome.TAKEN, _save(upload, row.item, row.typed, version, upload.by)


def _judged(sheet: Sheet, item: Item, typed: Typed) -> dict[str, Any]:
    """The mark that was typed; ValidationError by field where it is none."""
    values = checked(sheet, item, **typed.values())
    typed.check_agrees(values)
    return values


def _save(upload: SheetUpload, item: Item, typed: Typed, version: int, by: User) -> int:
    return save_score(sheet=upload.sheet, item=item, version=version, by=by, **typed.values())


def _told(error: ValidationError | WorkflowError, place: Callable[[str], str]) -> str:
    """What is wrong, each with its cell."""
    if isinstance(error, WorkflowError):
        said = {"": [str(error)]}
    else:
        said = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    colon = pgettext("between a label and its text", ": ")
    return "\n".join(f"{place(field)}{colon}{text}" for field, texts in said.items() for text in texts)


# -- choosing --------------------------------------------------------------------


@dataclass(frozen=True)
class Chosen:
    """How many rows were settled, and how many were changed again and must be looked at once more."""

    settled: int
    left: int


@transaction.atomic
def choose(*, upload: SheetUpload, shown: Mapping[int, int], mine: bool, by: User) -> Chosen:
    """Settle rows that wait: the workbook's value (`mine`), or the stored one, which stays.

    `shown` holds their keys with the row version that stood beside them (0: no mark). What is wrong in the
    workbook cannot be taken from it; it is mended on the sheet.
    """
    _hold(upload.sheet, by)
    outcomes = [UploadOutcome.STALE] if mine else UploadOutcome.WAITING
    asked = upload.rows.waiting().filter(pk__in=shown, outcome__in=outcomes)
    rows = list(asked.select_related("item__section"))
    left = 0
    for row in rows:
        if mine:
            _take_mine(upload, row, shown[row.pk], by)
        else:
            row.outcome, row.version = UploadOutcome.KEPT_STORED, shown[row.pk]
        left += row.outcome in UploadOutcome.WAITING
        row.save(update_fields=["outcome", "version", "problem"])
    return Chosen(len(rows) - left, left)


def _take_mine(upload: SheetUpload, row: SheetUploadRow, version: int, by: User) -> None:
    typed = Typed.read_row(row)
    try:
        _judged(upload.sheet, row.item, typed)
        row.version = _save(upload, row.item, typed, version, by)
        row.outcome = UploadOutcome.KEPT_MINE
    except StaleScore as error:
        row.version = error.current.version
    except (ValidationError, WorkflowError) as error:
        row.outcome, row.problem = UploadOutcome.WRONG, _told(error, lambda _field: str(row.row))
