"""What binds people to units besides their post, declared before anybody is sent there."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.deputies import is_another
from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.rules import is_auditor, require_office
from accounts.services import notify
from assessments.models import Tie
from assessments.rules import may_declare_for
from assessments.services.recusals import recuse
from core.locks import change_once
from sites.calendar import today
from sites.models import Site
from sites.models.sites import SiteQuerySet
from sites.services import people
from sites.workflow import WorkflowError


@transaction.atomic
def declare(*, user: User, organisation: Organisation, reason: str, by: User) -> Tie:
    """A tie, declared by oneself or by the office for somebody.

    It bars this person from the unit's sites before anybody is sent there. From those they have to do with
    already it recuses them at once; these recusals stay when the tie ends.
    """
    # Locked, so that of two declarations at once the second finds the first.
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    check(user=user, organisation=organisation, reason=reason, by=by)
    tie = Tie.objects.create(
        user=user, organisation=organisation, reason=reason.strip(), declared_on=today(), declared_by=by
    )
    for site in touched(user).filter(organisation=organisation):
        recuse(user=user, site=site, reason=tie.reason, by=by, tie=tie)
    _tell(tie, gettext_noop("%(name)s has a tie to %(unit)s."))
    return tie


def check(*, user: User, organisation: Organisation, reason: str, by: User) -> None:
    """Raise what `declare` would, without declaring anything."""
    if not may_declare_for(user, by):
        raise PermissionDenied
    if organisation.pk == user.organisation_id:
        raise ValidationError({"organisation": _("Nobody judges the own unit: that needs no tie.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Say what the tie is.")})
    if user.ties.in_force().filter(organisation=organisation).exists():
        raise ValidationError({"organisation": _("This tie is declared already.")})


@transaction.atomic
def end(*, tie: Tie, reason: str, by: User) -> None:
    """The office ends a tie, with the reason; never the person it binds. Recusals it brought stay."""
    require_office(by)
    if not is_another(by, tie.user_id):
        raise PermissionDenied(_("Somebody else of the office ends a tie of yours."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the tie has ended.")})
    in_force = Tie.objects.in_force().filter(pk=tie.pk)
    if not change_once(in_force, ended_on=today(), ended_by=by, end_reason=reason.strip()):
        raise WorkflowError(_("This tie has ended already."))
    _tell(tie, gettext_noop("The tie of %(name)s to %(unit)s has ended."))


def touched(user: User) -> SiteQuerySet:
    """The sites a person has to do with: those they see, and all for an auditor, who reads the trail."""
    if is_auditor(user):
        return Site.objects.exclude(pk__in=user.recused_sites())
    return Site.objects.visible_to(user)


def _tell(tie: Tie, text: str) -> None:
    """Tell the office, and the person it binds."""
    words = {"name": tie.user, "unit": tie.organisation}
    told = people(Role.OFFICE) | User.objects.filter(pk=tie.user_id)
    notify(told.distinct(), text=text, about=words, url=reverse("assessments:ties"))
