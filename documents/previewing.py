"""Carries out what somebody wants to try, keeps the papers it issues to look at, and undoes it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.messages.storage import default_storage
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.http import StaffRequest
from core.once import FIELD
from core.previews import BUTTON, is_previewed, wants_preview

from .issuing import Issuing, surrounded
from .public_pages import public_page
from .services import previews

# What a form sends that is not filled in.
_ITS_OWN = (BUTTON, FIELD, "csrfmiddlewaretoken")


class PreviewMiddleware:
    """It stands innermost: what a form's key allows once (core.once) is then the preview, not the act.

    A refused form is shown as ever, with why; so whoever previews learns as well whether the act would hold.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: StaffRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if not wants_preview(request):
            return None
        if not is_previewed(view):
            raise SuspiciousOperation("this act has no papers to look at first")
        if not request.user.is_authenticated:
            return None  # the view sends them to sign in
        if len(request.get_full_path()) > previews.LONGEST_PATH:
            raise SuspiciousOperation("the address is too long")
        return _tried(request, lambda: view(request, *args, **kwargs))


def _tried(request: StaffRequest, act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """What the act answers where it is refused; else the page of its papers. Nothing of it is left."""
    told: Any = request
    before, told._messages = told._messages, default_storage(request)
    around = Issuing(signer=request.user)
    with transaction.atomic(), surrounded(around):
        response = act()
        papers = previews.issued(around.papers)
        page = public_page(request, response.headers["Location"]) if papers and _is_done(response) else ""
        transaction.set_rollback(True)
    if not (papers and _is_done(response)):
        if _is_done(response) and not told._messages.added_new:
            messages.info(request, _("This issues no paper."))
        return response
    told._messages = before  # what the act said of itself is not true
    sent = [(name, values) for name, values in request.POST.lists() if name not in _ITS_OWN]
    form = previews.Form(request.get_full_path(), sent)
    kept = previews.keep(papers=papers, sites=around.sites, page=page, form=form, by=request.user)
    return redirect(kept)


def _is_done(response: HttpResponseBase) -> bool:
    return "Location" in response.headers
