"""Practice: the office makes sheets and sees how far inspectors agree with them; inspectors mark them."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import StaffRequest
from accounts.rules import is_inspector, is_office, require_office, sees_city
from assessments.agreement import ENOUGH
from assessments.forms import PracticeCopyForm, PracticeMarkForm, ScoreForm
from assessments.models import PracticeRun, PracticeSheet, Sheet
from assessments.pages.practice import RunPage, practised
from assessments.services import practice as services
from core.acting import attempt, carried_out

from .pages import form_page
from .sheets import typed_entry


@login_required
@require_safe
def practice_list(request: StaffRequest) -> HttpResponse:
    """All practice sheets this person may see, with the own practice of each."""
    if not (sees_city(request.user) or is_inspector(request.user)):
        raise PermissionDenied
    own = PracticeRun.objects.filter(by=request.user)
    begun = {run.sheet_id: run for run in own}
    sheets = PracticeSheet.objects.visible_to(request.user).select_related("standard")
    context = {
        "rows": [(sheet, begun.get(sheet.pk)) for sheet in sheets],
        "may_make": is_office(request.user),
        "practises": is_inspector(request.user),
    }
    return render(request, "assessments/practice_list.html", context)


@login_required
def practice_copy(request: StaffRequest) -> HttpResponse:
    """A new practice sheet from a signed one."""
    require_office(request.user)
    signed = Sheet.objects.visible_to(request.user).signed_finals()
    form = PracticeCopyForm(request.POST or None, signed=signed)
    if form.is_valid():
        data = form.cleaned_data
        made: list[PracticeSheet] = []
        if carried_out(
            form,
            lambda: made.append(services.copy(source=data["source"], title=data["title"], by=request.user)),
        ):
            return redirect(made[0])
    return form_page(
        request,
        form,
        title=_("Make a practice sheet"),
        lead=_(
            "The marks and their reasons are copied, with the names of the unit and its people and long "
            "numbers blotted out. Look through the words before you release it."
        ),
        submit_label=_("Copy"),
        parent=_("Practice"),
        cancel_url=reverse("assessments:practice"),
    )


@login_required
@require_safe
def practice_sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """Its items, as the office has them; how far each inspector agrees with them."""
    if not sees_city(request.user):
        raise PermissionDenied
    sheet = _sheet(request, pk)
    runs = PracticeRun.objects.visible_to(request.user).filter(sheet=sheet)
    context = {
        "sheet": sheet,
        "marks": sheet.marks.select_related("item__section"),
        "practised": practised(sheet, runs.select_related("by").prefetch_related("answers")),
        "may_change": is_office(request.user),
        "enough": ENOUGH,
    }
    return render(request, "assessments/practice_sheet.html", context)


@login_required
def practice_mark(request: StaffRequest, pk: int, item_pk: int) -> HttpResponse:
    """What is found at one item, and what was agreed."""
    require_office(request.user)
    sheet = _sheet(request, pk)
    mark = get_object_or_404(sheet.marks.select_related("item__section"), item__pk=item_pk)
    form = PracticeMarkForm(request.POST or None, mark=mark)
    if form.is_valid() and carried_out(
        form, lambda: services.change_mark(mark=mark, by=request.user, **form.mark())
    ):
        return redirect(f"{sheet.get_absolute_url()}#item-{mark.item.code}")
    return form_page(
        request,
        form,
        title=str(mark.item),
        submit_label=_("Save"),
        parent=str(sheet),
        cancel_url=sheet.get_absolute_url(),
    )


@login_required
@require_POST
def practice_release(request: StaffRequest, pk: int) -> HttpResponse:
    """Inspectors find it from now on."""
    return _step(request, pk, services.release, _("Released."))


@login_required
@require_POST
def practice_close(request: StaffRequest, pk: int) -> HttpResponse:
    """Nobody new begins it."""
    return _step(request, pk, services.close, _("Closed."))


@login_required
@require_POST
def practice_begin(request: StaffRequest, pk: int) -> HttpResponse:
    """An inspector begins, or goes on."""
    if not is_inspector(request.user):
        raise PermissionDenied
    sheet = _sheet(request, pk)
    if attempt(request, lambda: services.begin(sheet=sheet, by=request.user), success=_("Begun.")):
        return redirect(PracticeRun.objects.get(sheet=sheet, by=request.user))
    return redirect("assessments:practice")


@login_required
@require_safe
def practice_run(request: StaffRequest, pk: int) -> HttpResponse:
    """An item a screen, then the end; once finished, what was agreed beside what was marked."""
    page = RunPage(_run(request, pk), asked=request.GET.get("item", ""))
    return _run_page(request, page)


@login_required
@require_POST
def practice_answer(request: StaffRequest, pk: int, item_pk: int) -> HttpResponse:
    """One item is marked; the next one comes."""
    page = RunPage(_run(request, pk))
    row = next((row for row in page.rows if row.mark.item_id == item_pk), None)
    if row is None:
        raise Http404
    page.asked = row.mark.item.code
    form, item = ScoreForm(request.POST), row.mark.item
    if form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("level", "points", "faults", "reason")}
        if carried_out(form, lambda: services.answer(run=page.run, item=item, by=request.user, **data)):
            return redirect(f"{page.run.get_absolute_url()}?item={page.next}")
    page.entry = typed_entry(form, None)
    return _run_page(request, page, status=422)


@login_required
@require_POST
def practice_finish(request: StaffRequest, pk: int) -> HttpResponse:
    """What was agreed is shown from now on."""
    run = _run(request, pk)
    attempt(request, lambda: services.finish(run=run, by=request.user), success=_("Finished."))
    return redirect(run)


def _sheet(request: StaffRequest, pk: int) -> PracticeSheet:
    return get_object_or_404(PracticeSheet.objects.visible_to(request.user), pk=pk)


def _run(request: StaffRequest, pk: int) -> PracticeRun:
    seen = PracticeRun.objects.visible_to(request.user).select_related("sheet__standard", "by")
    return get_object_or_404(seen, pk=pk)


def _step(request: StaffRequest, pk: int, verb: Callable[..., None], success: str) -> HttpResponse:
    require_office(request.user)
    sheet = _sheet(request, pk)
    attempt(request, lambda: verb(sheet=sheet, by=request.user), success=success)
    return redirect(sheet)


def _run_page(request: StaffRequest, page: RunPage, status: int = 200) -> HttpResponse:
    context = {
        "page": page,
        "run": page.run,
        "facts": page.facts,
        "hole": page.filling,
        "row": {"entry": page.entry},
        "enough": ENOUGH,
    }
    is_over = page.run.finished_on is not None
    template = "assessments/practice_result.html" if is_over else "assessments/practice_run.html"
    return render(request, template, context, status=status)
