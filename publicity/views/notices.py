"""Public notices and the citizen's objection to a site on one."""

import hashlib
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django.views.generic import ListView

from accounts.acting import carried_out
from publicity.enums import ObjectionState
from publicity.forms import ObjectionForm, ReceiptForm
from publicity.models import Notice, Objection
from sites.calendar import today
from sites.chosen import chosen_programme

# One address may hand in this many objections an hour: enough for an internet café, not for a script.
OBJECTIONS_AN_HOUR = 10


class NoticeList(ListView[Notice]):
    """Running, ended and withdrawn notices, newest first."""

    template_name = "publicity/notice_list.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Notice]:
        here = Notice.objects.published().filter(programme=chosen_programme(self.request))
        counted = here.annotate(site_count=Count("entries"))
        return counted.order_by("-published_on", "-pk")


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The snapshot as it was published; of objections only how many came to what."""
    found = get_object_or_404(Notice.objects.published().select_related("document"), pk=pk)
    outcomes = found.objections.order_by("state").values_list("state").annotate(Count("pk"))
    context = {
        "notice": found,
        "entries": found.entries.all(),
        "outcomes": [(ObjectionState(state), number) for state, number in outcomes],
        "running": found.is_running(today()),
        "namings": found.namings.select_related("site", "decision"),
    }
    return render(request, "publicity/notice_detail.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def object_to(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in an objection; the answer is the receipt code that follows it."""
    found = get_object_or_404(Notice.objects.published(), pk=pk)
    form = ObjectionForm(request.POST or None, notice=found)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and _too_many(request):
            status = 429
            form.add_error(
                None, _("Too many objections from this address; try again in an hour, or write or call.")
            )
        elif form.is_valid() and carried_out(form, form.save):
            code = urlencode({"code": form.objection.receipt_code})
            return redirect(f"{reverse('publicity:objection')}?{code}")
    context = {"notice": found, "form": form, "running": found.is_running(today())}
    return render(request, "publicity/objection_form.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest) -> HttpResponse:
    """What has come of an objection, by its receipt code; never who made it."""
    form = ReceiptForm((request.POST if request.method == "POST" else request.GET) or None)
    found, status = None, 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            letters = Objection.objects.select_related("notice", "site").defer(
                "objector_name", "objector_phone", "text"
            )
            found = letters.filter(receipt_code=form.cleaned_data["code"]).first()
            status = 200 if found else 404
            if found is None:
                form.add_error(
                    "code", _("No objection is on record under this code; compare it with your receipt.")
                )
    return render(
        request, "publicity/objection_status.html", {"form": form, "objection": found}, status=status
    )


def _too_many(request: HttpRequest) -> bool:
    """A light brake on scripts: so many letters an hour from one address."""
    key = f"objections-{hashlib.sha256(get_adapter(request).get_client_ip(request).encode()).hexdigest()}"
    cache.add(key, 0, timeout=3600)
    return bool(cache.incr(key) > OBJECTIONS_AN_HOUR)
