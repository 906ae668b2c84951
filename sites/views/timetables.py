"""Timetables: the measures of agreed plans, ticked off by those who carry them out; how far everybody is."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.forms import Form
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.exported import chunks, exported
from accounts.http import StaffRequest
from accounts.rules import takes_part
from audit.services import note_export
from core.acting import carried_out
from core.stored import saved_to_disk
from sites import owners, rules, services
from sites.calendar import today
from sites.chosen import chosen_programme
from sites.enums import Level, PlanState, Stage
from sites.forms.timetables import TakeBackForm, TickForm, TimetableFilter
from sites.models import Measure, Programme, Site, WorkPlan
from sites.models.sites import district_of
from sites.services.measures import Progress, opens_on
from sites.timetable_chart import chart

from .owning import OWNERS, owner_context, owner_or_404

PAGE = 50


@login_required
@require_GET
def timetable_detail(
    request: StaffRequest, site_pk: int | None = None, filing_pk: int | None = None
) -> HttpResponse:
    """The measures of the plan in force, with what is done and what is late."""
    owner = owner_or_404(request, site_pk, filing_pk)
    plan = owner.plans.filter(state=PlanState.AGREED).first()
    measures = list(plan.measures.select_related("done_by")) if plan else []
    opens = opens_on(plan) if plan else None
    is_open = opens is not None and today() >= opens
    is_own = rules.is_own_plan(request.user, owner)
    context = {
        "plan": plan,
        "lines": [(measure, measure.state_on(today())) for measure in measures],
        "progress": services.progress_of([plan]).get(plan.pk) if plan else None,
        "chart": chart(measures, today()),
        "opens": None if is_open else opens,
        "may_tick": is_own and is_open,
        "may_take_back": rules.takes_tick_back(request.user, owner),
        **owner_context(owner, "timetable"),
    }
    return render(request, "sites/timetable_detail.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def measure_tick(request: StaffRequest, pk: int) -> HttpResponse:
    """Tick a measure off, with a note and a file."""
    measure = _measure_or_404(request, pk)
    if not rules.is_own_plan(request.user, measure.plan.owner):
        raise PermissionDenied
    form = TickForm(request.POST or None, request.FILES or None)
    if form.is_bound and form.is_valid() and carried_out(form, lambda: _tick(measure, form, request)):
        messages.success(request, _("The measure is ticked off."))
        return redirect(owners.address(measure.plan.owner, "timetable"))
    return _form_page(request, measure, form, title=_("Tick off a measure"), submit_label=_("Tick off"))


@login_required
@require_http_methods(["GET", "POST"])
def measure_take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Undo a tick, with the reason."""
    measure, form = _measure_or_404(request, pk), TakeBackForm(request.POST or None)
    owner = measure.plan.owner
    if not rules.takes_tick_back(request.user, owner):
        raise PermissionDenied
    if (
        form.is_bound
        and form.is_valid()
        and carried_out(
            form,
            lambda: services.take_back(measure=measure, reason=form.cleaned_data["reason"], by=request.user),
        )
    ):
        messages.success(request, _("The tick is taken back; the measure is open again."))
        return redirect(owners.address(owner, "timetable"))
    return _form_page(request, measure, form, title=_("Take a tick back"), submit_label=_("Take it back"))


@login_required
@require_GET
def measure_file(request: StaffRequest, pk: int) -> FileResponse:
    """What shows that a measure was carried out, always as a download."""
    measure = _measure_or_404(request, pk)
    if not measure.done_file:
        raise Http404
    response = saved_to_disk(measure.done_file, measure.done_file_name)
    note_export(measure, name=measure.done_file_name)
    return response


