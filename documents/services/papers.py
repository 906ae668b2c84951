"""Issuing papers and making their files."""

import hashlib
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.models import Organisation, User
from accounts.services import keepers, notify
from core.http import full_address
from core.jobs import ANEW, Claim, send, send_after_commit, work_on
from core.locks import change_once
from core.stored import Withheld, opened
from documents.addressees import addressees
from documents.enums import RenderState
from documents.fields import missing_fields
from documents.models import Document, Series, new_verification_code
from documents.papers import PAPERS, DocumentKind
from documents.rendering import render_paper
from sites.calendar import today
from sites.models import Programme, Site
from standards.citing import cited_on

from .receipts import deliver

logger = logging.getLogger(__name__)


@transaction.atomic
def issue(
    *,
    kind: DocumentKind,
    programme: Programme,
    title: str,
    sites: Iterable[Site],
    context: Mapping[str, Any],
    by: User,
    also_to: Iterable[Organisation] = (),
    signer: str = "",
    series: str = "",
    is_public: bool = False,
    readers: Iterable[User] = (),
) -> Document:
    """Give a paper its number, freeze what it says, and have its file made after the commit.

    `context` holds the kind's own fields (documents.fields); the common ones
    are added here, with the grounds that the kind's standing text cites as they
    hold today (Refusal where one holds no longer). Numbers run from 1 in each
    series and year without gaps: a transaction that fails takes its number back.
    `series` is that of a district, whose paper is not the city's. `readers` see
    an internal paper beside the city. It is delivered to whom
    `addressees.ADDRESSEES` names for the kind, and to `also_to`, whom only the
    act knows.
    """
    sites, series = list(sites), series or PAPERS[kind].series
    whom = addressees(kind, programme, sites).also(also_to)
    grounds = cited_on(PAPERS[kind].cites, on=today())
    code = new_verification_code()
    number = _next_number(series, today().year)
    document = Document(
        programme=programme,
        kind=kind,
        series=series,
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
        "number": document.full_number,
        "title": title,
        "issued_on": today().isoformat(),
        "addressee": whom.addressee,
        "copies_to": whom.copies_to,
        "signer": signer,
        "verification_code": code,
        "verification_url": full_address("publicity:verify_code", code),
        "cited": "和".join(map(str, grounds)),
        "sample_note": "示例" if any(site.is_sample for site in sites) else "",
    }
    if missing := missing_fields(kind, document.context):
        raise ValueError(f"{kind} lacks {', '.join(missing)}")
    document.save()
    document.sites.set(sites)
    document.grounds.set(grounds)
    document.readers.set(readers)
    deliver(document, whom)
    send_after_commit(document)
    return document


def withdraw(*, document: Document, reason: str) -> None:
    """Withdraw a paper, once: it stays on record, and says that it no longer counts, and why."""
    change_once(
        Document.objects.standing().filter(pk=document.pk),
        withdrawn_on=today(),
        withdrawn_why=reason.strip(),
    )


def render(document_id: int) -> None:
    """Make a paper's file. Safe to run twice or at once."""
    work_on(Document, document_id, _make)


def _make(claim: Claim[Document]) -> None:
    """One that was made before is ready again only with the same bytes, out of the storage or made anew."""
    document = claim.job
    content = _stored(document) or render_paper(document.kind, document.context)
    digest = hashlib.sha256(content).hexdigest()
    if document.sha256 not in ("", digest):
        _withhold(claim, digest)
        return
    claim.end(file=_store(document, content, digest), sha256=digest)


def retry(*, document: Document) -> bool:
    """Have a failed paper made again; False when it waits for the broker."""
    _queue_again(document, RenderState.FAILED)
    return send(document)


def make_again(*, document: Document) -> None:
    """Have a ready paper made again whose stored file is lost or was changed; who asked first sees to it."""
    if _queue_again(document, RenderState.READY):
        logger.error("document %s: the stored file is withheld, the paper is made again", document.pk)
        send(document)


def _queue_again(document: Document, state: RenderState) -> bool:
    rows = Document.objects.filter(pk=document.pk, state=state)
    return bool(rows.update(state=RenderState.QUEUED, **ANEW))


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


def _withhold(claim: Claim[Document], digest: str) -> None:
    """A paper cannot be made as it was issued: a person decides, the keepers who may read it are told."""
    document = claim.job
    logger.error("document %s: made again it differs from what was issued", document.pk)
    claim.fail(f"SHA-256 {digest} ≠ {document.sha256}", attempts=Document.life.max_attempts)
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
