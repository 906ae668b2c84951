"""The work plan of a site or a district: filed by its own people, agreed or returned by those over it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import StaffRequest
from audit.services import note_export
from core.acting import TypedAgain, attempt, carried_out
from core.stored import saved_to_disk
from sites import owners, rules, services
from sites.enums import PlanState
from sites.forms.plans import MORE_ROWS, ROWS, PlanForm, RemarksForm
from sites.models import WorkPlan
from sites.models.plans import Owner
from sites.plan_difference import difference
from sites.services.measures import span_of
from sites.services.vacancies import Posted

from .owning import OWNERS, owner_context, owner_or_404


@login_required
@require_http_methods(["GET", "POST"])
def plan_detail(
    request: StaffRequest, site_pk: int | None = None, filing_pk: int | None = None
) -> HttpResponse:
    """The versions of a plan; those whose plan it is file a new one here."""
    owner = owner_or_404(request, site_pk, filing_pk)
    if request.method == "GET":
        return _page(request, owner)
    if not rules.is_own_plan(request.user, owner):
        raise PermissionDenied
    if request.POST.keys() & {"save_draft", "drop_draft"} and not isinstance(request.POST, TypedAgain):
        return _draft(request, owner)
    last, span = owner.plans.order_by("-version").first(), span_of(owner.programme)
    if "add_rows" in request.POST:
        more = PlanForm.as_typed(request.POST.dict(), last, span, more_rows=MORE_ROWS)
        return _page(request, owner, new=more)
    form = PlanForm(request.POST, request.FILES, last=last, span=span)
    if form.is_valid() and carried_out(form, lambda: _file(owner, form, request)):
        messages.success(request, _("The plan is filed and waits to be agreed."))
        return redirect(owners.address(owner, "plan"))
    return _page(request, owner, new=form)


@login_required
@require_POST
def plan_agree(request: StaffRequest, pk: int) -> HttpResponse:
    """Agree a plan; a site goes into construction. Nobody agrees it who wrote what is to be changed."""
    plan, form = _plan_or_404(request, pk), RemarksForm(request.POST)
    if rules.decides_plan(request.user, plan.owner) and form.data.get("remarks", "").strip():
        told = _("You wrote what is to be changed. Return the plan, or empty this field to agree it.")
        form.add_error("remarks", told)
        owner = owner_or_404(request, plan.site_id, plan.filing_id)
        return _page(request, owner, send_back=form, about=plan)
    attempt(
        request,
        lambda: services.agree_plan(plan=plan, by=request.user),
        success=_("The plan is agreed; its measures are the timetable from now on."),
    )
    return redirect(owners.address(plan.owner, "plan"))


@login_required
@require_POST
def plan_return(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a plan back with remarks."""
    plan, form = _plan_or_404(request, pk), RemarksForm(request.POST)
    if not rules.decides_plan(request.user, plan.owner):
        raise PermissionDenied
    if form.is_valid() and carried_out(
        form,
        lambda: services.return_plan(plan=plan, remarks=form.cleaned_data["remarks"], by=request.user),
    ):
        messages.success(request, _("The plan is returned; the unit has been told."))
        return redirect(owners.address(plan.owner, "plan"))
    owner = owner_or_404(request, plan.site_id, plan.filing_id)
    return _page(request, owner, send_back=form, about=plan)


@login_required
@require_GET
def plan_compare(request: StaffRequest, pk: int) -> HttpResponse:
    """A version beside the one before it; the first has none."""
    plan = _plan_or_404(request, pk)
    before = get_object_or_404(plan.owner.plans.select_related("filed_by"), version=plan.version - 1)
    context = {
        "plan": plan,
        "before": before,
        "difference": difference(before, plan),
        **owner_context(plan.owner, "plan"),
    }
    return render(request, "sites/plan_compare.html", context)


@login_required
@require_GET
def plan_file(request: StaffRequest, pk: int) -> FileResponse:
    """The attachment of a version, always as a download."""
    plan = _plan_or_404(request, pk)
    if not plan.file:
        raise Http404
    response = saved_to_disk(plan.file, plan.file_name)
    note_export(plan, name=plan.file_name)
    return response


def _plan_or_404(request: StaffRequest, pk: int) -> WorkPlan:
    plans = WorkPlan.objects.visible_to(request.user).select_related("filed_by", *OWNERS)
    return get_object_or_404(plans, pk=pk)


def _file(owner: Owner, form: PlanForm, request: StaffRequest) -> None:
    said = form.cleaned_data
    services.file_plan(
        owner=owner,
        goals=said["goals"],
        measures=form.measures.planned(),
        text=said["text"],
        working_body=said["working_body"],
        file=said["file"],
        keep_file=said.get("keep_file", False),
        by=request.user,
    )


def _draft(request: StaffRequest, owner: Posted) -> HttpResponse:
    """Keep what was typed without judging it, or throw away what was kept."""
    if "drop_draft" in request.POST:
        attempt(
            request,
            lambda: services.drop_draft(owner=owner, by=request.user),
            success=_("Your draft is thrown away."),
        )
    else:
        typed = request.POST.dict()
        kept = {name: str(typed[name]) for name in typed if name.startswith((*PlanForm.base_fields, ROWS))}
        attempt(
            request,
            lambda: services.save_draft(owner=owner, typed=kept, by=request.user),
            success=_("Your draft is kept. Nobody else sees it, and nothing is filed yet."),
        )
        told = _("A draft keeps no file: choose %(file)s again when you file the plan.")
        for name in request.FILES:
            messages.warning(request, told % {"file": request.FILES[name]})
    return redirect(f"{owners.address(owner, 'plan')}#new-version")


def _page(
    request: StaffRequest,
    owner: Posted,
    *,
    new: PlanForm | None = None,
    send_back: Form | None = None,
    about: WorkPlan | None = None,
) -> HttpResponse:
    """The plan's page; with a form that was refused, the form as it was typed and status 422.

    `about` is the version `send_back` was meant for.
    """
    plans = list(
        owner.plans.order_by("-version").select_related("filed_by", "decided_by").prefetch_related("measures")
    )
    waiting = next((plan for plan in plans if plan.state == PlanState.FILED), None)
    may_decide = bool(waiting) and rules.decides_plan(request.user, owner)
    takes_plan = services.takes_plan(owner, plans)
    draft = None
    if takes_plan and rules.is_own_plan(request.user, owner):
        last, span = plans[0] if plans else None, span_of(owner.programme)
        draft = services.draft_of(owner, request.user)
        begun = PlanForm.as_typed(draft.typed, last, span) if draft else PlanForm.beginning(owner, last, span)
        new = new or begun
    context = {
        "plans": plans,
        "waiting": waiting,
        "takes_plan": takes_plan,
        "may_decide": may_decide,
        "new": new,
        "draft": draft,
        "send_back": send_back or RemarksForm(),
        "send_back_about": about or (waiting if may_decide else None),
        "liaisons": owner.liaisons.all(),
        "gaps": services.missing(owner),
        **owner_context(owner, "plan"),
    }
    refused = send_back or (new and new.is_bound)
    return render(request, "sites/plan_detail.html", context, status=422 if refused else 200)
