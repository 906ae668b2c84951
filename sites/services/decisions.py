"""各区确定: a district determines its own sites before its list is filed (plan, part five, one).

Its clerk puts the list forward, its head decides: two people. What is changed afterwards is not what was
decided on, so the decision is void, and the list is put forward anew.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.deputies import is_another
from accounts.models import User
from core.acting import Refusal
from sites import rules
from sites.calendar import today
from sites.enums import Action, FilingState, Level, Stage
from sites.models import Filing, StageChange
from sites.services.checkup import filing_problems, rows_of
from sites.services.people import filers
from sites.services.state import check_state
from sites.services.steps import move_rows, rows_that_move, tell
from sites.signals import decision_void, list_decided
from sites.workflow import InvalidTransition, OnePerson, perform

# Why the paper of a decision no longer counts once the list was changed; papers are Chinese.
CHANGED = "名单在确定后作了改动，本次确定失效。"


@transaction.atomic
def put_forward(*, filing: Filing, by: User) -> None:
    """提请确定: put a complete list before the head of the district's office.

    By anybody of the office, who then does not decide on it. Raises ValidationError with every problem,
    PermissionDenied, or InvalidTransition.
    """
    filing = _undecided(filing)
    if not rules.may_edit_filing(by, filing):
        raise PermissionDenied
    _check_complete(filing)
    filing.prepared_by, filing.put_forward_on = by, today()
    if not deciders(filing, but=by).exists():
        raise Refusal(
            _("Nobody else heads the district's office here; the municipal office opens such an account.")
        )
    filing.decided_by = filing.decided_on = None
    filing.save()
    tell(deciders(filing, but=by), gettext_noop("%(list)s waits for your determination."), filing)


@transaction.atomic
def decide(*, filing: Filing, by: User) -> None:
    """确定: the head of the district's office determines its sites; never whoever prepared the list."""
    filing = _undecided(filing)
    if not rules.determines(by, filing):
        raise PermissionDenied
    if filing.put_forward_on is None:
        raise InvalidTransition(
            _("Nobody has put this list forward as it stands; a clerk of the office does that first.")
        )
    if not is_another(by, filing.prepared_by_id):
        raise OnePerson(
            _("You prepared this list, or stand in for whoever did; another person determines it.")
        )
    _check_complete(filing)
    move_rows(filing, Action.DECIDE, by)
    filing.state, filing.decided_by, filing.decided_on = FilingState.DECIDED, by, today()
    filing.put_forward_on = None
    filing.save()
    list_decided.send(sender=Filing, filing=filing, by=by)
    told = gettext_noop("%(list)s has been determined by the head of the office; file it.")
    tell(filers(filing).exclude(pk=by.pk), told, filing)


@transaction.atomic
def hand_back(*, filing: Filing, reason: str, by: User) -> None:
    """The head does not determine the list as it was put forward, and says what is to be changed."""
    filing = _undecided(filing)
    if not rules.determines(by, filing):
        raise PermissionDenied
    if filing.put_forward_on is None:
        raise InvalidTransition(
            _("Nobody has put this list forward as it stands; a clerk of the office does that first.")
        )
    if not reason.strip():
        raise ValidationError({"reason": _("Say what is to be changed: of the list, or at a row.")})
    filing.put_forward_on, filing.remarks = None, reason.strip()
    filing.save()
    told = gettext_noop(
        "The head of the office has handed %(list)s back; the list says what is to be changed."
    )
    tell(filers(filing).exclude(pk=by.pk), told, filing)


def deciders(filing: Filing, *, but: User) -> QuerySet[User]:
    """Who can decide on the list if this person puts it forward: the other heads of the district's office."""
    return filers(filing).filter(is_head=True).exclude(pk=but.pk)


def may_decide(filing: Filing, user: User) -> bool:
    """Whether this person can determine the list as it lies before the office's head."""
    return (
        filing.must_be_decided
        and filing.state in FilingState.UNDECIDED
        and filing.put_forward_on is not None
        and rules.determines(user, filing)
        and is_another(user, filing.prepared_by_id)
    )


def why_not_filed(filing: Filing) -> str:
    """What keeps a list from being filed that its district has still to determine; "" if nothing does."""
    if not filing.must_be_decided or filing.state == FilingState.DECIDED:
        return ""
    if filing.put_forward_on:
        return _("The head of the district's office has not determined this list yet; then it is filed.")
    return _(
        "A district determines its list before it is filed: put it, as it stands now, before the head of the "
        "district's office."
    )


def note_change(filing: Filing, by: User) -> None:
    """The list is being changed: who does so prepared it, and what its district decided on is void."""
    if filing.level != Level.DISTRICT:
        return
    filing = Filing.objects.select_for_update().get(pk=filing.pk)
    if filing.state == FilingState.DECIDED:
        void_decision(filing, Action.LAPSE, by, "", CHANGED)
        told = gettext_noop(
            "%(list)s has been changed: what was determined is void, and it is put forward anew."
        )
        tell(filers(filing).exclude(pk=by.pk), told, filing)
    elif (filing.prepared_by_id, filing.put_forward_on, filing.decided_by_id) == (by.pk, None, None):
        return
    filing.prepared_by, filing.put_forward_on = by, None
    filing.decided_by = filing.decided_on = None
    filing.save()


def void_decision(filing: Filing, action: Action, by: User, note: str, why: str) -> None:
    """The rows go back to where they stood before the decision, and the list too; saved by the caller."""
    for site in rows_that_move(filing):
        perform(site=site, action=action, by=by, to=stood_before(site.pk), note=note)
    filing.state = FilingState.RETURNED if filing.versions.exists() else FilingState.DRAFT
    filing.decided_by = filing.decided_on = None
    decision_void.send(sender=Filing, filing=filing, reason=why)


def stood_before(site: int) -> Stage:
    """Where a row stood that its district determined, by the site's key."""
    decided = StageChange.objects.filter(site=site, action=Action.DECIDE)
    return Stage(decided.latest("pk").from_stage)


def _undecided(filing: Filing) -> Filing:
    """The list as it stands now, held, if its district has still to determine it."""
    filing = Filing.objects.select_for_update(of=("self",)).select_related("programme").get(pk=filing.pk)
    if not filing.must_be_decided:
        raise InvalidTransition(_("This list is filed as it is: nobody determines it before."))
    check_state(filing, FilingState.UNDECIDED)
    return filing


def _check_complete(filing: Filing) -> None:
    if problems := filing_problems(filing, rows_of(filing)):
        raise ValidationError([problem.text for problem in problems])
