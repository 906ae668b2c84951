"""本级自查: a district's check of its own government's work (plan, part three: 抓好本级政府政务公开工作).

The items are a few of the plan's own standard; which ones is proposed here, since the plan names none.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.deputies import is_another
from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.services import notify
from assessments.enums import Fulfilment, OwnCheckAction
from assessments.models import OwnCheck, OwnCheckAnswer, OwnCheckFile, OwnCheckStep
from assessments.own_check_steps import STEPS
from assessments.rules import drafts_own_check
from assessments.services.evidence import check_number
from assessments.services.storing import files_with_rows, store_kept
from core.locks import change_once
from core.transitions import move
from core.uploads import NewFiles, take_in
from sites.calendar import today
from sites.enums import Level, ProgrammeState
from sites.models import Programme
from sites.services.people import filers_of, people
from sites.workflow import InvalidTransition, OnePerson
from standards.enums import Kind
from standards.models import Item
from tables.tidy import tidy_prose

# Bodies and people, appraisal of the work, secrecy review, requests, what concerns people most, guide,
# catalogue, the website: what the opinion of 2005 and the regulation ask of every government.
ITEMS = ("ZW-1.2", "ZW-2.5", "ZW-2.10", "ZW-2.11", "ZW-3.6", "ZW-3.8", "ZW-3.9", "ZW-4.11")


def items_of(programme: Programme) -> QuerySet[Item]:
    """What is asked in this programme: the items of its standard for government affairs."""
    standards = programme.standards.filter(kind=Kind.GOVERNMENT_AFFAIRS)
    return Item.objects.filter(section__standard__in=standards, code__in=ITEMS)


@transaction.atomic
def begin(*, programme: Programme, by: User) -> OwnCheck:
    """The one self-check of this person's district in the programme, with every item still to be answered.

    Raises PermissionDenied, and InvalidTransition where it was begun before or nothing can be asked.
    """
    if by.district_id is None:
        raise PermissionDenied
    asked = items_of(programme)
    if programme.state == ProgrammeState.PLANNED or not asked:
        raise InvalidTransition(_("No self-check is asked for in this programme."))
    check, is_new = OwnCheck.objects.get_or_create(
        programme=programme,
        district=Organisation.objects.get(pk=by.district_id),
        defaults={"drafted_by": by, "begun_on": today()},
    )
    if not is_new:
        raise InvalidTransition(
            _("The self-check of this district was begun before; there is one in a programme.")
        )
    OwnCheckAnswer.objects.bulk_create(OwnCheckAnswer(check_of=check, item=item) for item in asked)
    return check


@files_with_rows()
def answer(
    *,
    answer: OwnCheckAnswer,
    fulfilment: Fulfilment,
    text: str,
    links: Sequence[str],
    files: NewFiles = (),
    by: User,
) -> None:
    """Say how far one item is done; whoever does so has drafted the self-check, and does not file it.

    Raises PermissionDenied, InvalidTransition (filed, or before the head) and ValidationError by field.
    """
    check = _open_to(answer.check_of, by)
    taken = take_in(files)
    on_record = {file.sha256: file for file in answer.files.all()}
    standing = list(answer.files.standing())
    check_number([*standing, *(one for one in taken if one.sha256 not in on_record)])
    text = tidy_prose(text)
    if not text and (fulfilment != Fulfilment.DONE or not (links or taken or standing)):
        raise ValidationError(
            {"text": _("Say in words how it stands; what is done can also be shown by evidence.")}
        )
    change_once(
        check.answers.filter(pk=answer.pk), fulfilment=fulfilment, text=text, links=list(links), by=by
    )
    for each in taken:
        if each.sha256 in on_record:
            change_once(answer.files.filter(sha256=each.sha256), removed_on=None)
        else:
            store_kept(OwnCheckFile(answer=answer), each)
    change_once(OwnCheck.objects.filter(pk=check.pk), drafted_by=by)


@transaction.atomic
def take_off(*, file: OwnCheckFile, by: User) -> None:
    """The file leaves its answer, as long as that can be changed; it stays on record."""
    check = _open_to(file.answer.check_of, by)
    if not change_once(OwnCheckFile.objects.standing().filter(pk=file.pk), removed_on=today()):
        raise InvalidTransition(_("This file was taken off before."))
    change_once(OwnCheck.objects.filter(pk=check.pk), drafted_by=by)


@transaction.atomic
def take(*, check: OwnCheck, action: OwnCheckAction, note: str = "", by: User) -> None:
    """Take a step of the table, and tell whoever acts next.

    Raises PermissionDenied, InvalidTransition (not from here), OnePerson (who drafted it would file it), and
    ValidationError (words are missing, items without an answer).
    """
    step, current = STEPS[action], _held(check)
    if not step.who(by, current):
        raise PermissionDenied
    note = tidy_prose(note)
    if step.asks and not note:
        raise ValidationError({"reason": _("Say what is to be changed or added.")})
    values: dict[str, Any] = {"filed_by": None, "filed_on": None}
    if action == OwnCheckAction.PUT_FORWARD:
        _check_answered(current)
        values["drafted_by"] = by
    elif action == OwnCheckAction.FILE:
        _check_another(current, by)
        values = {"filed_by": by, "filed_on": today()}
    elif action == OwnCheckAction.READ:
        values = {}
    elif step.undoes:
        _check_doer(current, step.undoes, by)
    if not move(OwnCheck.objects.filter(pk=current.pk), step, **values):
        raise InvalidTransition(
            _("The self-check is “%(state)s” by now; look at it again.")
            % {"state": current.get_state_display()}
        )
    OwnCheckStep.objects.create(check_of=current, action=action, note=note, by=by, on=today())
    if step.tells:
        notify(
            _told(current, action).exclude(pk=by.pk),
            text=step.tells,
            about={"check": current, "note": note},
            url=current.get_absolute_url(),
        )


def available(check: OwnCheck, user: User) -> list[OwnCheckAction]:
    """The steps this person can take now, in the table's order."""
    found = []
    for action, step in STEPS.items():
        if check.state not in step.sources or not step.who(user, check):
            continue
        if action == OwnCheckAction.FILE and not may_file(check, user):
            continue
        if step.undoes and not _did(check, step.undoes, user):
            continue
        found.append(action)
    return found


