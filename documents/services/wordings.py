"""The standing text of a kind of paper: written by one person of the office, published by another."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.deputies import is_another
from accounts.models import User
from core.acting import Refusal
from core.locks import change_once
from documents.models import Wording
from documents.papers import DocumentKind
from documents.rules import words_papers
from documents.wordings import delivered, faults_of
from sites.calendar import today


def in_force(kind: DocumentKind) -> Wording | None:
    """The version new papers of this kind are made with; None for the text the portal comes with."""
    return Wording.objects.in_force().filter(kind=kind).first()


def words_of(kind: DocumentKind, wording: Wording | None) -> dict[str, str]:
    """All passages of a kind; those a version is too old to have are as the portal comes with them."""
    return delivered(kind) | {
        name: text for name, text in (wording.texts if wording else {}).items() if name in delivered(kind)
    }


@transaction.atomic
def write(*, kind: DocumentKind, texts: Mapping[str, str], by: User) -> Wording:
    """Keep these passages as the kind's draft; ValidationError by passage where one cannot be published."""
    if not words_papers(by):
        raise PermissionDenied
    passages = {name: texts.get(name, "") for name in delivered(kind)}
    _check(kind, passages)
    draft = Wording.objects.select_for_update().drafts().filter(kind=kind).first()
    if draft is None:
        last = Wording.objects.filter(kind=kind).aggregate(last=Max("version"))["last"] or 0
        draft = Wording(kind=kind, version=last + 1)
    draft.texts, draft.drafted_by, draft.drafted_on = passages, by, today()
    draft.save()
    return draft


@transaction.atomic
def publish(*, draft: Wording, seen: str, by: User) -> None:
    """Make papers with this draft from now on; `seen` is the digest of what the second person has read.

    Papers that were issued keep the words they were made with.
    """
    if not words_papers(by):
        raise PermissionDenied
    draft = Wording.objects.select_for_update().get(pk=draft.pk)
    if not is_another(by, draft.drafted_by_id):
        raise PermissionDenied(_("Somebody else publishes what you have written."))
    if draft.digest != seen:
        raise Refusal(_("Somebody has changed this draft since you read it; read it again."))
    _check(DocumentKind(draft.kind), draft.texts)
    change_once(Wording.objects.drafts().filter(pk=draft.pk), published_by=by, published_on=today())


@transaction.atomic
def discard(*, draft: Wording, by: User) -> None:
    """Throw a draft away; what is in force stays."""
    if not words_papers(by):
        raise PermissionDenied
    draft = Wording.objects.select_for_update().get(pk=draft.pk)
    if draft.published_on:
        raise Refusal(_("It was published meanwhile."))
    draft.delete()


def _check(kind: DocumentKind, texts: Mapping[str, str]) -> None:
    wrong = {
        name: [_("Line %(line)d: %(words)s") % {"line": fault.line, "words": fault.words} for fault in each]
        for name, each in faults_of(kind, texts).items()
    }
    if wrong:
        raise ValidationError(wrong)
