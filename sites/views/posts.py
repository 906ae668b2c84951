"""Liaisons of a site or a district: who holds the post, who takes it over, and which posts are vacant."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import StaffRequest
from accounts.models import User
from accounts.rules import manages_people, may_appoint
from accounts.views.links import hand_out
from core.acting import carried_out
from sites import owners, rules, services
from sites.chosen import chosen_programme
from sites.forms.posts import AccountForm, CorrectionForm, HandOverForm, LiaisonForm
from sites.models import Filing, Liaison, Site
from sites.services.vacancies import Posted

from .owning import owner_context, owner_or_404

PAGE = 50


@login_required
@require_http_methods(["GET", "POST"])
def liaison_list(
    request: StaffRequest, site_pk: int | None = None, filing_pk: int | None = None
) -> HttpResponse:
    """Who holds the posts and who held them; one more is named here."""
    owner = owner_or_404(request, site_pk, filing_pk)
    if request.method == "GET":
        return _page(request, owner)
    if not rules.keeps_posts(request.user, owner):
        raise PermissionDenied
    form = LiaisonForm(request.POST, owner=owner)
    if form.is_valid() and carried_out(
        form, lambda: services.add_liaison(owner=owner, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The liaison is named."))
        return redirect(owners.address(owner, "liaisons"))
    return _page(request, owner, new=form)


@login_required
@require_http_methods(["GET", "POST"])
def liaison_correct(request: StaffRequest, pk: int) -> HttpResponse:
    """Another telephone, or another account, of the same person."""
    liaison = _liaison_or_404(request, pk)
    start = {"phone": liaison.phone, "user": liaison.user_id}
    form = CorrectionForm(request.POST or None, owner=liaison.owner, initial=start)
    if form.is_bound and form.is_valid() and carried_out(form, lambda: _correct(liaison, form, request)):
        messages.success(request, _("The correction is saved."))
        return redirect(owners.address(liaison.owner, "liaisons"))
    title = _("Correct the entry of %(name)s") % {"name": liaison}
    return _form_page(request, liaison, form, title=title, submit_label=_("Save"))


@login_required
@require_http_methods(["GET", "POST"])
def liaison_hand_over(request: StaffRequest, pk: int) -> HttpResponse:
    """Give the post to another person."""
    liaison = _liaison_or_404(request, pk)
    start = {"from_name": liaison.name}
    form = HandOverForm(request.POST or None, owner=liaison.owner, initial=start)
    if form.is_bound and form.is_valid() and carried_out(form, lambda: _hand_over(liaison, form, request)):
        messages.success(request, _("The post is handed over."))
        return redirect(owners.address(liaison.owner, "liaisons"))
    title = _("%(name)s hands over") % {"name": liaison}
    intro = _("Name who takes over. What waits for %(name)s here then waits for them; the hand-over is kept.")
    told = intro % {"name": liaison}
    return _form_page(request, liaison, form, title=title, intro=told, submit_label=_("Hand over"))


@login_required
@require_http_methods(["GET", "POST"])
def liaison_account(request: StaffRequest, pk: int) -> HttpResponseBase:
    """An account for who holds the post: it has their name and telephone, and is the post's from then on."""
    liaison = _liaison_or_404(request, pk)
    if not may_appoint(request.user, *services.home_of(liaison.owner)):
        raise PermissionDenied
    form = AccountForm(request.POST or None, manager=request.user, liaison=liaison)
    made: list[tuple[User, str]] = []
    if form.is_valid() and carried_out(
        form,
        lambda: made.append(services.open_account(liaison=liaison, by=request.user, **form.cleaned_data)),
    ):
        person, token = made[0]
        messages.success(request, _("%(name)s has an account now.") % {"name": person})
        return hand_out(request, person, token)
    title = _("Open an account for %(name)s") % {"name": liaison}
    told = _("You give no password: the next page shows a link, with which the person sets their own.")
    return _form_page(request, liaison, form, title=title, intro=told, submit_label=_("Open the account"))


@login_required
@require_GET
def vacancy_list(request: StaffRequest) -> HttpResponse:
    """Every site and district that lacks a liaison or an account, as far as one sees them."""
    if not rules.oversees(request.user):
        raise PermissionDenied
    programme = chosen_programme(request)
    sites = services.vacant_sites(Site.objects.in_charge_of(request.user).filter(programme=programme))
    lists = Filing.objects.visible_to(request.user).filter(programme=programme)
    districts = services.vacant_districts(lists)
    page = Paginator(sites, PAGE).get_page(request.GET.get("page"))
    context = {
        "districts": [_vacancy(district) for district in districts],
        "page_obj": page,
        "sites": [_vacancy(site) for site in page],
        "oversees": True,
        "may_invite": manages_people(request.user),
    }
    return render(request, "sites/post_vacancies.html", context)


def _liaison_or_404(request: StaffRequest, pk: int) -> Liaison:
    """A liaison of what one sees, for those who may change the post (403 for other readers)."""
    related = ("site__organisation", "site__filing", "filing__organisation")
    liaisons = Liaison.objects.visible_to(request.user).select_related(*related)
    liaison = get_object_or_404(liaisons, pk=pk)
    if not rules.keeps_posts(request.user, liaison.owner):
        raise PermissionDenied
    return liaison


def _correct(liaison: Liaison, form: CorrectionForm, request: StaffRequest) -> None:
    services.correct_liaison(liaison=liaison, by=request.user, **form.cleaned_data)


def _hand_over(liaison: Liaison, form: HandOverForm, request: StaffRequest) -> None:
    services.hand_over(liaison=liaison, by=request.user, **form.cleaned_data)


def _vacancy(owner: Posted) -> dict[str, Any]:
    return {
        "owner": owner,
        "name": owners.called(owner),
        "missing": services.missing(owner),
        "url": owners.address(owner, "liaisons"),
    }


def _page(request: StaffRequest, owner: Posted, new: LiaisonForm | None = None) -> HttpResponse:
    """The liaisons' page; with a form that was refused, the form as it was typed and status 422."""
    may_keep = rules.keeps_posts(request.user, owner)
    is_open = services.is_post_open(owner)
    context = {
        "liaisons": owner.liaisons.select_related("user"),
        "hand_overs": owner.hand_overs.select_related("by"),
        "gaps": services.missing(owner),
        "may_keep": may_keep and is_open,
        "may_invite": may_keep and is_open and may_appoint(request.user, *services.home_of(owner)),
        "is_open": is_open,
        "new": new or (LiaisonForm(owner=owner) if may_keep and is_open else None),
        **owner_context(owner, "liaisons"),
    }
    return render(request, "sites/post_list.html", context, status=422 if new else 200)


def _form_page(
    request: StaffRequest, liaison: Liaison, form: Form, *, title: str, submit_label: str, intro: str = ""
) -> HttpResponse:
    owner = liaison.owner
    context = {
        "form": form,
        "form_title": title,
        "intro": intro,
        "submit_label": submit_label,
        "back": owners.address(owner, "liaisons"),
        **owner_context(owner, "liaisons"),
    }
    return render(request, "sites/post_form.html", context, status=422 if form.is_bound else 200)
