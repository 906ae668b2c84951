"""合议: the members argue about an item their marks lie too far apart on, until all agree to one mark."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.services import notify
from assessments.enums import SheetRole, SheetState
from assessments.models import Argument, Assessment, Deliberation, Proposal, ProposalAnswer, Score, Sheet
from assessments.queries import counted_sheets, leading, standing_members, stood_in_for
from assessments.rules import leads
from assessments.services.final_sheet import draw_up_final_when_ready, tell_ready, what_was_found
from assessments.services.scores import checked, write
from core.locks import change_once
from sites.calendar import today
from sites.workflow import InvalidTransition


@transaction.atomic
def argue(*, deliberation: Deliberation, text: str, by: User) -> Argument:
    """A member says what speaks for their mark; the same words sent twice are stored once."""
    hold(deliberation.sheet)
    require_member(deliberation.sheet.assessment, by)
    if not text.strip():
        raise ValidationError({"text": _("Say what speaks for your mark.")})
    said = deliberation.arguments.order_by("-pk").first()
    if said is not None and (said.by_id, said.text) == (by.pk, text.strip()):
        return said
    return Argument.objects.create(deliberation=deliberation, text=text.strip(), by=by, on=today())


@transaction.atomic
def propose(
    *,
    deliberation: Deliberation,
    level: str,
    points: Decimal | None,
    reason: str,
    by: User,
    faults: int | None = None,
    tell: Callable[[Proposal], None] | None = None,
) -> Proposal:
    """The leader proposes a mark, and with that agrees to it; an earlier proposal is void.

    A settled deliberation is opened again. `tell` says it to the others, in place of a message for each.
    Raises ValidationError at the field, as for any mark.
    """
    sheet = deliberation.sheet
    hold(sheet)
    require_member(sheet.assessment, by)
    if not leads(sheet.assessment, by):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: the minutes keep it.")})
    values = checked(sheet, deliberation.item, level=level, points=points, faults=faults, reason=reason)
    del values["max_points"]
    if (last := deliberation.proposals.last()) and _stands(last, values, by):
        return last
    change_once(Deliberation.objects.filter(pk=deliberation.pk, settled_on__isnull=False), settled_on=None)
    proposal = Proposal.objects.create(
        deliberation=deliberation,
        ordinal=deliberation.proposals.count() + 1,
        by=by,
        acted_for=stood_in_for(sheet.assessment, by),
        on=today(),
        **values,
    )
    ProposalAnswer.objects.create(proposal=proposal, agrees=True, by=by, on=today())
    if not settle_if_agreed(proposal):
        (tell or _tell_others)(proposal)
    return proposal


@transaction.atomic
def answer(*, proposal: Proposal, agrees: bool, text: str, by: User) -> ProposalAnswer:
    """A member agrees, or disagrees and says why; with the last consent the mark is the final sheet's."""
    deliberation = proposal.deliberation
    hold(deliberation.sheet)
    require_member(deliberation.sheet.assessment, by)
    if given := proposal.answers.filter(by=by).first():
        if given.agrees == agrees:
            return given
        raise InvalidTransition(
            _("You have answered this proposal already; the leader can make another one.")
        )
    if deliberation.proposals.filter(ordinal__gt=proposal.ordinal).exists():
        raise InvalidTransition(_("A newer proposal has taken this one's place; look at it first."))
    if not agrees and not text.strip():
        raise ValidationError({"text": _("Say why you disagree.")})
    given = ProposalAnswer.objects.create(
        proposal=proposal, agrees=agrees, text=text.strip(), by=by, on=today()
    )
    if agrees:
        settle_if_agreed(proposal)
    else:
        _tell_lead(deliberation)
    return given


def go_on(*, assessment: Assessment) -> None:
    """Go on without somebody who stood aside or left the team; the caller holds the assessment.

    If only their sheet was missing, the final one is drawn up; if only their answer, the proposal is
    settled.
    """
    draw_up_final_when_ready(assessment=assessment)
    drafts = Sheet.objects.filter(assessment=assessment, role=SheetRole.FINAL, state=SheetState.DRAFT)
    final = drafts.order_by("pk").select_for_update(of=("self",)).first()
    if final is None:
        return
    for deliberation in final.deliberations.open():
        if proposal := deliberation.proposals.last():
            settle_if_agreed(proposal)


def hold(sheet: Sheet) -> None:
    """Lock the final sheet, so that nobody signs it meanwhile and two last answers come one by one."""
    if not Sheet.objects.select_for_update().get(pk=sheet.pk).is_draft:
        raise InvalidTransition(_("The final sheet is signed; the deliberation is over."))


def require_member(assessment: Assessment, by: User) -> None:
    """A standing member whose own sheet is in: before that nobody sees what the others say."""
    if not counted_sheets(assessment).filter(author=by).exists():
        raise PermissionDenied


def _stands(proposal: Proposal, values: dict[str, Any], by: User) -> bool:
    """Whether the very same proposal was sent twice; after a refusal it is a new attempt."""
    same = proposal.by_id == by.pk and all(getattr(proposal, name) == values[name] for name in values)
    return same and not proposal.answers.filter(agrees=False).exists()


def settle_if_agreed(proposal: Proposal) -> bool:
    """Write the mark if every standing member has agreed; returns whether it did."""
    deliberation = proposal.deliberation
    sheet = deliberation.sheet
    standing = set(standing_members(sheet.assessment).values_list("user", flat=True))
    agreed = set(proposal.answers.filter(agrees=True).values_list("by", flat=True))
    open_one = Deliberation.objects.open().filter(pk=deliberation.pk)
    if not standing or not standing <= agreed or not change_once(open_one, settled_on=today()):
        return False
    _write(proposal)
    if not sheet.deliberations.open().exists():
        tell_ready(sheet)
    return True


def _write(proposal: Proposal) -> None:
    sheet, item = proposal.deliberation.sheet, proposal.deliberation.item
    stored = Score.objects.filter(sheet=sheet, item=item).first()
    values = {
        "level": proposal.level,
        "points": proposal.points,
        "max_points": item.points,
        "faults": proposal.faults,
        "reason": what_was_found(sheet, item, proposal.level),
    }
    write(sheet, item, values, stored.version if stored else 0, proposal.by)


def _tell_others(proposal: Proposal) -> None:
    _tell(
        proposal.deliberation,
        gettext_noop("%(site)s: a mark is proposed for %(item)s; say whether you agree."),
        _heard(proposal.deliberation).exclude(pk=proposal.by_id),
    )


def _tell_lead(deliberation: Deliberation) -> None:
    leaders = leading(deliberation.sheet.assessment)
    _tell(
        deliberation,
        gettext_noop("%(site)s: not all members agree to the mark proposed for %(item)s."),
        leaders.filter(pk__in=_heard(deliberation).values("pk")),
    )


def _heard(deliberation: Deliberation) -> QuerySet[User]:
    """The members who may be told: one who joined late learns nothing before submitting their own sheet."""
    return User.objects.filter(sheets__in=counted_sheets(deliberation.sheet.assessment))


def _tell(deliberation: Deliberation, text: str, people: QuerySet[User]) -> None:
    notify(
        people,
        text=text,
        about={"site": deliberation.sheet.assessment.site, "item": deliberation.item.code},
        url=deliberation.get_absolute_url(),
    )
