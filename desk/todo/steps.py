"""The next steps of sites, this person's own and those of others."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.rules import is_inspector
from assessments.enums import SheetRole, SheetState
from assessments.models import Assessment, Deliberation, Sheet
from assessments.queries import led_by
from desk.next_step import Step, next_step, step_besides
from desk.site_facts import SiteWithFacts, with_facts
from publicity.models import Recheck
from publicity.models.naming import plaques_due_back
from sites.calendar import today
from sites.enums import Stage
from sites.models import Site
from sites.models.sites import SiteQuerySet

from .items import Missing, Todo

# Stages in which somebody has to act; a list's own stages are told once for the list. Of named and revoked
# sites only some want anything: the years' many others are not read.
ACTIVE = tuple(
    stage
    for stage in Stage
    if stage not in (Stage.DRAFT, Stage.RETURNED, Stage.NAMED, Stage.REVOKED, Stage.WITHDRAWN)
)
# Whose work a role looks after, beside its own.
ANSWERS_FOR: dict[str, tuple[Role, ...]] = {
    Role.OFFICE: (Role.LIAISON, Role.DISTRICT, Role.INSPECTOR, Role.LEADING_GROUP),
    Role.LEADING_GROUP: (Role.LIAISON, Role.DISTRICT, Role.INSPECTOR, Role.OFFICE),
    Role.DISTRICT: (Role.LIAISON,),
}
# A list moves as a whole: its sites are one thing to do.
_OF_LISTS = (Stage.FILED, Stage.REVIEWED)


@dataclass(frozen=True)
class Turn:
    """One site that was looked at, with what is to be done next: nothing, one step, or two at once."""

    site: SiteWithFacts
    steps: tuple[Step, ...]


def turns(
    user: User,
    narrow: Callable[[SiteQuerySet], SiteQuerySet],
    at_most: int | None,
) -> list[Turn]:
    """The sites this person sees on which somebody may have to act, those that stand longest first.

    One query. Of an inspector only those whose turn it is.
    """
    sites = narrow(Site.objects.visible_to(user)).filter(_in_motion())
    if is_inspector(user):
        sites = sites.filter(_my_turn(user))
    # Chosen first: else the facts of all would be asked, to be cut afterwards.
    chosen = sites.order_by("stage_since", "pk")[:at_most] if at_most else sites
    read = with_facts(Site.objects.filter(pk__in=chosen.values("pk")), today=today(), reader=user)
    return [
        Turn(site, tuple(step for step in (next_step(site), step_besides(site)) if step))
        for site in read.order_by("stage_since", "pk")
    ]


def mine(user: User, found: Iterable[Turn]) -> Iterator[Todo]:
    """The steps of this person's role."""
    for turn in found:
        for step in turn.steps:
            if step.is_for(user):
                yield Todo(
                    what=str(step.what),
                    about=_about(turn.site),
                    url=step.url,
                    since=turn.site.stage_since,
                    due=step.due,
                )


def of_others(user: User, found: Iterable[Turn]) -> list[Missing]:
    """The steps of those this person answers for; each leads to the site's page, or to the list's."""
    roles = ANSWERS_FOR.get(user.role, ())
    rows = (
        _missing(turn.site, step, step.role) for turn in found for step in turn.steps if step.role in roles
    )
    return list({(row.what, row.url): row for row in rows}.values())


def _missing(site: SiteWithFacts, step: Step, role: Role) -> Missing:
    return Missing(
        what=str(step.what),
        about=_about(site),
        url=(site.filing if site.stage in _OF_LISTS else site).get_absolute_url(),
        since=site.stage_since,
        due=step.due,
        role=role,
        who=_who(site, role),
        district=site.district_name or _("city level"),
        district_key=site.district_key,
        stage=Stage(site.stage),
    )


def _who(site: SiteWithFacts, role: Role) -> str:
    if role == Role.LIAISON:
        return str(site.organisation)
    if role == Role.DISTRICT:
        return str(site.filing.organisation)
    if role == Role.INSPECTOR and site.team:
        return str(site.team)
    return str(role.label)


def _about(site: Site) -> str:
    return str(site.filing if site.stage in _OF_LISTS else site)


def _in_motion() -> Q:
    """Where somebody may have to act: on the road, warned, to be rechecked, or a plaque to be taken back."""
    rechecks = Recheck.objects.waiting().values("naming__site")
    plaques = plaques_due_back().values("naming__site")
    return (
        Q(stage__in=ACTIVE) | Q(stage=Stage.NAMED, pk__in=rechecks) | Q(stage=Stage.REVOKED, pk__in=plaques)
    )


def _my_turn(user: User) -> Q:
    """An inspector's turn: a sheet to fill in, a proposed mark to answer, or a final sheet to sign."""
    submitted = Sheet.objects.filter(author=user).exclude(state=SheetState.DRAFT)
    visits = Assessment.objects.filter(round__closed_on=None, assignment__team__members__user=user)
    to_fill = visits.exclude(pk__in=submitted.values("assessment"))
    asked = Deliberation.objects.waiting_for(user)
    to_sign = led_by(user).filter(sheets__role=SheetRole.FINAL, sheets__state=SheetState.DRAFT)
    return (
        Q(pk__in=to_fill.values("site"))
        | Q(pk__in=asked.values("sheet__assessment__site"))
        | Q(pk__in=to_sign.values("site"))
    )
