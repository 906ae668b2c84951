"""The versions, and each of them in full."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django_stubs_ext import StrOrPromise

from accounts.http import StaffRequest
from standards.checks import balance_of, problems
from standards.citing import look_up
from standards.comparison import shown
from standards.enums import Kind
from standards.forms import RULES
from standards.models import Consultation, Opinion, Rulebook, Standard
from standards.rules import reads_drafts, reads_versions, writes_versions
from standards.wording import read

from .fetching import version_or_404


@login_required
def versions(request: StaffRequest) -> HttpResponse:
    """Every version of both standards and of the rulebook, and where each is used."""
    if not reads_versions(request.user):
        raise PermissionDenied
    standards = Standard.objects.visible_to(request.user).order_by("kind", "-version")
    counted = standards.annotate(item_count=Count("sections__items"))
    context = {
        "standards": counted.prefetch_related("rounds", "programmes"),
        "rulebooks": Rulebook.objects.visible_to(request.user).prefetch_related("rounds", "programmes"),
        "sees_rounds": reads_drafts(request.user),
    }
    return render(request, "standards/version_list.html", context)


@login_required
def standard_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """A standard with its items and sums; of a draft also what stands against publishing it."""
    standard = version_or_404(Standard, pk, request.user)
    look_up(item for section in standard.sections.all() for item in section.items.all())
    sums = balance_of(standard)
    context = {
        "version": standard,
        "sums": sums,
        "parts": list(zip(standard.sections.all(), sums.sections, strict=True)),
        **_standing(request, standard),
    }
    return render(request, "standards/standard_detail.html", context)


@login_required
def rulebook_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """A rulebook in full."""
    rulebook = version_or_404(Rulebook, pk, request.user)
    context = {
        "version": rulebook,
        "chapters": read(rulebook),
        "groups": _rules(rulebook),
        "kinds": Kind,
        "mine": Opinion.objects.visible_to(request.user)
        .filter(consultation__rulebook=rulebook, organisation=request.user.organisation_id)
        .first(),
        "was_asked": reads_drafts(request.user) and Consultation.objects.filter(rulebook=rulebook).exists(),
        **_standing(request, rulebook),
    }
    return render(request, "standards/rulebook_detail.html", context)


def _standing(request: StaffRequest, version: Standard | Rulebook) -> dict[str, Any]:
    """Where a version stands among the others of its text, and what this person may do with it."""
    shown = version.series().visible_to(request.user)
    in_force, draft = shown.published().first(), shown.drafts().first()
    measured = in_force if version.is_draft else version
    return {
        "in_force": in_force,
        "draft": draft,
        "sees_problems": reads_drafts(request.user),
        "problems": problems(version) if version.is_draft else [],
        "rounds": measured.rounds.all() if measured and reads_drafts(request.user) else [],
        "may_write": writes_versions(request.user),
    }


def _rules(rulebook: Rulebook) -> list[tuple[StrOrPromise, list[tuple[str, str]]]]:
    """A rulebook's fields in words, under the headings of its form."""
    fields = {field.name: field for field in Rulebook._meta.concrete_fields}
    return [
        (heading, [(str(fields[name].verbose_name), shown(rulebook, fields[name])) for name in names])
        for heading, names in RULES.items()
    ]
