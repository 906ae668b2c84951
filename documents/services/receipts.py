"""Delivering papers to organisations, and who received them."""

import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from core.acting import Refusal
from documents.addressees import Addressees
from documents.models import Document, Receipt, ReceiptQuerySet
from documents.rules import SIGNING, keeps_copies
from sites.calendar import on_record, today, working_days_after


def deliver(document: Document, whom: Addressees) -> None:
    """Deliver a paper that has just been issued; who is told to act gets no copy beside it."""
    if not (whom.to or whom.copies):
        return
    due = working_days_after(today(), settings.PORTAL_RECEIPT_DAYS)
    copies = [organisation for organisation in whom.copies if organisation not in whom.to]
    for organisation in (*whom.to, *copies):
        Receipt.objects.create(
            document=document,
            organisation=organisation,
            is_copy=organisation not in whom.to,
            delivered_on=today(),
            due_on=due.end,
            due_counted=on_record(due),
        )


def signers(document: Document) -> QuerySet[User]:
    """The people of the paper's organisations who can sign: with an account in use, and who may read it."""
    organisations = document.receipts.values("organisation")
    people = User.objects.active().filter(organisation__in=organisations, role__in=SIGNING)
    return people if document.is_public else people.exclude(recusals__site__documents=document)


@transaction.atomic
def sign(*, receipt: Receipt, by: User) -> None:
    """签收 by one of the organisation's people, once: whoever comes second is told who was first."""
    mine = Receipt.objects.visible_to(by).addressed_to(by)
    if not mine.filter(pk=receipt.pk).exists():
        raise PermissionDenied
    held = _held(receipt)
    if held.received_on:
        raise Refusal(_signed_already(held.by, held.received_on))
    held.received_on, held.received_by = today(), by
    held.save(update_fields=["received_on", "received_by"])


def sign_all(*, receipts: ReceiptQuerySet, by: User) -> int:
    """签收 of several; gives how many. What a colleague signed for meanwhile, or was withdrawn, is left."""
    signed = 0
    for receipt in receipts.awaited().select_related("document"):
        try:
            sign(receipt=receipt, by=by)
        except Refusal:
            continue
        signed += 1
    return signed


@transaction.atomic
def record_on_paper(*, receipt: Receipt, receiver: str, received_on: datetime.date, by: User) -> None:
    """The office records who signed on paper; a later entry corrects an earlier one.

    For an organisation of which nobody can sign at a desk. Raises ValidationError at the field.
    """
    if not keeps_copies(by) or not Receipt.objects.visible_to(by).filter(pk=receipt.pk).exists():
        raise PermissionDenied
    held = _held(receipt)
    if held.received_on and held.received_by:
        raise Refusal(_signed_already(held.by, held.received_on))
    if people := signers(held.document).filter(organisation=held.organisation_id):
        told = _("%(who)s can sign for it at the desk.")
        raise Refusal(told % {"who": _(", ").join(str(one) for one in people)})
    if not held.delivered_on <= received_on <= today():
        told = _("From the day it was delivered, %(day)s, to today.")
        raise ValidationError({"received_on": told % {"day": date_format(held.delivered_on)}})
    held.receiver, held.received_on, held.recorded_by = receiver.strip(), received_on, by
    held.save(update_fields=["receiver", "received_on", "recorded_by"])


def _signed_already(who: str, day: datetime.date) -> str:
    return _("%(who)s signed for it already, on %(day)s.") % {"who": who, "day": date_format(day)}


def _held(receipt: Receipt) -> Receipt:
    """The receipt and its paper locked, so that it is signed for once, and not while it is withdrawn."""
    paper = Document.objects.order_by("pk").select_for_update(of=("self",)).get(pk=receipt.document_id)
    if paper.withdrawn_on:
        told = _("The paper was withdrawn on %(day)s: nobody signs for it any more.")
        raise Refusal(told % {"day": date_format(paper.withdrawn_on)})
    rows: QuerySet[Receipt] = Receipt.objects.order_by("pk").select_for_update(of=("self",))
    return rows.select_related("document", "organisation", "received_by").get(pk=receipt.pk)
