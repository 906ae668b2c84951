"""What several views of this room share."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Round
from sites.models import Site
from standards.models import Rulebook

PAGE = 50


def form_page(
    request: HttpRequest,
    form: forms.BaseForm,
    *,
    title: str,
    submit_label: str,
    cancel_url: str,
    lead: str = "",
    **more: Any,
) -> HttpResponse:
    """A page that is one form; 422 when it came back with errors. `more` goes to includes/form.html."""
    context = {
        "form": form,
        "title": title,
        "lead": lead,
        "submit_label": submit_label,
        "cancel_url": resolve_url(cancel_url),
        **more,
    }
    return render(request, "assessments/form_page.html", context, status=422 if form.errors else 200)


def upload_limits() -> str:
    """What may be uploaded, in a sentence for the form."""
    megabyte = 1024**2
    return _(
        "PDF, pictures (JPEG, PNG, GIF) and office documents; up to %(n)d files of %(one)d MB each, "
        "%(all)d MB together."
    ) % {
        "n": Rulebook.objects.published().get().evidence_max_files,
        "one": settings.PORTAL_UPLOAD_MAX_BYTES // megabyte,
        "all": settings.PORTAL_BODY_MAX_BYTES // megabyte,
    }


def visible_round(user: User, pk: int) -> Round:
    """The round with the number of its sites this person sees."""
    seen = Count("assessments", filter=Q(assessments__site__in=Site.objects.visible_to(user)))
    return get_object_or_404(
        Round.objects.visible_to(user).select_related("rulebook").annotate(site_count=seen), pk=pk
    )
