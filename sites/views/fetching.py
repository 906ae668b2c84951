"""What the pages of a list have in common: the list, and who may change it now."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from accounts.http import StaffRequest
from sites import rules
from sites.models import Filing

P = ParamSpec("P")


def filing_or_404(request: StaffRequest, pk: int) -> Filing:
    """A list this person sees, with its programme's phases."""
    filings = Filing.objects.select_related(
        "organisation", "programme", "filed_by", "reviewed_by", "approved_by"
    )
    return get_object_or_404(filings.prefetch_related("programme__phases").visible_to(request.user), pk=pk)


def open_filing(
    view: Callable[Concatenate[StaffRequest, Filing, P], HttpResponseBase],
) -> Callable[Concatenate[StaffRequest, int, P], HttpResponseBase]:
    """For pages that change a list: its own people only (403), and only until it is filed (to its page)."""

    @wraps(view)
    def guarded(request: StaffRequest, pk: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        filing = filing_or_404(request, pk)
        if not rules.may_edit_filing(request.user, filing):
            raise PermissionDenied
        if not filing.is_editable:
            messages.error(
                request,
                _("This list is “%(state)s”; it can be changed again only if it is sent back.")
                % {"state": filing.get_state_display()},
            )
            return redirect(filing)
        return view(request, filing, *args, **kwargs)

    return guarded  # type: ignore[return-value]  # Django passes pk by name