@login_required
@require_GET
def timetable_list(request: StaffRequest) -> HttpResponse:
    """How far each timetable is that this person sees; and who has no plan in force yet."""
    if not takes_part(request.user):
        raise PermissionDenied
    programme = chosen_programme(request)
    narrowed = TimetableFilter(request.GET, reader=request.user)
    plans = narrowed.narrow(_plans(request, programme))
    if "format" in request.GET:
        return _export(request, plans)
    page = Paginator(plans, PAGE).get_page(request.GET.get("page"))
    progress = services.progress_of(list(page))
    context = {
        "filter": narrowed,
        "page_obj": page,
        "lines": [_line(plan, progress.get(plan.pk, Progress())) for plan in page],
        **_owing(request, programme),
    }
    return render(request, "sites/timetable_list.html", context)


def _measure_or_404(request: StaffRequest, pk: int) -> Measure:
    """A measure of a plan in force that this person sees."""
    measures = Measure.objects.visible_to(request.user).agreed()
    return get_object_or_404(measures.select_related(*(f"plan__{name}" for name in OWNERS)), pk=pk)


def _tick(measure: Measure, form: TickForm, request: StaffRequest) -> None:
    services.tick_off(
        measure=measure, note=form.cleaned_data["note"], file=form.cleaned_data["file"], by=request.user
    )


def _form_page(
    request: StaffRequest, measure: Measure, form: Form, *, title: str, submit_label: str
) -> HttpResponse:
    owner = measure.plan.owner
    context = {
        "measure": measure,
        "form": form,
        "form_title": title,
        "submit_label": submit_label,
        "back": owners.address(owner, "timetable"),
        **owner_context(owner, "timetable"),
    }
    return render(request, "sites/timetable_form.html", context, status=422 if form.is_bound else 200)


def _plans(request: StaffRequest, programme: Programme | None) -> QuerySet[WorkPlan]:
    """The plans in force, the districts' own first."""
    plans = WorkPlan.objects.visible_to(request.user).filter(state=PlanState.AGREED)
    of_programme = plans.filter(Q(site__programme=programme) | Q(filing__programme=programme))
    return of_programme.select_related(*OWNERS, "site__filing__organisation").order_by(
        F("filing__organisation__code").asc(nulls_last=True),
        "site__level",
        "site__filing__organisation__code",
        "site",
    )


def _owing(request: StaffRequest, programme: Programme | None) -> dict[str, Any]:
    """Which plans are still owed, for those who look after many sites."""
    if programme is None or not rules.oversees(request.user):
        return {}
    seen = Site.objects.visible_to(request.user)
    city = seen.filter(programme=programme, level=Level.CITY, stage=Stage.DETERMINED)
    return {
        "district_plans": services.district_plans(programme=programme, reader=request.user),
        "city_waiting": city.count() if rules.sees_city(request.user) else 0,
        "oversees": True,
    }


def _line(plan: WorkPlan, progress: Progress) -> dict[str, Any]:
    owner = plan.owner
    return {
        "name": owners.called(owner),
        "url": owners.address(owner, "timetable"),
        "whose": owner.organisation if isinstance(owner, Site) else _("the district itself"),
        "progress": progress,
    }


def _export(request: StaffRequest, plans: QuerySet[WorkPlan]) -> HttpResponse:
    heads = [
        _("Site or district"),
        _("Unit"),
        _("Level"),
        _("District"),
        _("Measures"),
        _("Carried out"),
        _("Late"),
        _("Next one due"),
    ]
    return exported(request, _("Timetables"), heads, _rows(plans), about=WorkPlan)


def _rows(plans: QuerySet[WorkPlan]) -> Iterator[list[Any]]:
    # A plan that is of no site is the district's own.
    district = Coalesce("filing__organisation__name", district_of("name", site="site__"))
    for chunk in chunks(plans.annotate(district=district)):
        progress = services.progress_of(chunk)
        for plan in chunk:
            owner, far = plan.owner, progress.get(plan.pk, Progress())
            yield [
                owners.called(owner),
                owner.organisation,
                owner.get_level_display(),
                plan.district or "",
                far.total,
                far.done,
                far.late,
                far.next_due,
            ]
