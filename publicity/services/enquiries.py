"""Enquiries as they come in, online or taken down by the office, and what who asked adds to them."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import require_office
from assessments.services.storing import files_with_rows
from audit.services import nobody_acting
from core.locks import change_once
from core.uploads import NewFiles
from publicity.enquiry_steps import clock_on
from publicity.enums import (
    EnquiryDeed,
    EnquiryKind,
    EnquiryState,
    EnquiryTopic,
    LetterChannel,
    Satisfaction,
    WantedForm,
)
from publicity.models import Enquiry, EnquiryStep
from publicity.services import attachments
from publicity.services.answerers import tell_next
from sites.calendar import Deadline, on_record, today, working_days_after
from sites.models import Programme, Site
from sites.workflow import InvalidTransition
from tables.tidy import tidy_prose

# A request for information names who asks, since this day with a document (条例 of 2019, article 29).
IDENTIFIED_SINCE = datetime.date(2019, 5, 15)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody asks, as the form says it; what was not given is empty."""

    kind: EnquiryKind
    topic: EnquiryTopic
    text: str
    site: Site | None = None
    page: str = ""
    name: str = ""
    contact: str = ""
    identity: str = ""
    is_body: bool = False
    wanted_as: WantedForm | str = ""
    may_be_published: bool = False


@dataclass(frozen=True)
class Received:
    """An enquiry on record, and a line for each attachment that could not be kept."""

    enquiry: Enquiry
    refused: list[str]


@nobody_acting()
@files_with_rows()
def receive(*, programme: Programme, asked: Asked, files: NewFiles = ()) -> Received:
    """Take in what somebody wrote online; the receipt code follows it, and the clock of the answer starts.

    A file that cannot be kept holds up neither the enquiry nor the others. The trail names nobody, whoever
    is signed in where it was written.
    """
    enquiry = _take_in(programme, asked, today())
    return Received(enquiry, attachments.keep(enquiry, files))


@files_with_rows()
def record(
    *,
    programme: Programme,
    asked: Asked,
    channel: LetterChannel,
    received_on: datetime.date,
    files: NewFiles = (),
    by: User,
) -> Received:
    """Take down what came by post, by telephone or at the counter; its clock runs from the day it came."""
    require_office(by)
    if channel not in LetterChannel.RECORDED:
        raise ValidationError({"channel": _("Choose how it came in.")})
    if received_on > today():
        raise ValidationError({"received_on": _("Choose today or an earlier day.")})
    enquiry = _take_in(programme, asked, received_on, channel=channel, recorded_by=by)
    if not Enquiry.objects.visible_to(by).filter(pk=enquiry.pk).exists():
        told = _("You are tied to this unit, or stand aside from the site: somebody else takes this down.")
        raise ValidationError({"site": told})
    EnquiryStep.objects.create(
        enquiry=enquiry, deed=EnquiryDeed.RECORD, state=enquiry.state, by=by, on=today()
    )
    return Received(enquiry, attachments.keep(enquiry, files))


def _take_in(programme: Programme, asked: Asked, received_on: datetime.date, **how: Any) -> Enquiry:
    _check(asked, received_on)
    due = answer_due(programme, asked.kind, received_on)
    is_request = asked.kind == EnquiryKind.INFORMATION
    enquiry = Enquiry.objects.create(
        programme=programme,
        kind=asked.kind,
        topic=asked.topic,
        site=asked.site,
        page=asked.page.strip() if asked.kind == EnquiryKind.ERROR else "",
        writer_name=asked.name.strip(),
        writer_contact=asked.contact.strip(),
        writer_identity=asked.identity.strip() if is_request else "",
        text=tidy_prose(asked.text),
        is_body=asked.is_body and is_request,
        wanted_as=asked.wanted_as if is_request else "",
        may_be_published=asked.may_be_published and not is_request,
        received_on=received_on,
        due_on=due.end,
        counted=on_record(due),
        **how,
    )
    tell_next(enquiry)
    return enquiry


