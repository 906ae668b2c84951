"""Opening and closing rounds, and a site's place in one."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import User
from accounts.rules import require_office
from accounts.services import notify
from assessments.enums import RoundKind
from assessments.models import Assessment, Round
from assessments.models.rounds import RoundQuerySet
from assessments.queries import manned
from core.locks import change_once
from sites.calendar import today
from sites.enums import Stage
from sites.models import Programme, Site
from sites.models.sites import SiteQuerySet
from sites.services import people
from sites.workflow import WorkflowError

# The stage in which a site is due for a round of a kind.
DUE_STAGES: dict[str, tuple[Stage, ...]] = {
    RoundKind.SELF: (Stage.BUILDING,),
    RoundKind.INSPECTION: (Stage.BUILDING, Stage.SELF_ASSESSED),
    RoundKind.ACCEPTANCE: (Stage.RECTIFIED,),
    RoundKind.RECHECK: (Stage.NAMED, Stage.WARNED),
}


@transaction.atomic
def open_round(
    *, programme: Programme, kind: RoundKind, title: str, due_on: datetime.date, by: User
) -> Round:
    """Open a round and freeze its programme's versions; one of a kind is open at a time.

    Only of acceptances several: a site that failed in the one comes again in another.
    """
    require_office(by)
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    if kind != RoundKind.ACCEPTANCE and programme.rounds.filter(kind=kind).open().exists():
        raise ValidationError(_("A round of this kind is open already; close it first."))
    if due_on < today():
        raise ValidationError({"due_on": _("The due date lies in the past.")})
    last = programme.rounds.filter(kind=kind).aggregate(Max("ordinal"))["ordinal__max"] or 0
    opened = Round.objects.create(
        programme=programme,
        kind=kind,
        ordinal=last + 1,
        title=title,
        rulebook=programme.rulebook_used,
        opened_on=today(),
        due_on=due_on,
        opened_by=by,
    )
    opened.standards.set(programme.standards.all())
    return opened


@transaction.atomic
def close_round(*, round: Round, by: User) -> None:  # noqa: A002  # the domain's word
    """Close a round: no new sheets; what was signed stays."""
    require_office(by)
    if not change_once(Round.objects.open().filter(pk=round.pk), closed_on=today()):
        raise WorkflowError(_("This round is closed already."))


@transaction.atomic
def put_off(*, round: Round, due_on: datetime.date, by: User) -> None:  # noqa: A002  # the domain's word
    """Give an open round a later day; the teams' members are told."""
    require_office(by)
    later = Round.objects.open().filter(pk=round.pk, due_on__lt=due_on)
    if not change_once(later, due_on=due_on):
        raise WorkflowError(_("“%(round)s” is closed, or due later already.") % {"round": round})
    notify(
        people(Role.INSPECTOR).filter(memberships__team__round=round).distinct(),
        text=gettext_noop("“%(round)s” is due on %(day)s now."),
        about={"round": round, "day": due_on},
        url=round.get_absolute_url(),
    )


def open_round_of(programme: Programme, kind: RoundKind) -> Round:
    """The open round of a kind; raises WorkflowError with what to do when there is none."""
    found = programme.rounds.filter(kind=kind).open().select_related("rulebook").first()
    if found is None:
        raise WorkflowError(
            _("No round “%(kind)s” is open; the municipal office opens it.") % {"kind": kind.label}
        )
    return found


def assessment_for(*, round: Round, site: Site) -> Assessment:  # noqa: A002
    """The site's place in a round, made on first use with the round's frozen standard."""
    if not round.is_open:
        raise WorkflowError(_("This round is closed."))
    assessment, _created = Assessment.objects.get_or_create(
        round=round, site=site, defaults={"standard": round.standards.get(kind=site.kind)}
    )
    return assessment


def sites_due(round: Round) -> SiteQuerySet:  # noqa: A002
    """The sites this round still has to send a team to, or another one where too few are left of it."""
    due = Site.objects.filter(programme=round.programme_id, stage__in=DUE_STAGES[round.kind])
    visited = Q(round=round, pk__in=manned().values("pk")) | Q(round=round, spent_on__isnull=False)
    elsewhere = Q(round__in=_beside(round), spent_on=None, assignment__isnull=False)
    seen_to = Assessment.objects.filter(visited | elsewhere)
    return due.exclude(assessments__in=seen_to.values("pk")).select_related("organisation", "filing")


def check_due(round: Round, site: Site) -> None:  # noqa: A002
    """Raise ValidationError where the site was visited in this round, or is in another open one."""
    visits = site.assessments.select_related("round")
    if visits.filter(round=round, spent_on__isnull=False).exists():
        told = _("%(site)s was visited in this round already; it comes again in a round of its own.")
        raise ValidationError(told % {"site": site})
    if other := visits.filter(round__in=_beside(round), spent_on=None, assignment__isnull=False).first():
        told = _("%(site)s is visited in “%(round)s”.")
        raise ValidationError(told % {"site": site, "round": other.round})


def _beside(round: Round) -> RoundQuerySet:  # noqa: A002
    """The other open rounds of the kind."""
    return Round.objects.open().filter(programme=round.programme_id, kind=round.kind).exclude(pk=round.pk)
