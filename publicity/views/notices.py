"""Public notices and the citizen's objection to a site on one."""

from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import ListView

from accounts.models import User
from accounts.own_password import may_work
from core import brakes
from core.acting import carried_out
from core.http import first_or_404
from core.once import once
from core.prepared import prepared
from core.stored import INERT, inline
from documents.views import paper_response
from publicity.enums import ObjectionState
from publicity.forms import MoreFilesForm, ObjectionForm, ReceiptForm
from publicity.models import (
    Naming,
    Notice,
    NoticeExtension,
    NoticeOutlet,
    NoticePromise,
    NoticeSite,
    Objection,
    OutletPicture,
)
from publicity.notice_sheets import SIZES, notice_poster
from publicity.pages.receipt import progress
from publicity.services.attachments import MOST_FILES
from publicity.services.notices import made_known
from sites.calendar import today
from sites.chosen import chosen_programme

OBJECTING = brakes.brake("objections_device", "objections_address")
ATTACHING = brakes.brake("attachments_device", "attachments_address")
GUESSING = brakes.brake("receipts_device", "receipts_address")


class NoticeList(ListView[Notice]):
    """Running, ended and withdrawn notices, newest first."""

    template_name = "publicity/notice_list.html"
    paginate_by = 50

    def get_queryset(self) -> Any:
        programme = chosen_programme(self.request)
        return _notices_of(programme.pk if programme else None)


@prepared
def _notices_of(programme: int | None) -> QuerySet[Notice]:
    """With what a line shows of each."""
    here = Notice.objects.published().filter(programme=programme)
    first = NoticeSite.objects.filter(notice=OuterRef("pk")).values("site__window_name")[:1]
    told = here.annotate(site_count=Count("entries"), first_site=Subquery(first))
    return told.order_by("-published_on", "-pk").only("title", "published_on", "ends_on", "state")


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The snapshot as it was published; of objections only how many came to what."""
    found = first_or_404(_published(pk))
    letters = found.result["letters"] if found.result else _in_public(_letters(pk))
    context = {
        "notice": found,
        "entries": list(_entries(pk)),
        "extensions": list(_extensions(pk)),
        "outcomes": [(state, letters[state]) for state in ObjectionState if letters.get(state)],
        "received": sum(letters.values()),
        "open": sum(letters.get(state, 0) for state in ObjectionState.OPEN),
        "running": found.is_running(today()),
        "namings": list(_namings_after(pk)),
        "made_known": made_known(promise.kind for promise in _promises(pk)),
        "outlets": list(_outlets(pk)),
        "poster_sizes": SIZES,
    }
    return render(request, "publicity/notice_detail.html", context)


@prepared
def _published(notice: int) -> QuerySet[Notice]:
    found = Notice.objects.published().filter(pk=notice)
    return found.select_related("document").defer("document__context")


def _in_public(counted: Iterable[tuple[str, int]]) -> dict[str, int]:
    """What is only proposed is none of the public's."""
    letters: Counter[str] = Counter()
    for state, number in counted:
        letters[ObjectionState(state).in_public] += number
    return letters


@prepared
def _letters(notice: int) -> QuerySet[Objection, Any]:
    """How many objections stand in which state."""
    return (
        Objection.objects.filter(notice=notice).order_by("state").values_list("state").annotate(Count("pk"))
    )


@prepared
def _entries(notice: int) -> QuerySet[NoticeSite]:
    return NoticeSite.objects.filter(notice=notice)


@prepared
def _extensions(notice: int) -> QuerySet[NoticeExtension]:
    found = NoticeExtension.objects.filter(notice=notice)
    return found.select_related("document").defer("document__context")


@prepared
def _namings_after(notice: int) -> QuerySet[Naming]:
    found = Naming.objects.filter(notice=notice)
    return found.select_related("site", "decision").defer("decision__context")


@prepared
def _promises(notice: int) -> QuerySet[NoticePromise]:
    return NoticePromise.objects.filter(notice=notice)


@prepared
def _outlets(notice: int) -> QuerySet[NoticeOutlet]:
    """Where it was made known, with the pictures."""
    return NoticeOutlet.objects.published().filter(notice=notice).prefetch_related("pictures")


@require_safe
def poster(request: HttpRequest, pk: int, size: str) -> HttpResponse:
    """For the notice board, while the notice runs; the browser shows it and prints it."""
    found = get_object_or_404(Notice.objects.running(on=today()).select_related("document"), pk=pk)
    if size not in SIZES:
        raise Http404
    name = quote(f"{found.title}（{size.upper()}）.pdf")
    headers = {"Content-Disposition": f"inline; filename*=utf-8''{name}", **INERT}
    return HttpResponse(notice_poster(found, size), content_type="application/pdf", headers=headers)


