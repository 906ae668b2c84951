"""保管期限 and 档号 of what a dossier holds (DA/T 22-2015): which piece has which."""

import datetime
from collections import Counter

from desk.models import ArchiveCodes
from documents.enums import Retention

from .pieces import Piece, Section

# A paper has the retention it was issued with, and proof of any kind (evidence, photographs, scanned forms)
# is kept ten years; everything else, what the portal draws up above all, as long as its section.
KEPT = {
    Section.LIST: Retention.PERMANENT,
    Section.PLAN: Retention.LONG,
    Section.SELF_ASSESSMENT: Retention.LONG,
    Section.INSPECTION: Retention.LONG,
    Section.RECTIFICATION_NOTICE: Retention.LONG,
    Section.RECTIFICATION: Retention.LONG,
    Section.ACCEPTANCE: Retention.PERMANENT,
    Section.APPRAISAL: Retention.LONG,
    Section.NOTICE: Retention.LONG,
    Section.NAMING: Retention.PERMANENT,
    Section.HISTORY: Retention.PERMANENT,
}
CODES = {Retention.PERMANENT: "Y", Retention.LONG: "D30", Retention.SHORT: "D10"}
WORDS = {Retention.PERMANENT: "永久", Retention.LONG: "30年", Retention.SHORT: "10年"}


def retention_of(piece: Piece) -> Retention:
    return piece.kept or KEPT[piece.section]


class Numbers:
    """Gives out the 档号 of one archive: 件号 runs within a year and a retention, in filing order.

    What lies in the folders of several sites, such as the list they stand on, is one 件 and has one 档号. A
    piece without a date is of the year the archive is made in.
    """

    def __init__(self, codes: ArchiveCodes, on: datetime.date) -> None:
        self._codes, self._on = codes, on
        self._last = Counter[tuple[int, Retention]]()
        self._given: dict[str, str] = {}

    def take(self, piece: Piece) -> str:
        """The piece's 档号; asked once of each that goes in."""
        if piece.same in self._given:
            return self._given[piece.same]
        year, kept = (piece.on or self._on).year, retention_of(piece)
        self._last[year, kept] += 1
        number = code_of(self._codes, year, kept, self._last[year, kept])
        if piece.same:
            self._given[piece.same] = number
        return number

    @property
    def given(self) -> int:
        """How many 件 there are, each counted once."""
        return self._last.total()


def code_of(codes: ArchiveCodes, year: int, kept: Retention, number: int) -> str:
    """全宗号-门类代码·年度-保管期限代码-机构（问题）代码-件号; what the office has not set is left out."""
    front = "-".join(part for part in (codes.fonds, codes.category) if part)
    back = "-".join(part for part in (str(year), CODES[kept], codes.department, f"{number:04d}") if part)
    return f"{front}·{back}"
