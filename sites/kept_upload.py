"""A workbook that was read and waits in the session, on the server, to be confirmed or mended."""

from dataclasses import dataclass, replace

from django.contrib.sessions.backends.base import SessionBase

from tables.table import Table

from .models import Filing
from .taken import Previewed, Taken, told_by_row


@dataclass(frozen=True)
class KeptUpload:
    """The rows of a workbook, what is wrong with some of them, and whether the others still wait."""

    table: Table
    file_name: str
    complaints: dict[int, list[str]]
    previewed: Previewed
    is_waiting: bool = True

    @property
    def right(self) -> Table:
        """The rows that can be taken."""
        return self.table.only({line.number for line in self.table.lines} - self.complaints.keys())


def keep(
    session: SessionBase, filing: Filing, table: Table, file_name: str, previewed: Previewed | None = None
) -> None:
    """Let the workbook wait for its preview, or for one more; an earlier one for this list is forgotten."""
    _put(session, filing, KeptUpload(table, file_name, {}, previewed or {}))


def keep_as_judged(session: SessionBase, filing: Filing, upload: KeptUpload, taken: Taken) -> None:
    """What its preview says, with what is wrong in it."""
    _put(session, filing, replace(upload, complaints=taken.complaints, previewed=told_by_row(taken)))


def kept_upload(session: SessionBase, filing: Filing) -> KeptUpload | None:
    """The workbook that was last judged for this list."""
    found = session.get(_key(filing))
    if found is None:
        return None
    # JSON knows no numbers as keys.
    complaints = {int(number): texts for number, texts in found["complaints"].items()}
    previewed = {int(number): told for number, told in found["previewed"].items()}
    return KeptUpload(
        Table.from_json(found["table"]), found["file_name"], complaints, previewed, found["is_waiting"]
    )


def keep_as_taken(session: SessionBase, filing: Filing, upload: KeptUpload) -> None:
    """The right rows are taken; with wrong ones among them the workbook stays, to be fetched and mended."""
    if upload.complaints:
        _put(session, filing, replace(upload, is_waiting=False))
    else:
        forget(session, filing)


def forget(session: SessionBase, filing: Filing) -> None:
    session.pop(_key(filing), None)


def _put(session: SessionBase, filing: Filing, upload: KeptUpload) -> None:
    session[_key(filing)] = {
        "table": upload.table.as_json(),
        "file_name": upload.file_name,
        "complaints": upload.complaints,
        "previewed": upload.previewed,
        "is_waiting": upload.is_waiting,
    }


def _key(filing: Filing) -> str:
    return f"workbook-of-list-{filing.pk}"
