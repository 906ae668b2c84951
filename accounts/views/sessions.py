"""Where I am signed in, and ending it from here."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import SessionEnd
from accounts.http import StaffRequest
from accounts.models import Session
from accounts.models.sessions import digest_of
from accounts.services import sessions


@login_required
@require_safe
def session_list(request: StaffRequest) -> HttpResponseBase:
    context = {
        "sessions": Session.objects.visible_to(request.user).running(),
        "here": digest_of(str(request.session.session_key)),
        "idle_minutes": settings.PORTAL_SESSION_IDLE_MINUTES,
        "hours": settings.PORTAL_SESSION_HOURS,
        "most": settings.PORTAL_SESSIONS,
    }
    return render(request, "people/session_list.html", context)


@login_required
@require_POST
def session_end(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(Session.objects.visible_to(request.user).running(), pk=pk)
    sessions.end(session=found, why=SessionEnd.OWNER)
    messages.success(request, _("That sign-in is ended."))
    return redirect("people:sessions")


@login_required
@require_POST
def session_end_others(request: StaffRequest) -> HttpResponseBase:
    """All but the one this page is open in."""
    n = sessions.end_all(person=request.user, why=SessionEnd.OWNER, but=request.session.session_key)
    told = ngettext("%(n)s other sign-in is ended.", "%(n)s other sign-ins are ended.", n)
    messages.success(request, told % {"n": n})
    return redirect("people:sessions")
