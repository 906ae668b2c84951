"""A site's work plan: filed by the unit, agreed or returned by the office or the district."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.acting import attempt, carried_out
from accounts.http import StaffRequest
from sites import rules, services
from sites.enums import PlanState, Stage
from sites.forms.plans import PlanForm, RemarksForm
from sites.models import Site, WorkPlan


@login_required
@require_http_methods(["GET", "POST"])
def plan_detail(request: StaffRequest, site_pk: int) -> HttpResponse:
    """The versions of a site's plan; its unit files a new one here."""
    site = _site_or_404(request, site_pk)
    if request.method == "GET":
        return _page(request, site)
    if not rules.is_own_unit(request.user, site):
        raise PermissionDenied
    form = PlanForm(request.POST, request.FILES)
    if form.is_valid() and carried_out(form, lambda: _file(site, form, request)):
        messages.success(request, _("The plan is filed and waits to be agreed."))
        return redirect("sites:plan", site_pk=site.pk)
    return _page(request, site, new=form)


@login_required
@require_POST
def plan_agree(request: StaffRequest, pk: int) -> HttpResponse:
    """Agree a plan: its site goes into construction."""
    plan = _plan_or_404(request, pk)
    attempt(
        request,
        lambda: services.agree_plan(plan=plan, by=request.user),
        success=_("The plan is agreed; the site is under construction."),
    )
    return redirect("sites:plan", site_pk=plan.site_id)


@login_required
@require_POST
def plan_return(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a plan back with remarks."""
    plan, form = _plan_or_404(request, pk), RemarksForm(request.POST)
    if not rules.agrees_plan.test(request.user, plan.site):
        raise PermissionDenied
    if form.is_valid() and carried_out(
        form,
        lambda: services.return_plan(plan=plan, remarks=form.cleaned_data["remarks"], by=request.user),
    ):
        messages.success(request, _("The plan is returned; the unit has been told."))
        return redirect("sites:plan", site_pk=plan.site_id)
    return _page(request, _site_or_404(request, plan.site_id), send_back=form, about=plan)


@login_required
def plan_file(request: StaffRequest, pk: int) -> FileResponse:
    """The attachment of a version, always as a download."""
    plan = _plan_or_404(request, pk)
    if not plan.file:
        raise Http404
    return FileResponse(
        plan.file.open(), as_attachment=True, filename=plan.file_name, content_type="application/octet-stream"
    )


def _site_or_404(request: StaffRequest, pk: int) -> Site:
    sites = Site.objects.visible_to(request.user).with_account()
    return get_object_or_404(sites.select_related("organisation", "filing", "programme"), pk=pk)


def _plan_or_404(request: StaffRequest, pk: int) -> WorkPlan:
    plans = WorkPlan.objects.visible_to(request.user)
    return get_object_or_404(
        plans.select_related("site__organisation", "site__filing", "site__programme"), pk=pk
    )


def _file(site: Site, form: PlanForm, request: StaffRequest) -> None:
    services.file_plan(
        site=site,
        text=form.cleaned_data["text"],
        working_body=form.cleaned_data["working_body"],
        file=form.cleaned_data["file"],
        by=request.user,
    )


def _page(
    request: StaffRequest,
    site: Site,
    *,
    new: Form | None = None,
    send_back: Form | None = None,
    about: WorkPlan | None = None,
) -> HttpResponse:
    """The plan's page; with a form that was refused, the form as it was typed and status 422.

    `about` is the version `send_back` was meant for.
    """
    plans = list(site.plans.select_related("filed_by", "decided_by"))
    waiting = next((plan for plan in plans if plan.state == PlanState.FILED), None)
    may_decide = bool(waiting) and bool(rules.agrees_plan.test(request.user, site))
    may_file = bool(rules.is_own_unit(request.user, site)) and site.stage in (
        Stage.DETERMINED,
        Stage.BUILDING,
    )
    context = {
        "site": site,
        "plans": plans,
        "waiting": waiting,
        "may_decide": may_decide,
        "new": new or (PlanForm.for_site(site, plans[0] if plans else None) if may_file else None),
        "send_back": send_back or RemarksForm(),
        "send_back_about": about or (waiting if may_decide else None),
        "liaisons": site.liaisons.all(),
    }
    return render(request, "sites/plan_detail.html", context, status=422 if new or send_back else 200)
