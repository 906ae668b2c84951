"""当面合议: the leader puts marks on what differs, with all at one table; each member confirms once."""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Notification, User
from accounts.services import notify
from assessments.marks import gap_of
from assessments.models import BatchConfirmation, Deliberation, Proposal, ProposalAnswer, Score, Sheet
from assessments.queries import counted_sheets
from assessments.rules import leads
from assessments.services.deliberation import hold, propose, require_member, settle_if_agreed
from sites.calendar import today
from sites.workflow import InvalidTransition
from standards.models import Item

ASKED = gettext_noop("%(site)s: marks that differ were gone through at one table; confirm them together.")
CHANGED = gettext_noop(
    "%(site)s: the mark of %(item)s was changed after you had agreed to it; confirm the marks again."
)


@dataclass(frozen=True)
class Batch:
    """The latest proposal of each deliberation, in the standard's order: what a member confirms at once.

    `lacking` are the items for which none was made yet.
    """

    proposals: tuple[Proposal, ...]
    lacking: tuple[Item, ...]

    @property
    def digest(self) -> str:
        """Names the batch by its content: another mark, reason or item is another batch."""
        return hashlib.sha256("\n".join(_row(each) for each in self.proposals).encode()).hexdigest()

    @property
    def code(self) -> str:
        """The digest as people compare it."""
        return self.digest[:8]


def batch_of(deliberations: Iterable[Deliberation]) -> Batch:
    """Of a sheet's deliberations that are due, read `with_words`."""
    latest = [(each, next(iter(list(each.proposals.all())[::-1]), None)) for each in deliberations]
    return Batch(
        tuple(proposal for _each, proposal in latest if proposal),
        tuple(each.item for each, proposal in latest if not proposal),
    )


def _row(proposal: Proposal) -> str:
    says = (proposal.ordinal, proposal.level, proposal.points, proposal.faults, proposal.reason)
    return "\t".join(str(each) for each in (proposal.deliberation_id, *says))


@transaction.atomic
def put(
    *,
    sheet: Sheet,
    item: Item,
    level: str,
    points: Decimal | None,
    reason: str,
    by: User,
    faults: int | None = None,
) -> Proposal:
    """The leader puts a mark on an item on which the members' marks differ, however little.

    It is a proposal as any other, and stands once all have agreed; whoever had agreed to another mark of the
    item is told. Raises InvalidTransition where the members marked it alike.
    """
    hold(sheet)
    about = _opened(sheet, item)
    before = about.proposals.last()
    made = propose(
        deliberation=about,
        level=level,
        points=points,
        faults=faults,
        reason=reason,
        by=by,
        tell=lambda _made: _ask(sheet, by),
    )
    if before and before != made:
        _tell_taken_back(before, by)
    return made


@transaction.atomic
def put_all(*, sheet: Sheet, marks: Iterable[tuple[Item, dict[str, Any]]], by: User) -> list[Proposal]:
    """Put a mark on each of these items, or on none: what lies within a step is agreed to in one act."""
    return [put(sheet=sheet, item=item, by=by, **mark) for item, mark in marks]


@transaction.atomic
def confirm(*, sheet: Sheet, digest: str, by: User, entered_by: User | None = None) -> BatchConfirmation:
    """A member agrees to every mark of the batch at once; who `entered_by` leads, and lent the device.

    The page has asked for the member's own password. Raises InvalidTransition where the batch is another by
    now, is not complete, or holds a mark that the member has refused.
    """
    hold(sheet)
    require_member(sheet.assessment, by)
    if entered_by is not None and not leads(sheet.assessment, entered_by):
        raise PermissionDenied
    batch = batch_of(sheet.deliberations.due().with_words())
    if batch.lacking or not batch.proposals:
        raise InvalidTransition(_("Not every item has a mark to confirm yet."))
    if digest != batch.digest:
        raise InvalidTransition(_("The marks have been changed meanwhile: look at them before you confirm."))
    given = dict(
        ProposalAnswer.objects.filter(proposal__in=batch.proposals, by=by).values_list("proposal", "agrees")
    )
    if refused := [each.deliberation.item.code for each in batch.proposals if given.get(each.pk) is False]:
        told = _("%(name)s has not agreed to the marks of %(codes)s; the leader puts others first.")
        raise InvalidTransition(told % {"name": by, "codes": _(", ").join(refused)})
    confirmed, _is_new = BatchConfirmation.objects.get_or_create(
        sheet=sheet, by=by, digest=digest, defaults={"entered_by": entered_by, "on": today()}
    )
    for proposal in batch.proposals:
        if proposal.pk not in given:
            proposal.deliberation.sheet = sheet
            ProposalAnswer.objects.create(proposal=proposal, agrees=True, by=by, on=today())
            settle_if_agreed(proposal)
    return confirmed


def _opened(sheet: Sheet, item: Item) -> Deliberation:
    """The item's deliberation, opened where the members differ by less than the rulebook's gap."""
    about = sheet.deliberations.filter(item=item).first()
    if about is None:
        given = list(Score.objects.due().filter(sheet__in=counted_sheets(sheet.assessment), item=item))
        if len({score.says for score in given}) < 2:
            raise InvalidTransition(_("The members' marks of this item do not differ."))
        gap = math.ceil(gap_of(given))
        about = Deliberation.objects.create(sheet=sheet, item=item, gap=gap, opened_on=today())
    about.sheet, about.item = sheet, item
    return about


def _ask(sheet: Sheet, by: User) -> None:
    """Ask the others to confirm; whoever has not read that yet is not asked once more for each item."""
    url = reverse("assessments:table", args=[sheet.pk])
    told = Notification.objects.filter(url=url, text=ASKED, read_at=None).values("user")
    heard = User.objects.filter(sheets__in=counted_sheets(sheet.assessment)).exclude(pk=by.pk)
    notify(heard.exclude(pk__in=told), text=ASKED, about={"site": sheet.assessment.site}, url=url)


def _tell_taken_back(before: Proposal, by: User) -> None:
    """A confirmation of a mark that is no more holds no longer."""
    sheet, item = before.deliberation.sheet, before.deliberation.item
    agreed = before.answers.filter(agrees=True).exclude(by=by).values("by")
    notify(
        User.objects.filter(pk__in=agreed, sheets__in=counted_sheets(sheet.assessment)),
        text=CHANGED,
        about={"site": sheet.assessment.site, "item": item.code},
        url=reverse("assessments:table", args=[sheet.pk]),
    )