def _check(asked: Asked, received_on: datetime.date) -> None:
    """Raise ValidationError by field."""
    wrong = {}
    if not tidy_prose(asked.text):
        wrong["text"] = _("Write what it is about.")
    if asked.site and not Site.objects.listed().filter(pk=asked.site.pk).exists():
        wrong["site"] = _("This site is not public.")
    if asked.kind == EnquiryKind.INFORMATION:
        needed = {"name": asked.name, "contact": asked.contact, "wanted_as": asked.wanted_as}
        if received_on >= IDENTIFIED_SINCE:
            needed["identity"] = asked.identity
        told = _("The regulation wants this of a request for information.")
        wrong |= {field: told for field, given in needed.items() if not given.strip()}
    if wrong:
        raise ValidationError(wrong)


def answer_due(programme: Programme, kind: str, received_on: datetime.date) -> Deadline:
    """Until when it is answered: a request by the regulation of its day, everything else by the rulebook."""
    days = (
        clock_on(received_on).days
        if kind == EnquiryKind.INFORMATION
        else programme.rulebook_used.enquiry_reply_days
    )
    return working_days_after(received_on, days)


@nobody_acting()
@files_with_rows()
def attach(*, enquiry: Enquiry, files: NewFiles) -> list[str]:
    """Keep attachments while the enquiry is open; gives a line for each that is not kept, with why."""
    enquiry = _open(enquiry)
    before = enquiry.files.count()
    refused = attachments.keep(enquiry, files)
    if enquiry.is_running and enquiry.files.count() > before:
        # Whoever read it before reads it anew: an answer is not approved over what came since.
        _by_writer(enquiry, EnquiryDeed.ADD_FILES)
    return refused


@nobody_acting()
@files_with_rows()
def complete(*, enquiry: Enquiry, text: str, files: NewFiles = ()) -> list[str]:
    """What was asked for is added by who wrote: the clock begins anew (条例 of 2019, article 30).

    It stands below what was written first. Gives a line for each file that is not kept.
    """
    enquiry = _open(enquiry)
    if enquiry.state != EnquiryState.TO_COMPLETE or enquiry.text is None:
        raise InvalidTransition(_("This request does not wait for anything from you."))
    if not tidy_prose(text):
        raise ValidationError({"text": _("Write what was asked for.")})
    due = working_days_after(today(), clock_on(enquiry.received_on).days)
    enquiry.text = f"{enquiry.text}\n\n{date_format(today(), 'Y-m-d')}\n{tidy_prose(text)}"
    enquiry.state, enquiry.due_on, enquiry.counted = EnquiryState.ANSWERING, due.end, on_record(due)
    enquiry.approved_by, enquiry.extended_on = None, None
    enquiry.result, enquiry.reply, enquiry.drafted_by = "", "", None
    enquiry.save()
    _by_writer(enquiry, EnquiryDeed.COMPLETE)
    return attachments.keep(enquiry, files)


def _by_writer(enquiry: Enquiry, deed: EnquiryDeed) -> None:
    """What who asked did, on record; whose turn it is learns of it."""
    EnquiryStep.objects.create(
        enquiry=enquiry, deed=deed, state=enquiry.state, body=enquiry.held_by, on=today()
    )
    tell_next(enquiry)


def _open(enquiry: Enquiry) -> Enquiry:
    """The enquiry as it is now, held until the transaction ends."""
    enquiry = Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry.pk)
    if not enquiry.is_open:
        raise InvalidTransition(_("This has been answered; it takes nothing more. You may write anew."))
    return enquiry


@nobody_acting()
@transaction.atomic
def rate(*, enquiry: Enquiry, satisfaction: Satisfaction) -> None:
    """Whether who asked is satisfied with the answer; said once."""
    unrated = Enquiry.objects.filter(pk=enquiry.pk, state=EnquiryState.REPLIED, satisfaction="")
    if not change_once(unrated, satisfaction=satisfaction):
        raise InvalidTransition(_("You have said so already, or there is no answer yet."))
