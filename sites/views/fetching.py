"""What the pages of a list have in common: the list, and who may change it now."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect

from accounts.http import StaffRequest
from sites import rules, services
from sites.chosen import choose
from sites.models import Filing

P = ParamSpec("P")


def filing_or_404(request: StaffRequest, pk: int) -> Filing:
    """A list this person sees, with its programme's phases and rulebook."""
    filings = Filing.objects.select_related(
        "organisation", "programme__rulebook", "decided_by", "filed_by", "reviewed_by", "approved_by"
    )
    seen = filings.prefetch_related("programme__phases").visible_to(request.user)
    filing = get_object_or_404(seen, pk=pk)
    choose(request, filing.programme)
    return filing


def own_filing(
    view: Callable[Concatenate[StaffRequest, Filing, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """For pages that change a list: its own people only (403). Django passes the list's `pk` by name."""

    @wraps(view)
    def guarded(request: StaffRequest, pk: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        filing = filing_or_404(request, pk)
        if not rules.may_edit_filing(request.user, filing):
            raise PermissionDenied
        return view(request, filing, *args, **kwargs)

    return guarded


def open_filing(
    view: Callable[Concatenate[StaffRequest, Filing, P], HttpResponseBase],
) -> Callable[Concatenate[StaffRequest, int, P], HttpResponseBase]:
    """Its own people only, and only until the list is filed; then they are led back to its page.

    Not for a form in which people type: what they typed would be lost (`own_filing` with `closed`).
    """

    @own_filing
    @wraps(view)
    def guarded(
        request: StaffRequest, filing: Filing, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        return view(request, filing, *args, **kwargs) if filing.is_editable else closed(request, filing)

    return guarded


def closed(request: StaffRequest, filing: Filing) -> HttpResponseBase:
    """To the page of a list that is filed, with the reason why it cannot be changed."""
    messages.error(request, services.why_closed(filing))
    return redirect(filing)
