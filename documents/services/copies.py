"""Printed copies of a paper: how many there are, and who was given how many."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from documents.models import CopyShare, Document
from documents.rules import keeps_copies
from sites.calendar import today


@transaction.atomic
def print_copies(*, document: Document, printed: int, by: User) -> None:
    """How many were printed in all; a later entry corrects an earlier one, not below what was handed out."""
    held = _held(document, by)
    if printed < held.copies_given:
        told = _("%(given)d copies were handed out already.")
        raise ValidationError({"copies_printed": told % {"given": held.copies_given}})
    held.copies_printed = printed
    held.save(update_fields=["copies_printed"])


@transaction.atomic
def give_copies(*, document: Document, receiver: str, number: int, by: User) -> None:
    """How many somebody was given in all; a later entry for the same receiver corrects the earlier one."""
    held = _held(document, by)
    receiver = receiver.strip()
    share = held.shares.filter(receiver=receiver).first()
    before = share.number if share else 0
    if number - before > held.copies_left:
        told = _("Only %(left)d copies are left.")
        raise ValidationError({"number": told % {"left": held.copies_left + before}})
    share = share or CopyShare(document=held, receiver=receiver)
    share.number, share.given_on, share.given_by = number, today(), by
    share.save()
    held.copies_given += number - before
    held.save(update_fields=["copies_given"])


def _held(document: Document, by: User) -> Document:
    if not keeps_copies(by):
        raise PermissionDenied
    rows = Document.objects.visible_to(by).order_by("pk").select_for_update(of=("self",))
    return rows.get(pk=document.pk)
