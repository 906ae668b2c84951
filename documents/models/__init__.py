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
    "Preview",
    "PreviewPaper",
    "Receipt",
    "ReceiptQuerySet",
    "Series",
    "Signature",
    "Wording",
    "new_verification_code",
]
