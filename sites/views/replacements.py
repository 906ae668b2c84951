"""The window of a determined site replaced by another one: asked, reviewed, decided on one page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.deputies import is_another
from accounts.http import StaffRequest
from accounts.models import User
from accounts.rules import require_office, sees_city
from accounts.services import secrecy
from core.acting import carried_out
from sites import rules, services
from sites.enums import ReplacementState
from sites.forms.replacements import YES, ReplacementDecisionForm, ReplacementForm, ReplacementReviewForm
from sites.models import Replacement, Site


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def replacement(request: StaffRequest, site_pk: int) -> HttpResponse:
    """What was asked and answered about a site's window; and whoever files its list asks here."""
    site = _site_or_404(request, site_pk)
    if request.method != "POST":
        return _page(request, site, _answer_form(request.user, site))
    if not rules.may_file(request.user, site):
        raise PermissionDenied
    form = ReplacementForm(request.POST, site=site)

    def ask() -> None:
        services.ask_replacement(site=site, by=request.user, **form.cleaned_data)

    if form.is_valid() and carried_out(form, ask):
        messages.success(request, _("The replacement is asked for; the municipal office has been told."))
        return redirect("sites:replacement", site_pk=site.pk)
    return _page(request, site, form)


@login_required
@require_POST
def replacement_review(request: StaffRequest, pk: int) -> HttpResponse:
    """初审: passed on or refused, with an opinion."""
    require_office(request.user)
    asked, form = _replacement_or_404(request, pk), ReplacementReviewForm(request.POST)

    def review() -> None:
        data = form.cleaned_data
        services.review_replacement(
            replacement=asked, is_supported=data["answer"] == YES, opinion=data["opinion"], by=request.user
        )

    return _answered(request, asked, form, review)


@login_required
@require_POST
def replacement_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """审定: made or refused."""
    if not rules.is_leading_group(request.user):
        raise PermissionDenied
    asked, form = _replacement_or_404(request, pk), ReplacementDecisionForm(request.POST)

    def decide() -> None:
        data = form.cleaned_data
        services.decide_replacement(
            replacement=asked, is_approved=data["answer"] == YES, remarks=data["remarks"], by=request.user
        )

    return _answered(request, asked, form, decide)


def _answered(
    request: StaffRequest, asked: Replacement, form: Form, verb: Callable[[], None]
) -> HttpResponse:
    if form.is_valid() and carried_out(form, verb):
        messages.success(request, _("Your answer is on record; those it concerns have been told."))
        return redirect("sites:replacement", site_pk=asked.site_id)
    return _page(request, asked.site, form)


def _page(request: StaffRequest, site: Site, form: Form | None) -> HttpResponse:
    past = list(site.replacements.with_people())
    waiting = next((one for one in past if one.state in ReplacementState.OPEN), None)
    context: dict[str, Any] = {
        "site": site,
        "replacements": past,
        "waiting": waiting,
        "form": form,
        "asks": isinstance(form, ReplacementForm),
        "reviews": isinstance(form, ReplacementReviewForm),
    }
    if waiting and waiting.state == ReplacementState.REVIEWED and sees_city(request.user):
        (standing,) = secrecy.standings("replacement", [waiting]).values()
        context |= {"secrecy": [standing], "secrecy_kind": "replacement"}
        context["may_ask"] = rules.is_office(request.user) and standing.may_be_asked
    status = 422 if form and form.is_bound else 200
    return render(request, "sites/replacement.html", context, status=status)


def _answer_form(user: User, site: Site) -> Form | None:
    """What this person can say now: ask, review or decide; None for those who read."""
    waiting = site.replacements.open().first()
    if waiting is None:
        may_ask = rules.may_file(user, site) and site.stage in services.REPLACEABLE
        return ReplacementForm(site=site) if may_ask else None
    if waiting.state == ReplacementState.ASKED:
        return ReplacementReviewForm() if rules.is_office(user) else None
    may_decide = rules.is_leading_group(user) and is_another(user, waiting.reviewed_by_id)
    return ReplacementDecisionForm() if may_decide else None


def _site_or_404(request: StaffRequest, pk: int) -> Site:
    sites = Site.objects.visible_to(request.user).select_related(
        "organisation", "programme", "filing__organisation"
    )
    return get_object_or_404(sites, pk=pk)


def _replacement_or_404(request: StaffRequest, pk: int) -> Replacement:
    seen = Replacement.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("site__filing__organisation"), pk=pk)
