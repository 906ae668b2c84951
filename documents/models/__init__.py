"""The records of this room."""

from .instructions import Instruction, InstructionAnswer
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

__all__ = [
    "CODE_LETTERS",
    "CopyShare",
    "Document",
    "DocumentQuerySet",
    "Instruction",
    "InstructionAnswer",
    "Receipt",
    "ReceiptQuerySet",
    "Series",
    "new_verification_code",
]
