"""Work plans of sites and districts: filed, returned or agreed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from accounts.services import notify
from core.locks import change_once
from core.uploads import flags_of
from sites import owners, rules
from sites.calendar import today
from sites.enums import Action, Level, PlanState, Stage
from sites.models import Filing, Measure, PlanDraft, Programme, Site, WorkPlan
from sites.models.plans import Owner
from sites.services.measures import PlannedMeasure, check_planned, span_of
from sites.services.people import plan_deciders, staff_of
from sites.workflow import InvalidTransition, check, perform


def takes_plan(owner: Owner, versions: Iterable[WorkPlan]) -> bool:
    """Whether a further version can be filed: a site is determined, a district has none agreed."""
    if isinstance(owner, Site):
        return owner.stage == Stage.DETERMINED
    return all(plan.state != PlanState.AGREED for plan in versions)


@transaction.atomic
def file_plan(
    *,
    owner: Owner,
    measures: Sequence[PlannedMeasure],
    working_body: str,
    by: User,
    goals: str = "",
    text: str = "",
    file: "File[bytes] | None" = None,
    keep_file: bool = False,
) -> WorkPlan:
    """File a new version of a work plan; one that waited is superseded (plan, part five, one).

    It says its goals, or is summed up in `text`, and has at least one measure. With `keep_file` the
    attachment of the last version goes on with this one where there is no new `file`.
    """
    if not rules.is_own_plan(by, owner):
        raise PermissionDenied
    owner = owners.locked(owner)
    last = _make_way(owner)
    owner.working_body = working_body
    owner.save(update_fields=["working_body"])
    plan = WorkPlan(
        **owners.columns(owner),
        version=last.version + 1 if last else 1,
        goals=goals.strip(),
        text=text.strip(),
        filed_by=by,
        filed_on=today(),
    )
    _attach(plan, file, last if keep_file else None)
    _save(plan, measures)
    drop_draft(owner=owner, by=by)
    notify(
        plan_deciders(owner),
        text=gettext_noop("%(site)s has filed its work plan."),
        about={"site": owners.body(owner)},
        url=owners.address(owner, "plan"),
        **owners.columns(owner),
    )
    return plan


@transaction.atomic
def save_draft(*, owner: Owner, typed: Mapping[str, str], by: User) -> None:
    """Keep what somebody has typed of the next version, in the place of what they kept before."""
    if not rules.is_own_plan(by, owner):
        raise PermissionDenied
    PlanDraft.objects.update_or_create(**owners.columns(owner), by=by, defaults={"typed": dict(typed)})


def drop_draft(*, owner: Owner, by: User) -> None:
    PlanDraft.objects.filter(**owners.columns(owner), by=by).delete()


def draft_of(owner: Owner, by: User) -> PlanDraft | None:
    """What this person has kept of the next version."""
    return PlanDraft.objects.filter(**owners.columns(owner), by=by).first()


@transaction.atomic
def return_plan(*, plan: WorkPlan, remarks: str, by: User) -> None:
    """Send a work plan back with remarks; the site stays where it is."""
    owner = plan.owner
    if not rules.decides_plan(by, owner):
        raise PermissionDenied
    if not remarks.strip():
        raise ValidationError(_("Say what is to be changed."), code="reason")
    _decide_plan(plan, PlanState.RETURNED, by, remarks)
    notify(
        staff_of(owner),
        text=gettext_noop("The work plan of %(site)s has been sent back with remarks."),
        about={"site": owners.body(owner)},
        url=owners.address(owner, "plan"),
        **owners.columns(owner),
    )


@transaction.atomic
def agree_plan(*, plan: WorkPlan, by: User) -> None:
    """Agree a work plan: its measures become the timetable (plan, part five, one; part six, one).

    A site goes into construction; a district has no stage.
    """
    owner = plan.owner
    if isinstance(owner, Site):
        check(site=owner, action=Action.AGREE_PLAN, by=by)
    elif not rules.decides_plan(by, owner):
        raise PermissionDenied
    if not owner.working_body.strip():
        raise ValidationError(_("No working body is named yet."))
    if not owner.liaisons.exists():
        raise ValidationError(_("No liaison is named yet."))
    _decide_plan(plan, PlanState.AGREED, by, "")
    text = gettext_noop("The work plan of %(site)s is agreed; its measures are the timetable now.")
    if isinstance(owner, Site):
        perform(site=owner, action=Action.AGREE_PLAN, by=by, note=f"具体工作方案第{plan.version}版")
        text = gettext_noop("The work plan of %(site)s is agreed; answer the self-assessment.")
    notify(
        staff_of(owner),
        text=text,
        about={"site": owners.body(owner)},
        url=owners.address(owner, "timetable"),
        **owners.columns(owner),
    )


@dataclass(frozen=True)
class DistrictPlan:
    """A district, the state of its own plan filed last, and how many of its sites still owe theirs."""

    district: Organisation
    filing_pk: int | None
    state: PlanState | None
    waiting: int


def district_plans(*, programme: Programme, reader: User) -> list[DistrictPlan]:
    """Who has filed and who owes, for the districts the reader answers for. One query.

    The list of which is left out where the reader has stood aside from a site on it.
    """
    districts = Organisation.objects.districts()
    if not rules.sees_city(reader):
        districts = districts.filter(units__people=reader, units__kind=OrganisationKind.DISTRICT_OFFICE)
    own = {"level": Level.DISTRICT, "organisation": OuterRef("pk"), "programme": programme}
    lists = Filing.objects.visible_to(reader).filter(**own)
    of_lists = {f"filing__{name}": value for name, value in own.items()}
    plans = WorkPlan.objects.filter(**of_lists).order_by("-version")
    seen = Site.objects.visible_to(reader)
    waiting = seen.filter(stage=Stage.DETERMINED, **of_lists).order_by().values("filing")
    rows = districts.annotate(
        filing_pk=Subquery(lists.values("pk")),
        plan_state=Subquery(plans.values("state")[:1]),
        waiting=Subquery(waiting.annotate(n=Count("pk")).values("n")),
    )
    return [_district_plan(row) for row in rows]


def _district_plan(row: Any) -> DistrictPlan:
    """Of an annotated district."""
    state = PlanState(row.plan_state) if row.plan_state else None
    return DistrictPlan(row, row.filing_pk, state, row.waiting or 0)


def _make_way(owner: Owner) -> WorkPlan | None:
    """The last version, superseded if it still waited; raises InvalidTransition if it stands for good."""
    versions = list(owner.plans.order_by("-version"))
    if not takes_plan(owner, versions):
        raise InvalidTransition(
            _("A work plan is filed while the site is determined and its plan not yet agreed.")
            if isinstance(owner, Site)
            else _("The district's plan is agreed; it takes no further version.")
        )
    last = versions[0] if versions else None
    if last and last.state == PlanState.FILED:
        last.state = PlanState.SUPERSEDED
        last.save(update_fields=["state"])
    return last


def _attach(plan: WorkPlan, file: "File[bytes] | None", last: WorkPlan | None) -> None:
    if file:
        plan.file, plan.file_name, plan.file_flags = file, file.name or "", flags_of(file)
    elif last:
        plan.file, plan.file_name = last.file.name or "", last.file_name
        plan.file_flags = last.file_flags


def _save(plan: WorkPlan, measures: Sequence[PlannedMeasure]) -> None:
    """The plan and its measures, if they say something and lie within the programme."""
    if not plan.goals and not plan.text:
        raise ValidationError({"goals": _("Write down the goals of the plan.")})
    if not measures:
        raise ValidationError(_("Write down at least one measure."))
    plan.full_clean(exclude=["decided_by", "decided_on"])
    plan.save()
    span = span_of(plan.owner.programme)
    for ordinal, planned in enumerate(measures, start=1):
        check_planned(planned, span)
        measure = Measure(plan=plan, ordinal=ordinal, **planned._asdict())
        measure.full_clean()
        measure.save()


def _decide_plan(plan: WorkPlan, state: PlanState, by: User, remarks: str) -> None:
    waiting = WorkPlan.objects.filter(pk=plan.pk, state=PlanState.FILED)
    if not change_once(waiting, state=state, decided_by=by, decided_on=today(), remarks=remarks.strip()):
        raise InvalidTransition(_("This version of the plan has been decided or replaced already."))
