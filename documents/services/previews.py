"""预览: the papers of an act that was tried are kept for a day and printed for whoever tried it."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from django.db import transaction

from accounts.models import User
from core.jobs import send_after_commit, work_on
from documents.models import Document, Preview, PreviewPaper
from documents.models.previews import PREVIEW
from sites.calendar import today
from sites.models import Site

from . import trials

LONGEST_PATH = Preview._meta.get_field("path").max_length or 0


class Form(NamedTuple):
    """Where a form was sent, and what was filled in: names with their values."""

    path: str
    sent: list[tuple[str, list[str]]]


def issued(papers: Collection[Document]) -> list[Document]:
    """Those that the act has issued; of one that was refused half-way nothing is left to be previewed."""
    there = set(Document.objects.filter(pk__in=[paper.pk for paper in papers]).values_list("pk", flat=True))
    return [paper for paper in papers if paper.pk in there]


@transaction.atomic
def keep(
    *, papers: Sequence[Document], sites: Iterable[Site], page: str = "", form: Form, by: User
) -> Preview:
    """Have them printed. The papers and the act are undone by now; what they said is in their contexts.

    `page` is the public page that the act led to, where it publishes something.
    """
    preview = Preview.objects.create(asked_by=by, path=form.path, sent=form.sent, page=page)
    preview.sites.set(sites)
    for ordinal, paper in enumerate(papers, start=1):
        row = PreviewPaper(
            preview=preview,
            ordinal=ordinal,
            kind=paper.kind,
            series=paper.series,
            title=paper.title,
            context=trials.unnumbered(paper, PREVIEW),
            asked_by=by,
            on=today(),
        )
        row.save()
        send_after_commit(row)
    return preview


def render(paper_id: int) -> None:
    """Make the file of a paper of a preview. Safe to run twice or at once."""
    work_on(PreviewPaper, paper_id, trials.make)