@require_safe
def outlet_picture(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The copy without camera data."""
    found = _picture(request, pk)
    return inline(request, found.shown, f'"{found.sha256}"')


@require_safe
def outlet_thumbnail(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = _picture(request, pk)
    return inline(request, found.thumbnail, f'"{found.sha256}-small"')


def _picture(request: HttpRequest, pk: int) -> OutletPicture:
    """One that is public; else one of a notice that the person signed in reads at the desk."""
    standing = OutletPicture.objects.standing().filter(pk=pk)
    found = standing.filter(outlet__in=NoticeOutlet.objects.published().order_by()).first()
    if found is None and isinstance(request.user, User) and may_work(request):
        found = standing.visible_to(request.user).first()
    if found is None:
        raise Http404
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@once
def object_to(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in an objection; the answer is the receipt code that follows it."""
    found = get_object_or_404(Notice.objects.published(), pk=pk)
    posted = request.method == "POST"
    form = ObjectionForm(request.POST if posted else None, request.FILES if posted else None, notice=found)
    status = 422 if form.is_bound else 200
    # A place is asked for before anything is looked at, and taken by what could be kept.
    if form.is_bound and (OBJECTING.holds(request) or (form.is_valid() and not OBJECTING.takes(request))):
        status = 429
        told = _(
            "Too many objections came from here. What you typed stands below: send it again in %(time)s, "
            "or write or call: %(phone)s."
        )
        form.add_error(None, told % {"phone": found.telephone, "time": _wait(request, OBJECTING)})
    elif form.is_bound and form.is_valid() and carried_out(form, form.save):
        return _to_receipt(request, form.received.objection, form.received.refused)
    rulebook = found.programme.rulebook_used
    context = {"notice": found, "form": form, "running": found.is_running(today()), "rulebook": rulebook}
    return _answer(request, "publicity/objection_form.html", context, status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest) -> HttpResponse:
    """What has come of an objection, by its receipt code; never who made it."""
    form = ReceiptForm((request.POST if request.method == "POST" else request.GET) or None)
    found, status = _by_receipt(request, form)
    if status == 429:
        told = _("Too many codes that do not exist came from here. Try again in %(time)s.")
        form.add_error("code", told % {"time": _wait(request, GUESSING)})
    elif status == 404:
        form.add_error("code", _("No objection is on record under this code; compare it with your receipt."))
    return _status_page(request, form, found, status=status)


@never_cache
@require_POST
@once
def objection_files(request: HttpRequest) -> HttpResponse:
    """More attachments to an objection that is not answered yet, by its receipt code."""
    form, files_form = ReceiptForm(request.POST), MoreFilesForm(request.POST, request.FILES)
    found, _status = _by_receipt(request, form)
    if found is None:
        return redirect("publicity:objection")
    if not ATTACHING.takes(request):
        told = _("Too many files came from here. Try again in %(time)s.")
        files_form.add_error(None, told % {"time": _wait(request, ATTACHING)})
        return _status_page(request, form, found, files_form, status=429)
    if files_form.is_valid() and carried_out(files_form, lambda: files_form.save(found)):
        return _to_receipt(request, found, files_form.refused)
    return _status_page(request, form, found, files_form, status=422)


@never_cache
@require_safe
def objection_paper(request: HttpRequest) -> FileResponse:
    """The reply as a paper, by the receipt code; on paper it names nobody."""
    found, _status = _by_receipt(request, ReceiptForm(request.GET or None))
    if found is None or found.is_open or found.document is None:
        raise Http404
    return paper_response(found.document)


def _by_receipt(request: HttpRequest, form: ReceiptForm) -> tuple[Objection | None, int]:
    """The objection a code leads to, without who wrote it, and the answer's status."""
    if not form.is_bound:
        return None, 200
    if not form.is_valid():
        return None, 422
    letters = Objection.objects.select_related("notice", "site", "document").prefetch_related("files")
    without_writer = letters.defer("objector_name", "objector_phone", "text", "document__context")
    found = without_writer.filter(receipt_code=form.cleaned_data["code"]).first()
    if found:
        return found, 200
    # Misses alone are counted and stopped: others behind the same address still follow their letters.
    return None, 404 if GUESSING.takes(request) else 429


def _status_page(
    request: HttpRequest,
    form: ReceiptForm,
    found: Objection | None,
    files_form: MoreFilesForm | None = None,
    *,
    status: int,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "objection": found}
    if found:
        context["steps"] = progress(found)
        context["kept"] = len(found.files.all())
        if found.is_open and context["kept"] < MOST_FILES:
            context["files_form"] = files_form or MoreFilesForm()
            context["receipt"] = {"code": found.receipt_code}
    return _answer(request, "publicity/objection_status.html", context, status)


def _to_receipt(request: HttpRequest, letter: Objection, refused: list[str]) -> HttpResponse:
    """On to the page that follows the objection; it names the files that were not kept."""
    for line in refused:
        messages.warning(request, line)
    return redirect(f"{reverse('publicity:objection')}?{urlencode({'code': letter.receipt_code})}")


def _answer(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    answer = render(request, template, context, status=status)
    if status == 429:
        waits = (each.wait(request) for each in (OBJECTING, ATTACHING, GUESSING))
        answer["Retry-After"] = str(max(waits))
    return answer


def _wait(request: HttpRequest, brake: brakes.Brake) -> str:
    return brakes.in_words(brake.wait(request))
