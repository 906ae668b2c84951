"""A piece of evidence with all that pages, lists and filters say of it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from assessments.models import Evidence, EvidenceFile, EvidenceLink, EvidencePointer


@dataclass(frozen=True)
class FileRow:
    """A file with the remarks on it."""

    file: EvidenceFile
    remarks: Sequence[str] = ()


@dataclass(frozen=True)
class Piece:
    """One piece of evidence with all a page says of it.

    Beside an item only: `page`, where to look, and `late_on`, the day it was put there where that was after
    the sheet had been submitted or signed.
    """

    evidence: Evidence
    files: Sequence[FileRow] = ()
    links: Sequence[EvidenceLink] = ()
    pointers: Sequence[EvidencePointer] = ()
    earlier: Sequence["Piece"] = ()
    page: str = ""
    late_on: datetime.date | None = None
    may_change: bool = False

    @property
    def has_dead_link(self) -> bool:
        return any(link.is_dead for link in self.links)

    @property
    def is_remarked(self) -> bool:
        return any(row.remarks for row in self.files)
