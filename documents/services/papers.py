"""Issuing papers and making their files."""

import hashlib
import logging
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Organisation, User
from accounts.rules import is_leading_group
from accounts.services import keepers, notify
from audit.enums import Incident
from audit.services import note_incident
from core.acting import Refusal
from core.faces import named_families, unprintable
from core.http import full_address
from core.jobs import ANEW, Claim, PutOff, send, send_after_commit, work_on
from core.locks import change_once
from core.stored import Withheld, file_withheld, opened
from documents.addressees import addressees
from documents.enums import RenderState
from documents.fields import missing_fields
from documents.issuing import Issuing, default_head, issuing_now
from documents.models import Document, PaperSources, Series, Signature, new_verification_code
from documents.papers import PAPERS, DocumentKind
from documents.rendering import STYLESHEET, Drawn, Page, draw, made_with, paper_page, paper_sources
from documents.signers import Unfit, office_signer
from documents.trial_signer import is_trial
from sites.calendar import today
from sites.models import Programme, Site
from standards.citing import cited_on

from .kinds import series_of
from .receipts import deliver
from .wordings import in_force, words_of

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
    copies_to: Iterable[Organisation] = (),
    series: str = "",
    is_public: bool = False,
    readers: Iterable[User] = (),
) -> Document:
    """Give a paper its number, freeze what it says, and have its file made after the commit.

    `context` holds the kind's own fields (documents.fields); the common ones
    are added here, with the grounds that the kind's standing text cites as they
    hold today (Refusal where one holds no longer, and where the fonts of the
    papers lack a character). Numbers run from 1 in each
    series and year without gaps: a transaction that fails takes its number back.
    What was filled in for it while it was drafted stands in it, else what the office has set for its kind
    (documents.issuing); `by` signs it (签发), and is named on a paper that goes upward.
    `series` is that of a district, whose paper is not the city's. `readers` see
    an internal paper beside the city. It is delivered to whom
    `addressees.ADDRESSEES` names for the kind, and to `also_to`, whom only the
    act knows, with copies to `copies_to`.
    """
    sites, series, around = list(sites), series or series_of(kind), issuing_now() or Issuing(signer=by)
    head = around.heads.get((kind, title)) or default_head(kind, is_public=is_public)
    whom = addressees(kind, programme, sites).also(also_to, copies=(*head.copies_more, *copies_to))
    grounds = cited_on(PAPERS[kind].cites, on=today())
    code = new_verification_code()
    number = next_number(series, today().year)
    wording = in_force(kind)
    document = Document(
        programme=programme,
        kind=kind,
        wording=wording,
        series=series,
        year=today().year,
        number=number,
        title=title,
        issued_on=today(),
        created_by=by,
        drafted_by=around.drafted_by,
        checked_by=around.checked_by,
        openness=head.openness,
        retention=head.retention,
        is_public=is_public,
        verification_code=code,
    )
    document.context = {
        **context,
        "words": words_of(kind, wording),
        "programme_title": programme.title,
        "programme_number": programme.document_number,
        "number": document.full_number,
        "title": title,
        "issued_on": today().isoformat(),
        "addressee": whom.addressee,
        "copies_to": whom.copies_to,
        "signer": _signer(around, by) if PAPERS[kind].upward else "",
        "printer": head.printer,
        "note": head.note,
        "print_run": head.print_run,
        "verification_code": code,
        "verification_url": full_address("publicity:verify_code", code),
        "cited": "和".join(map(str, grounds)),
        "sample_note": "示例" if any(site.is_sample for site in sites) else "",
    }
    if missing := missing_fields(kind, document.context):
        raise ValueError(f"{kind} lacks {', '.join(missing)}")
    _refuse_unprintable(document.context)
    document.save()
    document.sites.set(sites)
    document.grounds.set(grounds)
    document.readers.set(readers)
    around.papers.append(document)
    around.sites.update(sites)
    deliver(document, whom)
    send_after_commit(document)
    return document


def _signer(around: Issuing, by: User) -> str:
    """签发人 as printed: who signed what another drafted. A clerk's own act leaves the place for a hand."""
    if around.drafted_by:
        return by.name
    return by.name if around.signer and is_leading_group(by) else ""


def _refuse_unprintable(context: Mapping[str, Any]) -> None:
    """Name the characters that would be printed as boxes, and where they stand, before a number is taken."""
    if not (found := unprintable(context)):
        return
    each = _("%(sign)s in “%(words)s”")
    signs = [each % one._asdict() for one in found]
    told = _(
        "The paper was not issued: its fonts do not have %(signs)s. Write that another way, or ask the "
        "administrator for a font that has it."
    )
    raise Refusal(told % {"signs": "；".join(signs)})


def withdraw(*, document: Document, reason: str, successor: Document | None = None) -> None:
    """Withdraw a paper, once: it stays on record, and says that it no longer counts, why, and what does."""
    change_once(
        Document.objects.standing().filter(pk=document.pk),
        withdrawn_on=today(),
        withdrawn_why=reason.strip(),
        replaced_by=successor,
        replaced_by_number=successor.full_number if successor else "",
    )


def render(document_id: int) -> None:
    """Make a paper's file. Safe to run twice or at once."""
    work_on(Document, document_id, _make)


def _make(claim: Claim[Document]) -> None:
    """One that was made before is ready again only with the same bytes, out of the storage or made anew."""
    document, why = claim.job, ""
    content = _stored(document)
    if content is None:
        content, why = _made(document)
    digest = hashlib.sha256(content).hexdigest()
    if why or document.sha256 not in ("", digest):
        _withhold(claim, digest, why)
        return
    claim.end(file=_store(document, content, digest), sha256=digest)
    if document.sha256:
        note_incident(document, what=Incident.MADE_AGAIN)


