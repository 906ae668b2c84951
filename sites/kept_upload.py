"""A workbook that was read and waits in the session, on the server, to be confirmed or mended."""

from dataclasses import dataclass, replace

from django.contrib.sessions.backends.base import SessionBase

from tables.table import Table

from .models import Filing
from .taken import Taken


@dataclass(frozen=True)
class KeptUpload:
    """The rows of a workbook, what is wrong with some of them, and whether the others still wait."""

    table: Table
    file_name: str
    complaints: dict[int, list[str]]
    is_waiting: bool = True

    @property
    def right(self) -> Table:
        """The rows that can be taken."""
        return self.table.only({line.number for line in self.table.lines} - self.complaints.keys())


def keep(session: SessionBase, filing: Filing, table: Table, file_name: str, taken: Taken) -> None:
    """Let the workbook wait, as it was judged; an earlier one for this list is forgotten."""
    _put(session, filing, KeptUpload(table, file_name, taken.complaints))


def kept_upload(session: SessionBase, filing: Filing) -> KeptUpload | None:
    """The workbook that was last judged for this list."""
    found = session.get(_key(filing))
    if found is None:
        return None
    # JSON knows no numbers as keys.
    complaints = {int(number): texts for number, texts in found["complaints"].items()}
    return KeptUpload(
        Table.from_json(found["table"]), found["file_name"], complaints, is_waiting=found["is_waiting"]
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
        "is_waiting": upload.is_waiting,
    }


def _key(filing: Filing) -> str:
    return f"workbook-of-list-{filing.pk}"
