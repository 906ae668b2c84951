"""Which paper somebody holds in hand: found by its code, by its number, or by the SHA-256 of its file."""

import re
import unicodedata
from enum import StrEnum

from core.codes import plain_code
from documents.models import Document, DocumentQuerySet
from documents.numbers import is_numbered, number_written

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Sought(StrEnum):
    """What was typed; a page that found nothing helps on by it."""

    CODE = "code"
    NUMBER = "number"
    DIGEST = "digest"


def sought_by(text: str) -> Sought:
    if digest_written(text):
        return Sought.DIGEST
    return Sought.NUMBER if number_written(text) else Sought.CODE


def digest_written(text: str) -> str:
    """A SHA-256 as it is kept, however a program wrote it; "" of anything else."""
    digest = "".join(unicodedata.normalize("NFKC", text).lower().split())
    return digest if _DIGEST.fullmatch(digest) else ""


def paper_of(text: str) -> Document | None:
    """Who has a code or a file holds the paper; a number anybody can guess, so it finds public papers.

    A number without letters that several series have finds none.
    """
    papers: DocumentQuerySet = Document.objects.defer("context")
    if digest := digest_written(text):
        return papers.filter(sha256=digest).first()
    if found := papers.filter(verification_code=plain_code(text)).first():
        return found
    numbered = list(papers.filter(is_numbered(*number_written(text)), is_public=True)[:2])
    return numbered[0] if len(numbered) == 1 else None
