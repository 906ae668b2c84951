"""Which sheet a workbook was made from and what stood on it then, signed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Self

from django.core import signing
from django.utils.crypto import get_random_string

from assessments.models import Score, Sheet
from standards.models import Item

# The name it goes by in the workbook.
HALLMARK = "portal-sheet"
_SALT = "assessments.sheet_workbook"


@dataclass(frozen=True)
class Token:
    """`workbook` tells one download from another; `versions` are the marks' row versions (0: no mark yet).

    The versions follow the order of the standard's items, which never changes: that keeps a token short.
    """

    workbook: str
    sheet: int
    site: int
    round: int
    standard: int
    versions: tuple[int, ...]

    @classmethod
    def of(cls, sheet: Sheet, items: Sequence[Item], scores: Mapping[int, Score]) -> Self:
        """A new one for the sheet as it stands; `scores` by item."""
        return cls(
            workbook=get_random_string(12),
            sheet=sheet.pk,
            site=sheet.assessment.site_id,
            round=sheet.assessment.round_id,
            standard=sheet.assessment.standard_id,
            versions=tuple(scores[item.pk].version if item.pk in scores else 0 for item in items),
        )

    def signed(self) -> str:
        return signing.dumps(asdict(self), salt=_SALT, compress=True)

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises BadSignature for whatever this portal did not sign."""
        kept = signing.loads(text, salt=_SALT)
        return cls(**{**kept, "versions": tuple(kept["versions"])})

    def versions_of(self, items: Sequence[Item]) -> dict[int, int]:
        """The row versions by item."""
        return dict(zip((item.pk for item in items), self.versions, strict=True))
