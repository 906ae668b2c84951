"""异议: receiving, looking into and answering a citizen's objection."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from accounts.enums import Role
from accounts.models import User
from accounts.rules import require_office
from accounts.services import notify
from assessments.eligibility import bars
from assessments.evidence.intake import Taken, sift
from assessments.services.rectification import add_general_finding
from assessments.services.storing import files_with_rows, store_taken
from audit.services import nobody_acting
from core.transitions import Transition, move
from publicity.enums import NoticeState, ObjectionState
from publicity.models import Notice, Objection, ObjectionFile
from publicity.rules import handles_objections
from publicity.services.notices import publish_result
from sites.calendar import on_record, today, working_days_after
from sites.enums import Action, Stage
from sites.models import Site
from sites.workflow import TRANSITIONS, InvalidTransition, perform
from tables.uploads import clean_name

# Attachments of one objection.
MOST_FILES = 5

# What is done with a letter, from where to where; all of it by whoever handles it, and the page offers it by
# this table.
STEPS: Mapping[str, Transition] = {
    "accept": Transition(sources=(ObjectionState.RECEIVED,), targets=(ObjectionState.ACCEPTED,)),
    "decline": Transition(sources=(ObjectionState.RECEIVED,), targets=(ObjectionState.DECLINED,)),
    "reassign": Transition(sources=(ObjectionState.ACCEPTED,), targets=()),
    "conclude": Transition(sources=(ObjectionState.ACCEPTED,), targets=ObjectionState.CONCLUDED),
}


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
    files: Sequence[UploadedFile[Any]] = (),
) -> Received:
    """Take in an objection against one site of a running notice; the receipt code follows it.

    The clock of the reply starts. A file that cannot be kept holds up neither the letter nor the others.
    The trail names nobody, whoever is signed in where the letter was written: a citizen wrote it.
    """
    # Locked: naming, closing and extending wait for the letter, or it finds what they made of the notice.
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if not notice.is_running(today()):
        raise InvalidTransition(
            _("This notice does not run any more; please write to the office as a complaint.")
        )
    if not notice.entries.filter(site=site, removed_on=None).exists():
        raise ValidationError({"site": _("This site is not on the notice.")})
    due = working_days_after(today(), notice.programme.rulebook_used.objection_reply_days)
    objection = Objection.objects.create(
        notice=notice,
        site=site,
        objector_name=name,
        objector_phone=phone,
        text=text,
        received_on=today(),
        due_on=due.end,
        counted=on_record(due),
    )
    notify(
        investigators(site).filter(role=Role.OFFICE),
        text=gettext_noop("An objection against %(site)s has been received."),
        about={"site": site},
        url=objection.get_absolute_url(),
    )
    return Received(objection, attach(objection=objection, files=files))


@nobody_acting()
@files_with_rows()
def attach(*, objection: Objection, files: Sequence[UploadedFile[Any]]) -> list[str]:
    """Keep attachments while the objection is open; gives a line for each that is not kept, with why."""
    sifted = sift(files[:MOST_FILES])
    objection = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    if not objection.is_open:
        raise InvalidTransition(_("This objection has been answered; it takes no more files."))
    on_file = set(objection.files.values_list("sha256", flat=True))
    new = [taken for taken in sifted.taken if taken.sha256 not in on_file]
    room = MOST_FILES - len(on_file)
    for taken in new[:room]:
        _keep(objection, taken)
    left = [taken.name for taken in new[room:]] + [clean_name(file.name or "") for file in files[MOST_FILES:]]
    colon = pgettext("between a label and its text", ": ")
    told = colon + _("not kept, an objection takes at most %(n)d files.") % {"n": MOST_FILES}
    return sifted.refused + [name + told for name in left]


def _keep(objection: Objection, taken: Taken) -> None:
    file = ObjectionFile(
        objection=objection,
        name=taken.name,
        content_type=taken.content_type,
        size=taken.content.size or 0,
        sha256=taken.sha256,
    )
    store_taken(file.file, taken)
    file.save()


def investigators(site: Site) -> QuerySet[User]:
    """Who may look into an objection against this site: the office's people and inspectors nothing bars."""
    staff = (
        User.objects.active().filter(role__in=(Role.OFFICE, Role.INSPECTOR)).select_related("organisation")
    )
    barred = [person for person, _site in bars(list(staff), [site])]
    return staff.exclude(pk__in=barred).order_by("-role", "organisation__code", "name")


