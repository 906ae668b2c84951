"""The life of a register's import: uploaded, previewed by the worker, confirmed, taken by the worker, undone.

The row is the truth (core.jobs). Each chunk that is written renews the worker's claim in the same
transaction: a job that was cancelled, or that another worker took over, cannot be written to any more, and
one that lost its worker goes on where the last chunk ended.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import partial
from itertools import islice
from typing import Any, TypeAlias

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.rules import is_office, require_office
from audit.bulk import insert_rows
from core.acting import Refusal
from core.jobs import ANEW, Claim, send_after_commit, work_on
from core.locks import change_once
from core.planner import renew_statistics
from core.stored import Withheld, opened
from sites.cell_parsers import as_kept
from sites.enums import JobState, Outcome
from sites.models import ImportJob, ImportLine
from sites.registers import REGISTRARS
from sites.registers.registrar import Entry, Registrar
from sites.services.undoing import Undone
from sites.taken import stood_before
from tables.rows import MAX_REGISTER_ROWS
from tables.table import Line
from tables.tidy import tidy

# Rows written in one transaction, between two steps of the progress bar.
CHUNK = 500


# -- what a person does -------------------------------------------------------


@transaction.atomic
def start_import(*, register: str, upload: "File[bytes]", by: User) -> ImportJob:
    """Keep the file and have it read after the commit."""
    require_office(by)
    job = ImportJob(register=register, file_name=tidy(upload.name or "")[:200], by=by)
    job.file.save(upload.name or "", upload, save=False)
    job.save()
    send_after_commit(job)
    return job


@transaction.atomic
def confirm_import(*, job: ImportJob, by: User) -> None:
    """Have the right rows of a previewed job taken, by who uploaded the file: the trail bears their name."""
    require_office(by)
    if by.pk != job.by_id:
        raise PermissionDenied
    _move(job, (JobState.PREVIEWED,), JobState.TAKING, done=0, **ANEW)
    send_after_commit(job)


@transaction.atomic
def discard_import(*, job: ImportJob, by: User) -> None:
    """Throw a job away of which nothing has been taken."""
    require_office(by)
    _move(job, (JobState.READING, JobState.PREVIEWED), JobState.CANCELLED, finished_at=timezone.now())


@transaction.atomic
def undo_import(*, job: ImportJob, by: User) -> None:
    """Have what an import wrote taken back, once; by anybody of the office, and the trail says who."""
    require_office(by)
    # When it was taken stays on record: whoever signed in since keeps the account.
    anew = {name: value for name, value in ANEW.items() if name != "finished_at"}
    _move(job, (JobState.DONE,), JobState.UNDOING, done=0, undone_by=by, **anew)
    send_after_commit(job)


def _move(job: ImportJob, sources: Iterable[str], target: JobState, **values: Any) -> None:
    if not change_once(ImportJob.objects.filter(pk=job.pk, state__in=sources), state=target, **values):
        job.refresh_from_db()
        raise Refusal(
            _("This import is “%(state)s” by now; nothing was changed.") % {"state": job.get_state_display()}
        )


# -- the worker's -------------------------------------------------------------


def run(job_id: int) -> None:
    """Read, take or undo a job, whichever it waits for. Safe to run twice or at once."""
    work_on(ImportJob, job_id, _work)


def _work(claim: Claim[ImportJob]) -> None:
    _check_loader(claim.job.actor)
    {JobState.READING: _read, JobState.TAKING: _take, JobState.UNDOING: _undo}[JobState(claim.job.state)](
        claim
    )


def _check_loader(by: User) -> None:
    """The rights of a page, asked again: hours may lie between the upload and the worker."""
    if not (by.is_active and is_office(by)):
        raise ValidationError(
            _("%(name)s no longer acts for the municipal office; somebody who does uploads the file anew.")
            % {"name": by}
        )


def _read(claim: Claim[ImportJob]) -> None:
    """Judge every row of the file; nothing of the register is written yet."""
    from tables.reading import read  # noqa: PLC0415  # openpyxl is loaded where a workbook is read

    job = claim.job
    registrar = REGISTRARS[job.register](by=job.by)
    with _kept(job) as file:
        table = read(file, registrar.columns, max_rows=MAX_REGISTER_ROWS)
    with transaction.atomic():
        claim.renew(done=0, total=len(table.lines))
        job.lines.all().delete()  # of a worker that died
    lines = iter(table.lines)
    done = 0
    while chunk := [registrar.judge(line, table.letters) for line in islice(lines, CHUNK)]:
        done += len(chunk)
        with transaction.atomic():
            claim.renew(done=done)
            insert_rows(ImportLine, _LINE, map(_as_line, chunk), same={"job": job.pk})
    claim.leave(JobState.PREVIEWED, counts=_counts(job), mended=table.mended)


def _kept(job: ImportJob) -> "File[bytes]":
    try:
        return opened(job.file)
    except Withheld as error:
        raise ValidationError(
            _("The file is not in the portal's storage any more; upload it again.")
        ) from error


_LINE = ("number", "cells", "outcome", "complaints", "changes")


def _as_line(entry: Entry[Any]) -> tuple[Any, ...]:
    return entry.number, entry.cells, entry.outcome, entry.complaints, entry.changes


def _take(claim: Claim[ImportJob]) -> None:
    """Write the rows that were previewed as new or changed, each judged once more; the others are left."""
    job = claim.job
    registrar = REGISTRARS[job.register](by=job.by)
    previewed = job.lines.order_by("number").values_list(*_PREVIEWED, named=True)
    done = job.done
    while lines := list(previewed[done : done + CHUNK]):
        done += len(lines)
        with transaction.atomic():
            claim.renew(done=done)
            _take_chunk(registrar, [line for line in lines if line.outcome in Outcome.WRITTEN])
    claim.end(counts=_counts(job))
    renew_statistics()


def _undo(claim: Claim[ImportJob]) -> None:
    """Take back the rows that were written, the last first; those that are left say why."""
    job = claim.job
    registrar = REGISTRARS[job.register](by=job.actor)
    written = job.lines.filter(outcome__in=Outcome.WRITTEN).order_by("-number")
    undone, done = Undone(**job.undone), job.done
    while lines := list(written[done : done + CHUNK]):
        done += len(lines)
        with transaction.atomic():
            claim.renew(done=done)
            _undo_chunk(registrar, lines, undone, job.finished_at)
            ImportJob.objects.filter(pk=job.pk).update(undone=asdict(undone))
    claim.leave(JobState.UNDONE)
    renew_statistics()


def _undo_chunk(
    registrar: Registrar[Any], lines: Sequence[ImportLine], undone: Undone, since: datetime.datetime | None
) -> None:
    rows = {line.pk: Line(line.number, line.cells) for line in lines}
    registrar.reread(rows.values())
    for line in lines:
        row, before = rows[line.pk], {one["field"]: one["before"] for one in line.changes}
        name = " ".join(line.cells.get(column, "") for column in registrar.key_columns)
        if why := undone.undo(name, partial(registrar.undo, row, before, since), was_there=bool(before)):
            line.complaints = [as_kept("", "", why)]
            line.save(update_fields=["complaints"])


_PREVIEWED = ("pk", "number", "cells", "outcome", "changes")


def _take_chunk(registrar: Registrar[Any], lines: Sequence[Any]) -> None:
    """Of each line is read what is `_PREVIEWED`; those that went another way say so from now on."""
    rows = {line.number: Line(line.number, line.cells) for line in lines}
    registrar.reread(rows[line.number] for line in lines if line.outcome == Outcome.CHANGED)
    judged = [(line, registrar.judge(rows[line.number], {})) for line in lines]
    for line, entry in judged:
        if entry.outcome in Outcome.WRITTEN and (line.outcome, line.changes) != (
            entry.outcome,
            entry.changes,
        ):
            entry.changes = _beside_preview(entry.changes, line.changes)
            _refuse(entry, _CHANGED_MEANWHILE)
    _write(registrar, [entry for _line, entry in judged if entry.outcome in Outcome.WRITTEN])
    moved = [
        ImportLine(pk=line.pk, outcome=entry.outcome, complaints=entry.complaints, changes=entry.changes)
        for line, entry in judged
        if line.outcome != entry.outcome
    ]
    ImportLine.objects.bulk_update(moved, ["outcome", "complaints", "changes"])


# A column that a row changes: its field, and its text before and after.
_Change: TypeAlias = dict[str, str]


def _beside_preview(now: list[_Change], previewed: list[_Change]) -> list[_Change]:
    """The changes with what each column held when it was previewed, where that was something else."""
    before = {one["field"]: one["before"] for one in previewed}
    stood = ((one, stood_before(before, one["field"], one["before"], one["after"])) for one in now)
    return [one if was is None else one | {"previewed": was} for one, was in stood]


def _refuse(entry: Entry[Any], told: str) -> None:
    entry.outcome, entry.complaints = Outcome.WRONG, [as_kept("", "", ValidationError(told))]


_CHANGED_MEANWHILE = gettext_noop(
    "This record has changed since the preview, so the row was left; upload the workbook again."
)
_REFUSED = gettext_noop(
    "The same has been put on record by somebody else since the preview; upload the workbook again."
)


def _write(registrar: Registrar[Any], entries: Sequence[Entry[Any]]) -> None:
    """All at once; if the database refuses that, row by row, so that one bad row does not lose the others."""
    try:
        with transaction.atomic():
            registrar.write(entries)
    except IntegrityError:
        for entry in entries:
            _write_one(registrar, entry)


def _write_one(registrar: Registrar[Any], entry: Entry[Any]) -> None:
    try:
        with transaction.atomic():
            registrar.write([entry])
    except IntegrityError:
        _refuse(entry, _REFUSED)


def _counts(job: ImportJob) -> dict[str, int]:
    found = Counter(dict(job.lines.order_by().values_list("outcome").annotate(Count("pk"))))
    return {outcome.value: found[outcome.value] for outcome in Outcome}
