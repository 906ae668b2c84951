"""未到期: items that cannot be judged in a round yet, by the office's word and for all its sites alike."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import User
from accounts.rules import require_office
from accounts.services import notify
from assessments.enums import RoundKind, SheetRole, SheetState
from assessments.models import NotDue, Round, Sheet
from sites.calendar import today
from sites.services import people
from sites.workflow import WorkflowError
from standards.models import Item, Standard


@transaction.atomic
def declare(*, round: Round, items: Sequence[Item], reason: str, by: User) -> None:  # noqa: A002  # the domain's word
    """Leave items out of every sheet of a round; marks they have are kept and count nowhere.

    Refused once a sheet that is measured by them is closed: a result does not change afterwards.
    Raises ValidationError naming the field.
    """
    require_office(by)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why they are not due yet.")})
    if not items:
        raise ValidationError(_("Choose at least one item."))
    standards = {item.section.standard_id for item in items}
    held = _held_round(round)
    if standards - set(held.standards.values_list("pk", flat=True)):
        raise ValidationError(_("An item is not part of the round's standards."))
    if settled(held).filter(pk__in=standards).exists():
        raise WorkflowError(
            _("A sheet that these items measure is closed already; its result must not change.")
        )
    known = set(NotDue.objects.filter(round=held, item__in=items).values_list("item", flat=True))
    new = [item for item in items if item.pk not in known]
    for item in new:
        NotDue.objects.create(round=held, item=item, reason=reason, decided_by=by, decided_on=today())
    _tell(held, new, gettext_noop("Not due in “%(round)s”, to be left out: %(codes)s."))


@transaction.atomic
def withdraw(*, not_due: NotDue, by: User) -> None:
    """An item is due after all; only while every sheet it measures is still being filled."""
    require_office(by)
    held = _held_round(not_due.round)
    item = not_due.item
    sheets = Sheet.objects.filter(assessment__round=held, assessment__standard=item.section.standard_id)
    if sheets.exclude(state=SheetState.DRAFT).exists():
        raise WorkflowError(
            _("Sheets have been submitted without this item; it stays not due in this round.")
        )
    not_due.delete()
    _tell(held, [item], gettext_noop("Due in “%(round)s” after all, to be marked: %(codes)s."))


def settled(round: Round) -> QuerySet[Standard]:  # noqa: A002
    """The round's standards by which a result stands already; their items cannot be put off any more.

    A result is what a unit has submitted, or a team has signed.
    """
    if round.kind == RoundKind.SELF:
        closed = Sheet.objects.filter(role=SheetRole.SELF).exclude(state=SheetState.DRAFT)
    else:
        closed = Sheet.objects.signed_finals()
    of_round = closed.filter(assessment__round=round)
    return round.standards.filter(pk__in=of_round.values("assessment__standard"))


def _held_round(round: Round) -> Round:  # noqa: A002
    """The round, open and held, with its sheets: nobody closes one of them meanwhile."""
    held = Round.objects.open().select_for_update().filter(pk=round.pk).first()
    if held is None:
        raise WorkflowError(_("This round is closed."))
    list(Sheet.objects.select_for_update().filter(assessment__round=held).order_by("pk").values_list("pk"))
    return held


def _tell(round: Round, items: Sequence[Item], text: str) -> None:  # noqa: A002
    """Tell those who fill the round's sheets."""
    if not items:
        return
    codes = _(", ").join(item.code for item in items)
    notify(
        _scorers(round),
        text=text,
        about={"round": round, "codes": codes},
        url=reverse("assessments:my_sheets"),
    )


def _scorers(round: Round) -> QuerySet[User]:  # noqa: A002
    """The teams' members; in a self-assessment the liaisons of the units in it."""
    if round.kind == RoundKind.SELF:
        units = round.assessments.values("site__organisation")
        return people(Role.LIAISON).filter(organisation__in=units)
    return people(Role.INSPECTOR).filter(memberships__team__round=round).distinct()
