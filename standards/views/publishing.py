"""Proposing that a draft is published, after a page that shows what it changes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import StaffRequest
from accounts.models import Motion
from accounts.services import motions, secrecy
from core.acting import carried_out
from standards.checks import problems
from standards.comparison import compare
from standards.consulted import consulted
from standards.fingerprints import of_version
from standards.forms import PublishForm
from standards.models import Rulebook

from .fetching import Text, draft_or_404


@login_required
@require_http_methods(["GET", "POST"])
def publish(request: StaffRequest, pk: int, text: Text) -> HttpResponse:
    """Put a draft before the leading group, which brings it into force."""
    version = draft_or_404(text, pk, request.user)
    form = PublishForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and carried_out(
        form,
        lambda: motions.move(
            kind=f"{version._meta.model_name}.publish",
            record=version,
            values={"seen": request.POST.get("seen", ""), **form.cleaned_data},
            by=request.user,
        ),
    ):
        messages.success(request, _(motions.MOVED))
        return redirect(version)
    kind = str(version._meta.model_name)
    (standing,) = secrecy.standings(kind, [version]).values()
    in_force = version.series().published().with_items().first()
    context = {
        "version": version,
        "form": form,
        "in_force": in_force,
        "comparison": compare(in_force, version) if in_force else None,
        "problems": problems(version),
        "is_rulebook": text is Rulebook,
        "consulted": consulted(version) if isinstance(version, Rulebook) else None,
        "motions": Motion.objects.about(version).open(),
        "hidden": {"seen": of_version(version)},
        "secrecy": [standing],
        "secrecy_kind": kind,
        "may_ask": standing.may_be_asked,
        "why_not": standing.why_not_by(request.user),
    }
    return render(request, "standards/publish.html", context, status=422 if form.errors else 200)
