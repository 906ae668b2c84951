"""What several views of this room share."""

from typing import Any, TypeAlias, TypedDict, cast

from django import forms
from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext as _
from django_stubs_ext import WithAnnotations

from accounts.models import User
from assessments.models import Round, Team
from assessments.services import draws
from assessments.services.evidence import max_files
from assessments.services.teams import of_two_units
from sites.models import Site

PAGE = 50


def form_page(
    request: HttpRequest,
    form: forms.BaseForm,
    *,
    title: str,
    submit_label: str,
    parent: str,
    cancel_url: str,
    lead: str = "",
    upload: bool = False,
    **more: Any,
) -> HttpResponse:
    """A page that is one form; 422 when it came back with errors. `more` goes to components/form.html.

    `parent`: the name of the page it belongs to, which `cancel_url` leads back to.
    `upload`: its files go by static/portal/upload.js, so that a long way shows its progress.
    """
    context = {
        "form": form,
        "title": title,
        "lead": lead,
        "submit_label": submit_label,
        "parent": parent,
        "cancel_url": resolve_url(cancel_url),
        "upload": upload and upload_bytes(),
        **more,
    }
    return render(request, "assessments/form_page.html", context, status=422 if form.errors else 200)


def nobody_free(request: HttpRequest, round: Round, *, title: str) -> HttpResponse | None:  # noqa: A002
    """Instead of a form for teams: that too few inspectors are free for one. None where it can be formed."""
    free = list(draws.pool(round))
    if of_two_units(free):
        return None
    by_unit = draws.free_by_unit(round)
    # Either two people are missing, or one more who is of another unit than those who are free.
    missing = Team.SMALLEST - min(len(by_unit), 1)
    context = {"round": round, "title": title, "free": free, "free_by_unit": by_unit, "missing": missing}
    status = 422 if request.method == "POST" else 200
    return render(request, "assessments/nobody_free.html", context, status=status)


def upload_bytes() -> dict[str, int]:
    """How large one file and all of a form may be, for static/portal/upload.js."""
    return {"one": settings.PORTAL_UPLOAD_MAX_BYTES, "all": settings.PORTAL_BODY_MAX_BYTES}


def file_limits(*, pictures: bool = False, most: int | None = None) -> str:
    """What may be uploaded, in a sentence for the form; `pictures`: nothing else; `most` of them."""
    megabyte = 1024**2
    told = _(
        "PDF, pictures (JPEG, PNG, GIF) and office documents; up to %(n)d files of %(one)d MB each, "
        "%(all)d MB together."
    )
    if pictures:
        told = _("JPEG, PNG or GIF; up to %(n)d files of %(one)d MB each, %(all)d MB together.")
    return told % {
        "n": most or max_files(),
        "one": settings.PORTAL_UPLOAD_MAX_BYTES // megabyte,
        "all": settings.PORTAL_BODY_MAX_BYTES // megabyte,
    }


class _Size(TypedDict):
    """How many sites of a round somebody sees."""

    site_count: int


CountedRound: TypeAlias = "WithAnnotations[Round, _Size]"


def visible_round(user: User, pk: int) -> CountedRound:
    """The round with the number of its sites this person sees."""
    seen = Count("assessments", filter=Q(assessments__site__in=Site.objects.visible_to(user)))
    rounds = Round.objects.visible_to(user).select_related("rulebook").annotate(site_count=seen)
    return get_object_or_404(cast("QuerySet[CountedRound]", rounds), pk=pk)
