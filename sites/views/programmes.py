"""Programmes: all of them, one with its phases, putting it right, a new one, a phase prolonged."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import StaffRequest
from accounts.rules import require_city, require_office
from core.acting import carried_out
from sites import rules, services
from sites.calendar import today
from sites.enums import ProgrammeState
from sites.forms.programmes import (
    DesignationForm,
    ExtensionForm,
    NewProgrammeForm,
    PhasesForm,
    ProgrammeForm,
    RunForm,
    ShiftForm,
)
from sites.leftovers import left_in
from sites.models import Extension, LeftOpen, Phase, Programme
from sites.schedule import planned, unarranged_years
from sites.services.designation import designate
from sites.services.programmes import is_open, locked_facts


@login_required
@require_safe
def programme_list(request: StaffRequest) -> HttpResponse:
    """Every programme, the newest first, with what came of it."""
    programmes = Programme.objects.with_counts().defer("text")
    return render(request, "sites/programme_list.html", {"programmes": programmes})


@login_required
@require_safe
def programme_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One programme: its phases and who prolonged them, its quotas, units and versions."""
    return render(request, "sites/programme_detail.html", _context(request, _programme(pk)))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def programme_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Put right what the programme says."""
    programme = _programme(pk)
    require_office(request.user)
    form = ProgrammeForm(
        request.POST or None, initial=ProgrammeForm.initial_of(programme), locked=locked_facts(programme)
    )
    if form.is_valid() and carried_out(
        form, lambda: services.edit_programme(programme=programme, by=request.user, **form.entered)
    ):
        messages.success(request, _("The programme is changed."))
        return redirect(programme)
    return _form_page(request, programme, form, title=_("Change what the programme says"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def phases_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change the phases that have not begun."""
    programme = _programme(pk)
    require_office(request.user)
    ordinals = {phase.ordinal for phase in programme.phases.all() if is_open(phase)}
    form = PhasesForm(
        request.POST or None, phases=[phase for phase in planned(programme) if phase.ordinal in ordinals]
    )
    if form.is_valid() and carried_out(
        form, lambda: services.edit_phases(programme=programme, phases=form.planned, by=request.user)
    ):
        messages.success(request, _("The phases are changed."))
        return redirect(programme)
    lead = _("A phase that has begun, or was prolonged, is not among them: it can only be prolonged.")
    return _form_page(request, programme, form, title=_("Change phases"), lead=lead)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def programme_designate(request: StaffRequest, pk: int) -> HttpResponse:
    """初步确定: by which resolution the units are designated that wait for one."""
    programme = _programme(pk)
    require_city(request.user)
    form = DesignationForm(request.POST or None, programme=programme)
    if form.is_valid() and carried_out(
        form, lambda: designate(programme=programme, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The preliminary designation is on record."))
        return redirect(programme)
    lead = _("The leading group designates the units that name a window; the day is its resolution's.")
    return _form_page(request, programme, form, title=_("Designate the units preliminarily"), lead=lead)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def programme_new(request: StaffRequest, pk: int) -> HttpResponse:
    """A new programme from this one: the dates are moved first, then all of it is looked at and saved."""
    source = _programme(pk)
    require_office(request.user)
    shift = ShiftForm(request.GET or None, source=source)
    phases = shift.moved
    form = NewProgrammeForm(request.POST or None, source=source, phases=phases)
    if form.is_valid() and carried_out(form, lambda: form.save(by=request.user)):
        messages.success(request, _("The new programme is in preparation; nothing runs differently yet."))
        return redirect(form.made)
    unarranged = unarranged_years(phases[0].starts_on, phases[-1].ends_on)
    context = {"source": source, "shift": shift, "form": form, "unarranged": unarranged}
    return render(request, "sites/programme_new.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def programme_run(request: StaffRequest, pk: int) -> HttpResponse:
    """Make it the one that runs, after a page that says what it means."""
    programme, running = _programme(pk), Programme.objects.current()
    require_office(request.user)
    left = left_in(running, request.user) if running else []
    form = RunForm(request.POST or None, left=left)
    seen = request.POST.get("instead_of") == str(running.pk if running else "")
    if form.is_valid() and carried_out(
        form,
        lambda: services.run_programme(
            programme=programme,
            instead_of=running if seen else None,
            decided=form.decided,
            by=request.user,
        ),
    ):
        messages.success(request, _("This programme runs now."))
        return redirect(programme)
    context = {
        **_context(request, programme),
        "running": running,
        "going_on": [each for each in left if not each.may_close],
        "form": form,
        "hidden": {"instead_of": running.pk if running else ""},
    }
    return render(request, "sites/programme_run.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def phase_extend(request: StaffRequest, pk: int) -> HttpResponse:
    """Prolong a phase, with a reason."""
    phase = get_object_or_404(Phase.objects.select_related("programme"), pk=pk)
    require_office(request.user)
    form = ExtensionForm(request.POST or None, phase=phase, reader=request.user)
    if form.is_valid() and carried_out(form, lambda: form.save(by=request.user)):
        messages.success(request, _("The phase is prolonged; districts and units have been told."))
        return redirect(phase.programme)
    context = {"phase": phase, "form": form}
    return render(request, "sites/phase_form.html", context, status=422 if form.is_bound else 200)


def _programme(pk: int) -> Programme:
    extensions = Prefetch("phases__extensions", Extension.objects.select_related("by"))
    programmes = Programme.objects.with_counts().select_related("rulebook", "based_on")
    return get_object_or_404(programmes.prefetch_related(extensions), pk=pk)


def _context(request: StaffRequest, programme: Programme) -> dict[str, Any]:
    office, state = rules.is_office(request.user), programme.state
    units = list(programme.designated_units.select_related("organisation", "resolution__meeting"))
    return {
        "programme": programme,
        "current_phase": programme.phase_on(today()) if state == ProgrammeState.RUNNING else None,
        "units": units,
        "reads_resolutions": rules.sees_city(request.user),
        "may_designate": rules.sees_city(request.user) and any(unit.resolution is None for unit in units),
        "standards": programme.standards.all(),
        "left_open": _left_open(programme) if state == ProgrammeState.ENDED else (),
        "unarranged": unarranged_years(programme.first_day, programme.last_day),
        "may_edit": office and state != ProgrammeState.ENDED,
        "may_extend": office and state != ProgrammeState.PLANNED,
        "may_run": office and not programme.is_current,
        "may_copy": office,
    }


def _left_open(programme: Programme) -> QuerySet[LeftOpen]:
    """What was open when another programme took over, and what became of it."""
    return programme.left_open.filter(is_past=False).select_related("by").order_by("pk")


def _form_page(
    request: StaffRequest, programme: Programme, form: forms.Form, *, title: str, lead: str = ""
) -> HttpResponse:
    """A page that is one form about the programme; 422 when it came back with errors."""
    context = {"programme": programme, "form": form, "title": title, "lead": lead}
    return render(request, "sites/programme_form.html", context, status=422 if form.errors else 200)
