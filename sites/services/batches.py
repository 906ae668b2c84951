"""What a workbook did to a list, kept so that it can be undone until the list is filed."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, OuterRef, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from core.locks import change_once
from sites.models import Filing, FilingVersion, ImportBatch, Replacement, Site
from sites.services.rows import remove_site, save_site
from sites.services.state import check_editable
from sites.services.undoing import CHANGED_SINCE, Undone
from sites.site_fields import OF_LIAISON, OWN, records_of
from sites.workflow import InvalidTransition

# The last imports that a list's page shows.
SHOWN = 5
_ACCOUNT = "liaison_user"


@dataclass(frozen=True)
class BatchSummary:
    """An import as the list's page shows it."""

    batch: ImportBatch
    new: int
    changed: int
    can_be_undone: bool


def state_of(site: Site) -> dict[str, str]:
    """What an import may change in a row, and its unit, by which a later change of the row is told.

    The liaison's account goes with the post when another one is named, and comes back with the one before.
    """
    records = records_of(site)
    kept = {field.name: field.kept(field.read(records)) for field in (*OWN, *OF_LIAISON)}
    account = next((liaison.user_id for liaison in site.liaisons.all()), None)
    return {**kept, "organisation": str(site.organisation_id), _ACCOUNT: str(account or "")}


def keep_batch(
    *, filing: Filing, file_name: str, changes: Sequence[Mapping[str, Any]], by: User
) -> ImportBatch:
    """Keep what an import wrote: of each row its key, its state before (None for a new one) and after, and
    the key of the unit that was put on record with it."""
    return ImportBatch.objects.create(filing=filing, file_name=file_name[:200], changes=list(changes), by=by)


def batches_of(filing: Filing) -> list[BatchSummary]:
    """The last imports into a list, the newest first, and whether they can still be undone. One query."""
    last = FilingVersion.objects.filter(filing=OuterRef("filing")).order_by("-number")
    batches = filing.import_batches.select_related("by").annotate(filed_at=last.values("filed_at")[:1])
    summaries = []
    for batch in batches[:SHOWN]:
        new = sum(change["before"] is None for change in batch.changes)
        is_open = batch.undone_at is None and not _was_filed(batch, batch.filed_at)
        summaries.append(
            BatchSummary(batch, new, len(batch.changes) - new, can_be_undone=is_open and filing.is_editable)
        )
    return summaries


@transaction.atomic
def undo_batch(*, batch: ImportBatch, by: User) -> Undone:
    """Give the rows of an import back what they were, and take off those that it put on the list.

    Rows that were changed since stay as they are. Raises PermissionDenied, or InvalidTransition once
    the list is filed, was filed since, or when the import is undone already.
    """
    check_editable(batch.filing, by)
    if _was_filed(batch, _filed_at(batch.filing)):
        raise InvalidTransition(
            _("The list was filed with what this workbook says; change its rows one by one instead.")
        )
    if not change_once(ImportBatch.objects.filter(pk=batch.pk, undone_at=None), undone_at=timezone.now()):
        raise InvalidTransition(_("This import has been undone already."))
    undone = Undone()
    for change in batch.changes:
        _undo(batch.filing, change, undone, by)
    _forget_units(change["new_unit"] for change in batch.changes)
    return undone


def _undo(filing: Filing, change: Mapping[str, Any], undone: Undone, by: User) -> None:
    site = filing.sites.filter(pk=change["site"]).first()
    before, after = change["before"], change["after"]
    if site is None and not before:
        return  # a new row that somebody took off the list is what the undo wants

    def act() -> None:
        if site is None or state_of(site) != after:
            raise ValidationError(CHANGED_SINCE)
        if before:
            _restore(filing, site, before, by)
        else:
            remove_site(site=site, by=by)

    undone.undo(after["window_name"], act, was_there=bool(before))


def _restore(filing: Filing, site: Site, before: Mapping[str, str], by: User) -> None:
    for field in OWN:
        setattr(site, field.attribute, field.restored(before[field.name]))
    liaison = {field.name: field.restored(before[field.name]) for field in OF_LIAISON}
    save_site(filing=filing, site=site, by=by, **liaison)
    if account := User.objects.filter(pk=before[_ACCOUNT] or 0).first():
        post = site.liaisons.get()
        post.user = account
        post.save(update_fields=["user"])


def _forget_units(keys: Iterable[int | None]) -> None:
    """Take the units off record that came with the rows, but for those that something else names by now."""
    # A replacement that is asked for names its unit in words and by its key: the database does not see it.
    asked_for = Replacement.objects.open().values_list("after__organisation_id", flat=True)
    for unit in Organisation.objects.filter(pk__in={key for key in keys if key} - {*asked_for}):
        with suppress(ProtectedError), transaction.atomic():
            unit.delete()


def _filed_at(filing: Filing) -> datetime.datetime | None:
    found: datetime.datetime | None = filing.versions.aggregate(Max("filed_at"))["filed_at__max"]
    return found


def _was_filed(batch: ImportBatch, filed_at: datetime.datetime | None) -> bool:
    return filed_at is not None and filed_at > batch.at
