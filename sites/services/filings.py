"""A list's road: filled, filed, sent back."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import User
from accounts.rules import require_office
from sites import rules
from sites.calendar import today
from sites.enums import Action, FilingState, Level
from sites.models import Filing, Programme, Site
from sites.services.checkup import filing_problems, rows_of
from sites.services.decisions import void_decision, why_not_filed
from sites.services.people import filers, people
from sites.services.state import check_state
from sites.services.steps import move_rows, tell
from sites.services.versions import keep_remarks, write_version
from sites.signals import list_filed
from sites.workflow import InvalidTransition

# What stands in the history of a row that is well, when its list goes back for others.
SENT_BACK_WITH_THE_LIST = "名单整体退回，本行无须修改。"


def filing_of(*, programme: Programme, by: User) -> Filing | None:
    """The list this person fills, made empty on first sight while the programme runs; None without one."""
    body = rules.body_of(by)
    if body is None:
        return None
    level, organisation = body
    if level == Level.CITY and not programme.designated_units.filter(organisation=organisation).exists():
        return None
    own: dict[str, Any] = {"programme": programme, "organisation_id": organisation, "level": level}
    if not programme.is_current:
        return Filing.objects.filter(**own).first()
    filing, _created = Filing.objects.get_or_create(**own)
    return filing


@transaction.atomic
def file_list(*, filing: Filing, by: User) -> None:
    """上报: file the whole list. Raises ValidationError with every problem, and then files nothing.

    What it says is kept as a version; rows determined before the list came back stay where they are. A
    district's list is filed as its head has determined it: InvalidTransition says what is to be done before.
    """
    filing = Filing.objects.select_for_update().get(pk=filing.pk)
    if not rules.may_edit_filing(by, filing):
        raise PermissionDenied
    check_state(filing, FilingState.EDITABLE)
    if why := why_not_filed(filing):
        raise InvalidTransition(why)
    sites = rows_of(filing)
    if problems := filing_problems(filing, sites):
        raise ValidationError([problem.text for problem in problems])
    move_rows(filing, Action.FILE, by)
    filing.state, filing.filed_by, filing.filed_on, filing.remarks = FilingState.FILED, by, today(), ""
    filing.put_forward_on = None
    filing.save()
    write_version(filing, sites, by)
    list_filed.send(sender=Filing, filing=filing, by=by)
    tell(
        people(Role.OFFICE),
        gettext_noop("%(list)s has been filed and waits for the preliminary review."),
        filing,
    )


@transaction.atomic
def recall(*, filing: Filing, reason: str, by: User) -> None:
    """Take a mistaken determination, filing or review back, oneself, until the next person acts.

    What a district determined waits for its head again. A filed list can be changed again, as one that was
    sent back; a reviewed one waits for its review anew, without the opinions, which the trail keeps.
    """
    filing = Filing.objects.select_for_update().get(pk=filing.pk)
    check_state(filing, (FilingState.DECIDED, *FilingState.WITH_LIST))
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Give a reason: it is kept in the list's history.")})
    if filing.state == FilingState.DECIDED:
        void_decision(filing, Action.RECALL_DECISION, by, reason, reason)
        told = gettext_noop("What was determined of %(list)s has been taken back by who determined it.")
        tell(filers(filing).exclude(pk=by.pk), told, filing)
    elif filing.state == FilingState.FILED:
        move_rows(filing, Action.RECALL_LIST, by, note=reason)
        filing.state, filing.remarks = FilingState.RETURNED, reason
        told = gettext_noop("%(list)s has been taken back by who filed it.")
        tell(people(Role.OFFICE), told, filing)
    else:
        move_rows(filing, Action.RECALL_REVIEW, by, note=reason)
        filing.versions.latest("number").opinions.all().delete()
        filing.state, filing.opinion = FilingState.FILED, ""
        filing.reviewed_by = filing.reviewed_on = None
        told = gettext_noop("The review of %(list)s has been taken back; it will be given anew.")
        tell(people(Role.LEADING_GROUP), told, filing)
    filing.save()


def may_recall(filing: Filing, user: User) -> bool:
    """Whether this person took the list's last step."""
    doer = {
        FilingState.DECIDED: filing.decided_by_id,
        FilingState.FILED: filing.filed_by_id,
        FilingState.REVIEWED: filing.reviewed_by_id,
    }
    return doer.get(FilingState(filing.state)) == user.pk


@transaction.atomic
def send_back(
    *, filing: Filing, remarks: str, by: User, row_remarks: Mapping[int, str] | None = None
) -> None:
    """退回: return a filed list with remarks, on the whole of it, on single rows (by their keys), or both."""
    require_office(by)
    filing = Filing.objects.select_for_update().get(pk=filing.pk)
    check_state(filing, (FilingState.FILED,))
    remarks = remarks.strip()
    of_rows = {key: text.strip() for key, text in (row_remarks or {}).items() if text.strip()}
    if not remarks and not of_rows:
        raise ValidationError(_("Say what is to be changed: of the list, or at a row."), code="reason")

    def note(site: Site) -> str:
        told = [text for text in (remarks, of_rows.get(site.pk)) if text]
        return "\n".join(told) or SENT_BACK_WITH_THE_LIST

    move_rows(filing, Action.SEND_BACK, by, note=note)
    filing.state, filing.remarks = FilingState.RETURNED, remarks
    filing.save()
    keep_remarks(filing, remarks, of_rows)
    tell(filers(filing), gettext_noop("%(list)s has been sent back with remarks."), filing)