@transaction.atomic
def accept(*, objection: Objection, investigator: User, by: User) -> None:
    """Take the objection up; the named person, who is not of the unit, looks into it."""
    _check_handler(objection, by)
    _check_investigator(objection, investigator)
    _move(objection, "accept", taken_up_on=today(), investigator=investigator, handled_by=by)
    _tell(investigator, objection)


@transaction.atomic
def reassign(*, objection: Objection, investigator: User, by: User) -> None:
    """Somebody else looks into it from now on: whoever was named has left, or stands aside."""
    _check_handler(objection, by)
    _check_investigator(objection, investigator)
    _move(objection, "reassign", investigator=investigator)
    _tell(investigator, objection)


def _check_investigator(objection: Objection, person: User | None) -> None:
    if person is None or not investigators(objection.site).filter(pk=person.pk).exists():
        told = _(
            "%(name)s cannot look into it: name somebody of the office or an inspector, not of the unit."
        )
        raise ValidationError({"investigator": told % {"name": person or "—"}})


def _tell(investigator: User, objection: Objection) -> None:
    notify(
        [investigator],
        text=gettext_noop("You are to look into an objection against %(site)s; ask the office about it."),
        about={"site": objection.site},
        url=objection.get_absolute_url() if handles_objections(investigator) else reverse("desk:home"),
    )


@transaction.atomic
def decline(*, objection: Objection, reply: str, by: User) -> None:
    """Not taken up, with the reason in the written reply."""
    _check_handler(objection, by)
    _answer(objection, "decline", reply, by)
    publish_result(objection.notice)


@transaction.atomic
def conclude(
    *,
    objection: Objection,
    result: ObjectionState,
    findings: str,
    reply: str,
    opinion: str = "",
    by: User,
) -> None:
    """The result and the written reply. Upheld, even partly, it takes the site off; the others go on.

    It binds wherever the site stands meanwhile: before a naming it goes back to be mended, and where it is
    being mended already there is one thing more to mend.

    The office keeps `findings`, what the inquiry found; the objector reads `reply`; the unit reads `opinion`
    alone, what it has to mend, so that a reply which names somebody never reaches the unit.
    """
    _check_handler(objection, by)
    if result not in STEPS["conclude"].targets:
        raise ValidationError({"result": _("Choose a result.")})
    if not findings.strip():
        raise ValidationError({"findings": _("Write what the inquiry found.")})
    if result in ObjectionState.AGAINST and not opinion.strip():
        raise ValidationError({"opinion": _("Say what the unit has to mend.")})
    _answer(objection, "conclude", reply, by, to=result, findings=findings.strip())
    # Asked again: whoever was named may have left or stood aside since.
    _check_investigator(objection, objection.investigator)
    if result in ObjectionState.AGAINST:
        _have_it_mended(objection.site, result, opinion, by)
    publish_result(objection.notice)


def _have_it_mended(site: Site, result: ObjectionState, opinion: str, by: User) -> None:
    if site.stage in TRANSITIONS[Action.UPHOLD_OBJECTION].sources:
        perform(site=site, action=Action.UPHOLD_OBJECTION, by=by, note=opinion)
        _take_off(site, result)
    if site.stage in (Stage.RECTIFYING, Stage.NOT_ACCEPTED):
        add_general_finding(site=site, reason=opinion, by=by)


def _take_off(site: Site, result: ObjectionState) -> None:
    standing = site.notice_entries.filter(removed_on=None).exclude(notice__state=NoticeState.WITHDRAWN)
    for entry in standing:
        entry.removed_on = today()
        entry.removal_reason = "异议成立" if result == ObjectionState.UPHELD else "异议部分成立"
        entry.save(update_fields=["removed_on", "removal_reason"])


def _check_handler(objection: Objection, by: User) -> None:
    require_office(by)
    if bars([by], [objection.site]):
        raise PermissionDenied


def _answer(objection: Objection, step: str, reply: str, by: User, **values: Any) -> None:
    """What ends an objection: the reply, and the day until which the objector's data is kept after it."""
    if not reply.strip():
        raise ValidationError({"reply": _("Write the reply the objector will read.")})
    kept = objection.notice.programme.rulebook_used.objection_kept_days
    _move(
        objection,
        step,
        reply=reply.strip(),
        replied_on=today(),
        erase_on=today() + datetime.timedelta(days=kept),
        handled_by=by,
        **values,
    )


def _move(objection: Objection, step: str, **values: Any) -> None:
    if not move(Objection.objects.filter(pk=objection.pk), STEPS[step], **values):
        raise InvalidTransition(_("This objection has been handled by somebody else; look at it again."))
    objection.refresh_from_db()
