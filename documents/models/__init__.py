"""The records of this room."""

from .defaults import PaperDefault
from .drafts import Countersignature, Draft, DraftPaper, DraftPaperQuerySet, DraftQuerySet, DraftRemark
from .instructions import Instruction, InstructionAnswer
from .kinds import KindSeries, Wording
from .papers import (
    CODE_LETTERS,
    CopyShare,
    Document,
    DocumentQuerySet,
    Receipt,
    ReceiptQuerySet,
    Series,
    new_verification_code,
)
from .previews import Preview, PreviewPaper
from .scans import PenSignature, StampedScan
from .signatures import PaperSources, Signature

__all__ = [
    "CODE_LETTERS",
    "CopyShare",
    "Countersignature",
    "Document",
    "DocumentQuerySet",
    "Draft",
    "DraftPaper",
    "DraftPaperQuerySet",
    "DraftQuerySet",
    "DraftRemark",
    "Instruction",
    "InstructionAnswer",
    "KindSeries",
    "PaperDefault",
    "PaperSources",
    "PenSignature",
    "Preview",
    "PreviewPaper",
    "Receipt",
    "ReceiptQuerySet",
    "Series",
    "Signature",
    "StampedScan",
    "Wording",
    "new_verification_code",
]
