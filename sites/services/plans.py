"""Work plans: filed, returned or agreed."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import User
from accounts.services import notify
from audit.services import change_once
from sites import rules
from sites.calendar import today
from sites.enums import Action, Level, PlanState, Stage
from sites.models import Site, WorkPlan
from sites.services.people import filers, liaisons, people
from sites.workflow import InvalidTransition, check, perform


@transaction.atomic
def file_plan(
    *,
    site: Site,
    text: str,
    working_body: str,
    by: User,
    file: File | None = None,  # type: ignore[type-arg]
) -> WorkPlan:
    """File a new version of a site's work plan; one that waited is superseded."""
    if not rules.is_own_unit(by, site):
        raise PermissionDenied
    site = Site.objects.select_for_update().get(pk=site.pk)
    if site.stage != Stage.DETERMINED:
        raise InvalidTransition(
            _("A work plan is filed while the site is determined and its plan not yet agreed.")
        )
    site.working_body = working_body
    site.save(update_fields=["working_body"])
    for waiting in site.plans.filter(state=PlanState.FILED):
        waiting.state = PlanState.SUPERSEDED
        waiting.save(update_fields=["state"])
    version = (site.plans.aggregate(Max("version"))["version__max"] or 0) + 1
    plan = WorkPlan(site=site, version=version, text=text, filed_by=by, filed_on=today())
    if file:
        plan.file, plan.file_name = file, file.name or ""
    plan.full_clean(exclude=["decided_by", "decided_on"])
    plan.save()
    notify(
        people(Role.OFFICE) if site.level == Level.CITY else filers(site.filing),
        text=gettext_noop("%(site)s has filed its work plan."),
        about={"site": site},
        url=site.get_absolute_url(),
    )
    return plan


@transaction.atomic
def return_plan(*, plan: WorkPlan, remarks: str, by: User) -> None:
    """Send a work plan back with remarks; the site stays where it is."""
    if not rules.agrees_plan.test(by, plan.site):
        raise PermissionDenied
    if not remarks.strip():
        raise ValidationError(_("Say what is to be changed."), code="reason")
    _decide_plan(plan, PlanState.RETURNED, by, remarks)
    notify(
        liaisons(plan.site),
        text=gettext_noop("The work plan of %(site)s has been sent back with remarks."),
        about={"site": plan.site},
        url=plan.site.get_absolute_url(),
    )


@transaction.atomic
def agree_plan(*, plan: WorkPlan, by: User) -> None:
    """Agree a work plan: the site goes into construction (plan, part five, one; part six, one)."""
    site = plan.site
    check(site=site, action=Action.AGREE_PLAN, by=by)
    if not site.working_body.strip():
        raise ValidationError(_("The site names no working body yet."))
    if not site.liaisons.exists():
        raise ValidationError(_("The site names no liaison yet."))
    _decide_plan(plan, PlanState.AGREED, by, "")
    perform(site=site, action=Action.AGREE_PLAN, by=by, note=f"具体工作方案第{plan.version}版")
    notify(
        liaisons(site),
        text=gettext_noop("The work plan of %(site)s is agreed; answer the self-assessment."),
        about={"site": site},
        url=site.get_absolute_url(),
    )


def _decide_plan(plan: WorkPlan, state: PlanState, by: User, remarks: str) -> None:
    waiting = WorkPlan.objects.filter(pk=plan.pk, state=PlanState.FILED)
    if not change_once(waiting, state=state, decided_by=by, decided_on=today(), remarks=remarks.strip()):
        raise InvalidTransition(_("This version of the plan has been decided or replaced already."))