def _made(document: Document) -> tuple[bytes, str]:
    """The paper as it was kept, or as it is set now, with its signature behind it; and "", or why it differs.

    Raises ValidationError where this machine's fonts lack what those of `issue` had.
    """
    kept = Signature.objects.filter(document=document).select_related("sources").first()
    if kept:
        page = Page(kept.html, kept.sources.files[STYLESHEET], document.issued_on.isoformat())
        drawn = _drawn(page)
    else:
        page = paper_page(document.kind, document.context)
        drawn = _drawn(page, named_families())
    digest = hashlib.sha256(drawn.content).hexdigest()
    signature = kept or _sign(document, page, drawn, digest)
    why = "" if signature.unsigned_sha256 == digest else _why_otherwise(signature, drawn)
    return drawn.content + bytes(signature.increment), why


def printed(kind: str, context: Mapping[str, Any]) -> bytes:
    """A paper of this kind, unsigned, as a trial; raises ValidationError where the fonts lack a character."""
    return _drawn(paper_page(kind, context), named_families()).content


def _drawn(page: Page, families: Collection[str] = ()) -> Drawn:
    from documents.pdf import NotPrintedError  # noqa: PLC0415  # WeasyPrint: only a rendering worker needs it

    try:
        return draw(page, families)
    except NotPrintedError as error:
        told = _("The fonts of the machine that makes the papers do not have all its characters: %(what)s.")
        raise ValidationError(told % {"what": error}) from error


def _sign(document: Document, page: Page, drawn: Drawn, digest: str) -> Signature:
    """Once: it is on record before there is a file, so a worker that dies leaves it to the next one."""
    try:
        with office_signer() as signer:
            increment, certificate = signer.sign(drawn.content), signer.certificate
    except Unfit as error:
        raise PutOff(str(error)) from error
    sha256, files = paper_sources()
    sources, _is_new = PaperSources.objects.get_or_create(sha256=sha256, defaults={"files": files})
    signature, _is_ours = Signature.objects.get_or_create(
        document=document,
        defaults={
            "subject": certificate.subject.rfc4514_string(),
            "issuer": certificate.issuer.rfc4514_string(),
            "serial": f"{certificate.serial_number:x}",
            "is_trial": is_trial(certificate),
            "unsigned_sha256": digest,
            "made_with": made_with(),
            "fonts": drawn.fonts,
            "sources": sources,
            "increment": increment,
            "html": page.html,
        },
    )
    return signature


def _why_otherwise(signature: Signature, drawn: Drawn) -> str:
    """Why a paper is not drawn as it was, as far as the portal knows."""
    told, then, now = [], signature.made_with, made_with()
    if then != now:
        words = _("It was made with %(then)s; this machine has %(now)s, which does not draw it to the byte.")
        told.append(words % {"then": then, "now": now})
    if others := sorted(signature.fonts.items() ^ drawn.fonts.items()):
        words = _("These fonts are not those it was made with: %(fonts)s.")
        told.append(words % {"fonts": ", ".join(dict(others))})
    if signature.sources.sha256 != paper_sources().sha256:
        told.append(_("The portal draws papers otherwise since it was brought up to date."))
    return " ".join(told) or _("Renderer and fonts are the same: what was kept of the paper was changed.")


def retry(*, document: Document) -> bool:
    """Have a failed paper made again; False when it waits for the broker."""
    _queue_again(document, RenderState.FAILED)
    return send(document)


def make_again(*, document: Document) -> None:
    """Have a ready paper made again whose stored file is lost or was changed; who asked first sees to it."""
    if _found_damaged(document):
        send(document)


def content_of(document: Document) -> bytes:
    """A ready paper's file for what the worker puts together; raises Withheld.

    One that is lost or was changed is made again on the spot.
    """
    if (content := _stored(document)) is not None:
        return content
    if _found_damaged(document):
        file_withheld.send(sender=Withheld, file=document.file.name, url=document.get_absolute_url())
    render(document.pk)
    if (mended := _stored(Document.objects.get(pk=document.pk))) is None:
        raise Withheld(document.file.name)
    return mended


def _found_damaged(document: Document) -> bool:
    """It waits for the worker from now on, and the trail tells why; False where it did so already."""
    if not _queue_again(document, RenderState.READY, damaged_at=timezone.now()):
        return False
    logger.error("document %s: the stored file is withheld, the paper is made again", document.pk)
    note_incident(document, what=Incident.DAMAGED)
    return True


def _queue_again(document: Document, state: RenderState, **values: object) -> bool:
    rows = Document.objects.filter(pk=document.pk, state=state)
    return bool(rows.update(state=RenderState.QUEUED, **ANEW, **values))


def next_number(code: str, year: int) -> int:
    """Take the next number of a register; its row stays locked until the caller's transaction ends."""
    series, __ = Series.objects.select_for_update().get_or_create(code=code, year=year)
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


def _withhold(claim: Claim[Document], digest: str, why: str) -> None:
    """A paper cannot be made as it was issued: a person decides, the keepers who may read it are told."""
    document = claim.job
    logger.error("document %s: made again it differs from what was issued", document.pk)
    note_incident(document, what=Incident.DIFFERS)
    claim.fail(why or f"SHA-256 {digest} ≠ {document.sha256}", attempts=Document.life.max_attempts)
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
    """Write the file under a name of its own bytes; what lies there, as half of one, is replaced."""
    name = f"documents/{document.year}/{document.verification_code}-{digest[:12]}.pdf"
    if default_storage.exists(name):
        try:
            default_storage.delete(name)
        except OSError:  # a folder with something in it: the storage finds another name
            logger.exception("document %s: what lies in its file's place cannot be taken away", document.pk)
    return default_storage.save(name, ContentFile(content))
