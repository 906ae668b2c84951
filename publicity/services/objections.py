"""异议: receiving a citizen's objection, online or taken down by the office, and its files."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import require_office
from assessments.eligibility import bars
from assessments.services.storing import files_with_rows
from audit.services import nobody_acting
from core.uploads import NewFiles
from publicity.enums import LetterChannel, NoticeState, ObjectionDeed
from publicity.models import Handling, Notice, Objection
from publicity.services import attachments
from publicity.services.inquirers import tell_next
from sites.calendar import on_record, today, working_days_after
from sites.models import Site
from sites.workflow import InvalidTransition


@dataclass(frozen=True)
class Received:
    """An objection on record, and a line for each attachment that could not be kept."""

    objection: Objection
    refused: list[str]


@nobody_acting()
@files_with_rows()
def receive(
    *,
    notice: Notice,
    site: Site,
    name: str,
    phone: str,
    text: str,
    files: NewFiles = (),
) -> Received:
    """Take in an objection against one site of a running notice; the receipt code follows it.

    The clock of the reply starts. A file that cannot be kept holds up neither the letter nor the others.
    The trail names nobody, whoever is signed in where the letter was written: a citizen wrote it.
    """
    notice = _locked(notice)
    if not notice.is_running(today()):
        raise InvalidTransition(
            _("This notice does not run any more; please write to the office as a complaint.")
        )
    objection = _take_in(notice, site, today(), objector_name=name, objector_phone=phone, text=text)
    return Received(objection, attach(objection=objection, files=files))


@files_with_rows()
def record(
    *,
    notice: Notice,
    site: Site,
    channel: LetterChannel,
    received_on: datetime.date,
    name: str,
    phone: str,
    text: str,
    files: NewFiles = (),
    by: User,
) -> Received:
    """Take down an objection that came by post, by telephone or in person while the notice ran.

    Signed it counts like one sent online, from the day it was received on; `phone` is where the objector can
    be reached. It may be taken down after the notice's end, until its site is named: a result that is
    published meanwhile is taken back, and published anew with this one.
    """
    require_office(by)
    if bars([by], [site]):
        raise PermissionDenied
    notice = _locked(notice)
    _check_record(notice, site, channel, received_on)
    for field, given in {"name": name, "phone": phone, "text": text}.items():
        if not given.strip():
            raise ValidationError({field: _("Only a signed objection counts: fill this in.")})
    objection = _take_in(
        notice,
        site,
        received_on,
        channel=channel,
        recorded_by=by,
        objector_name=name.strip(),
        objector_phone=phone.strip(),
        text=text.strip(),
    )
    Handling.objects.create(
        objection=objection, deed=ObjectionDeed.RECORD, state=objection.state, by=by, on=today()
    )
    if notice.result is not None:
        notice.result = None
        notice.save(update_fields=["result"])
    return Received(objection, attach(objection=objection, files=files))


def _check_record(notice: Notice, site: Site, channel: LetterChannel, received_on: datetime.date) -> None:
    if channel not in LetterChannel.RECORDED:
        raise ValidationError({"channel": _("Choose how it came in.")})
    if notice.state == NoticeState.WITHDRAWN:
        raise ValidationError({"notice": _("The notice was withdrawn.")})
    if notice.namings.filter(site=site).exists():
        told = _("The site has been named; record it as a complaint on the page of its naming.")
        raise ValidationError({"site": told})
    if not notice.published_on <= received_on <= min(notice.ends_on, today()):
        told = _(
            "The notice takes objections from %(first)s to %(last)s, and none ahead of its day. What came "
            "later is no objection: put it on record as a late letter."
        )
        days = {"first": date_format(notice.published_on), "last": date_format(notice.ends_on)}
        raise ValidationError({"received_on": told % days})


def _locked(notice: Notice) -> Notice:
    """Naming, closing and extending wait for the letter, or it finds what they made of the notice."""
    return Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)


def _take_in(notice: Notice, site: Site, received_on: datetime.date, **more: Any) -> Objection:
    if not notice.entries.filter(site=site, removed_on=None).exists():
        raise ValidationError({"site": _("This site is not on the notice.")})
    due = working_days_after(received_on, notice.programme.rulebook_used.objection_reply_days)
    objection = Objection.objects.create(
        notice=notice, site=site, received_on=received_on, due_on=due.end, counted=on_record(due), **more
    )
    tell_next(objection)
    return objection


@nobody_acting()
@files_with_rows()
def attach(*, objection: Objection, files: NewFiles) -> list[str]:
    """Keep attachments while the objection is open; gives a line for each that is not kept, with why."""
    return attachments.keep(_open(objection), files)


def _open(objection: Objection) -> Objection:
    """The objection as it is now, held until the transaction ends."""
    objection = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    if not objection.is_open:
        raise InvalidTransition(_("This objection has been answered; it takes no more files."))
    return objection
