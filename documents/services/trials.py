"""Trial prints: a paper as it would be issued but for its number, marked as what it is."""

import hashlib
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from core.jobs import Claim
from documents.models import Document, DraftPaper, PreviewPaper
from documents.papers import blank_number

from .papers import printed


def unnumbered(paper: Document, mark: str) -> dict[str, Any]:
    """What a rehearsed paper says, without what it has only once it is issued; `mark` is on each page."""
    its_own = {
        "number": blank_number(paper.series, paper.year),
        "verification_code": "",
        "verification_url": "",
    }
    return {**paper.context, **its_own, "draft": mark}


def make(claim: Claim[DraftPaper] | Claim[PreviewPaper]) -> None:
    """Print it, and keep the file with its digest."""
    paper = claim.job
    content = printed(paper.kind, paper.context)
    name = default_storage.save(paper.new_name(".pdf"), ContentFile(content))
    try:
        claim.end(file=name, size=len(content), sha256=hashlib.sha256(content).hexdigest())
    except BaseException:
        default_storage.delete(name)
        raise
