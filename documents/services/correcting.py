"""更正: a paper with wrong words is replaced by a corrected one, drafted, checked and signed as it was."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from core.acting import Refusal
from documents.correcting import CORRECTABLE, Change, corrected, own_words, says
from documents.models import Document, DocumentQuerySet
from documents.papers import DocumentKind

from .papers import issue, withdraw
from .wordings import in_force


def correctable(user: User) -> DocumentQuerySet:
    """The papers this person reads that are in force, and of a kind that is corrected so."""
    return Document.objects.visible_to(user).standing().made().filter(kind__in=CORRECTABLE)


def may_be_corrected(document: Document) -> bool:
    """The same of one that is read already."""
    return bool(document.sha256) and not document.withdrawn_on and document.kind in CORRECTABLE


def kind_of(document: Document) -> str:
    """The kind of decision: what is published has its secrecy review."""
    return "document.correct_public" if document.is_public else "document.correct"


def is_worded_anew(document: Document) -> bool:
    """Whether the standing text of its kind has changed since: the same facts read otherwise."""
    return in_force(DocumentKind(document.kind)) != document.wording


def stands_in(document: Document, words: str) -> bool:
    """Whether the paper has these words of itself, in its title or in what it says of its matter."""
    return says([document.title, own_words(document.context)], words)


@transaction.atomic
def correct(*, document: Document, changes: Sequence[Change], reason: str, by: User) -> Document:
    """Issue the paper anew with these words changed, to the same bodies, and withdraw the old one.

    It names the one it replaces. Raises Refusal where that is withdrawn already, or has not these words.
    """
    if document.withdrawn_on:
        raise Refusal(_("%(paper)s is withdrawn already.") % {"paper": document.full_number})
    for wrong, _right in changes:
        if not stands_in(document, wrong):
            raise Refusal(_("“%(words)s” does not stand in the paper.") % {"words": wrong})
    title = corrected(document.title, changes)
    most = Document._meta.get_field("title").max_length
    if most is not None and len(title) > most:
        raise Refusal(_("The title would be longer than %(n)d characters.") % {"n": most})
    received = document.receipts.select_related("organisation")
    told: list[Organisation] = [one.organisation for one in received if not one.is_copy]
    made = issue(
        kind=DocumentKind(document.kind),
        programme=document.programme,
        title=title,
        sites=document.sites.all(),
        context=corrected(own_words(document.context), changes) | {"corrects": document.full_number},
        by=by,
        also_to=told,
        copies_to=[one.organisation for one in received if one.is_copy],
        series=document.series,
        is_public=document.is_public,
        readers=document.readers.all(),
    )
    withdraw(document=document, reason=reason, successor=made)
    return made
