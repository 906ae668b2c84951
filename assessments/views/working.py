"""Counting made visible: how a sheet's total came about, a worked example, the check-up."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.http import StaffRequest
from accounts.models import User
from assessments.pages.sheet import open_sheet
from assessments.pages.worked_example import APPRAISAL, worked_example
from assessments.pages.working import working_of
from standards.enums import Kind
from standards.models import Rulebook, Standard
from standards.rules import reads_versions

from .sheets import visible_sheet


@login_required
def sheet_working(request: StaffRequest, pk: int) -> HttpResponse:
    """The sheet's sum, step by step, for whoever sees the sheet."""
    sheet = visible_sheet(request.user, pk)
    page = open_sheet(sheet, request.user)
    rulebook = sheet.assessment.round.rulebook
    context = {
        "sheet": sheet,
        "page": page,
        "rulebook": rulebook,
        "reads_versions": reads_versions(request.user),
        "working": working_of(page.marks, rulebook),
    }
    return render(request, "assessments/sheet_working.html", context)


@login_required
def sheet_checkup(request: StaffRequest, pk: int) -> HttpResponse:
    """What is missing or odd on the sheet, before anything is submitted."""
    sheet = visible_sheet(request.user, pk)
    context = {"sheet": sheet, "page": open_sheet(sheet, request.user)}
    return render(request, "assessments/sheet_checkup.html", context)


@login_required
def example(request: StaffRequest, pk: int, kind: str) -> HttpResponse:
    """A small sheet of a kind's standard in force, counted by a rulebook with every rule at work."""
    if kind not in Kind.values:
        raise Http404
    rulebook = _rulebook(request.user, pk)
    standard = get_object_or_404(Standard.objects.published().with_items(), kind=kind)
    context = {
        "rulebook": rulebook,
        "reads_versions": reads_versions(request.user),
        "standard": standard,
        "kinds": Kind,
        "appraisal": APPRAISAL,
        "example": worked_example(list(standard.sections.all()), rulebook),
    }
    return render(request, "assessments/worked_example.html", context)


def _rulebook(user: User, pk: int) -> Rulebook:
    """Any rulebook that is or was in force; a draft for whoever reads it."""
    return get_object_or_404(Rulebook.objects.visible_to(user), pk=pk)