def may_file(check: OwnCheck, user: User) -> bool:
    """Whether somebody else wrote it: nobody files what they drafted themselves, or a deputy for them."""
    written_by = check.answers.exclude(by=None).values_list("by", flat=True)
    return is_another(user, check.drafted_by_id, *written_by)


def _open_to(check: OwnCheck, by: User) -> OwnCheck:
    """As it stands now, held, for somebody who writes in it."""
    current = _held(check)
    if not drafts_own_check(by, current):
        raise PermissionDenied
    if not current.is_editable:
        told = _("The self-check is “%(state)s”; it is changed once it was taken back or more is asked for.")
        raise InvalidTransition(told % {"state": current.get_state_display()})
    return current


def _held(check: OwnCheck) -> OwnCheck:
    return OwnCheck.objects.select_for_update(of=("self",)).select_related("district").get(pk=check.pk)


def _check_answered(check: OwnCheck) -> None:
    if open_ones := check.answers.filter(fulfilment="").select_related("item"):
        told = _("Nothing is said yet of: %(items)s.")
        raise ValidationError(told % {"items": _(", ").join(str(one.item) for one in open_ones)})


def _check_another(check: OwnCheck, by: User) -> None:
    if not may_file(check, by):
        raise OnePerson(
            _("You drafted this self-check, or stand in for whoever did; another person files it.")
        )


def _check_doer(check: OwnCheck, undoes: OwnCheckAction, by: User) -> None:
    if not _did(check, undoes, by):
        raise InvalidTransition(
            _("Only who took the step “%(action)s” can take it back, until somebody else has acted.")
            % {"action": undoes.label}
        )


def _did(check: OwnCheck, action: OwnCheckAction, user: User) -> bool:
    """Whether that was the last step, and this person's, or that of whom they stand in for."""
    last = check.steps.last()
    return last is not None and last.action == action and not is_another(user, last.by_id)


def _told(check: OwnCheck, action: OwnCheckAction) -> QuerySet[User]:
    """Who acts next, or waits for it."""
    of_district = filers_of(Level.DISTRICT, check.district_id)
    if action == OwnCheckAction.FILE:
        return people(Role.OFFICE)
    return of_district.filter(is_head=True) if action == OwnCheckAction.PUT_FORWARD else of_district
