"""Issuing papers and making their files."""

import datetime
import hashlib
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.services import keepers, notify
from core.http import full_address
from core.locks import change_once
from core.queue import hand_over
from core.stored import Withheld, opened
from sites.calendar import today
from sites.models import Programme, Site

from .enums import RenderState
from .fields import missing_fields
from .models import Document, Series, new_verification_code
from .papers import PAPERS, DocumentKind
from .rendering import render_paper

logger = logging.getLogger(__name__)

# A paper is made in seconds; one taken up this long ago has lost its worker.
STALE_AFTER = datetime.timedelta(seconds=settings.PORTAL_RENDER_STALE_SECONDS)
# Beat tries a failed paper again this often; after that a person decides.
MAX_ATTEMPTS = 3


@transaction.atomic
def issue(
    *,
    kind: DocumentKind,
    programme: Programme,
    title: str,
    sites: Iterable[Site],
    context: Mapping[str, Any],
    by: User,
    addressee: str = "",
    copies_to: str = "",
    signer: str = "",
    is_public: bool = False,
    readers: Iterable[User] = (),
) -> Document:
    """Give a paper its number, freeze what it says, and have its file made after the commit.

    `context` holds the kind's own fields (documents.papers); the common ones
    are added here. Numbers run from 1 in each series and year without gaps:
    a transaction that fails takes its number back. `readers` see an internal
    paper beside the city.
    """
    paper, sites = PAPERS[kind], list(sites)
    code = new_verification_code()
    number = _next_number(paper.series, today().year)
    document = Document(
        programme=programme,
        kind=kind,
        series=paper.series,
        year=today().year,
        number=number,
        title=title,
        issued_on=today(),
        created_by=by,
        is_public=is_public,
        verification_code=code,
    )
    document.context = {
        **context,
        "programme_title": programme.title,
        "programme_number": programme.document_number,
        "number": paper.number(document.year, number),
        "title": title,
        "issued_on": today().isoformat(),
        "addressee": addressee,
        "copies_to": copies_to,
        "signer": signer,
        "verification_code": code,
        "verification_url": full_address("publicity:verify_code", code),
        "sample_note": "示例" if any(site.is_sample for site in sites) else "",
    }
    if missing := missing_fields(kind, document.context):
        raise ValueError(f"{kind} lacks {', '.join(missing)}")
    document.save()
    document.sites.set(sites)
    document.readers.set(readers)
    transaction.on_commit(lambda: send(document.pk))
    return document


def withdraw(*, document: Document, reason: str) -> None:
    """Withdraw a paper, once: it stays on record, and says that it no longer counts, and why."""
    change_once(
        Document.objects.standing().filter(pk=document.pk),
        withdrawn_on=today(),
        withdrawn_why=reason.strip(),
    )


def send(document_id: int) -> bool:
    """Hand a paper to the queue; False (and the row waits for beat) while the broker is away."""
    if not hand_over("documents.tasks.render_document", document_id):
        return False
    Document.objects.filter(pk=document_id).update(sent_at=timezone.now())
    return True


def render(document_id: int) -> None:
    """Make a paper's file. Safe to run twice or at once: only one run takes the row up.

    One that was made before is ready again only with the same bytes, out of the storage or made anew.
    """
    taken = Document.objects.filter(pk=document_id, state=RenderState.QUEUED).update(
        state=RenderState.RENDERING, claimed_at=timezone.now(), attempts=F("attempts") + 1
    )
    if not taken:
        logger.info("document %s: nothing to make", document_id)
        return
    document = Document.objects.get(pk=document_id)
    try:
        content = _stored(document) or render_paper(document.kind, document.context)
    except Exception as error:  # whatever went wrong belongs on the row, where a person sees it
        logger.exception("document %s could not be made", document_id)
        Document.objects.filter(pk=document_id, state=RenderState.RENDERING).update(
            state=RenderState.FAILED, error=f"{type(error).__name__}: {error}"
        )
        return
    digest = hashlib.sha256(content).hexdigest()
    if document.sha256 not in ("", digest):
        _withhold(document, digest)
        return
    Document.objects.filter(pk=document_id).update(
        state=RenderState.READY,
        file=_store(document, content, digest),
        sha256=digest,
        rendered_at=timezone.now(),
        error="",
    )


def retry(*, document: Document) -> bool:
    """Have a failed paper made again; False when it waits for the broker."""
    _queue_again(document, RenderState.FAILED)
    return send(document.pk)


def make_again(*, document: Document) -> None:
    """Have a ready paper made again whose stored file is lost or was changed; who asked first sees to it."""
    if _queue_again(document, RenderState.READY):
        logger.error("document %s: the stored file is withheld, the paper is made again", document.pk)
        send(document.pk)


def _queue_again(document: Document, state: RenderState) -> bool:
    changed = Document.objects.filter(pk=document.pk, state=state).update(
        state=RenderState.QUEUED, attempts=0, error="", sent_at=None
    )
    return bool(changed)


def resend_overdue() -> int:
    """Send again what got lost: not sent, sent but never taken up, taken up by a worker that died.

    Returns how many were sent. Beat calls it every few seconds; rendering
    twice does no harm.
    """
    long_ago = timezone.now() - STALE_AFTER
    Document.objects.filter(
        Q(state=RenderState.RENDERING, claimed_at__lt=long_ago)
        | Q(state=RenderState.FAILED, claimed_at__lt=long_ago, attempts__lt=MAX_ATTEMPTS)
    ).update(state=RenderState.QUEUED, sent_at=None)
    lost = Q(sent_at=None) | Q(sent_at__lt=long_ago)
    waiting = Document.objects.filter(lost, state=RenderState.QUEUED)
    sent = 0
    for pk in waiting.order_by("pk").values_list("pk", flat=True):
        if not send(pk):
            break
        sent += 1
    return sent


def _next_number(code: str, year: int) -> int:
    """Take the next number; the row stays locked until the caller's transaction ends."""
    series, _created = Series.objects.select_for_update().get_or_create(code=code, year=year)
    series.last_number += 1
    series.save(update_fields=["last_number"])
    return series.last_number


def _stored(document: Document) -> bytes | None:
    """The paper's file if it was made before and is whole, as once it is put back from a back-up."""
    if not document.sha256:
        return None
    try:
        with opened(document.file, document.sha256) as file:
            return bytes(file.read())
    except Withheld:
        return None


def _withhold(document: Document, digest: str) -> None:
    """A paper cannot be made as it was issued: a person decides, the keepers who may read it are told."""
    logger.error("document %s: made again it differs from what was issued", document.pk)
    Document.objects.filter(pk=document.pk, state=RenderState.RENDERING).update(
        state=RenderState.FAILED, attempts=MAX_ATTEMPTS, error=f"SHA-256 {digest} ≠ {document.sha256}"
    )
    same = Document.objects.filter(pk=document.pk)
    notify(
        [person for person in keepers() if same.visible_to(person).exists()],
        text=gettext_noop(
            "%(paper)s cannot be made again as it was issued, so nobody gets it: "
            "put its file back from the back-up."
        ),
        about={"paper": document.full_number},
        url=document.get_absolute_url(),
    )


def _store(document: Document, content: bytes, digest: str) -> str:
    """Write the file under a name of its own bytes; a half-written one of a killed worker is replaced."""
    name = f"documents/{document.year}/{document.verification_code}-{digest[:12]}.pdf"
    if default_storage.exists(name):
        default_storage.delete(name)
    return default_storage.save(name, ContentFile(content))
