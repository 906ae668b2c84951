"""政民互动: asking, complaining, suggesting, pointing out errors, requesting information, and the answers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.core import signing
from django.db.models import QuerySet
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import brakes
from core.acting import carried_out
from core.once import once
from core.prepared import prepared
from documents.views import paper_response
from publicity import linked_data
from publicity.enums import EnquiryDeed, EnquiryKind, EnquiryState, QuestionState
from publicity.finding import questions_like
from publicity.forms import (
    CompleteForm,
    EnquiryForm,
    InformationRequestForm,
    MoreEnquiryFilesForm,
    RateForm,
    ReceiptForm,
)
from publicity.models import Enquiry, Question
from publicity.pages.enquiry import enquiry_progress
from publicity.pages.enquiry_figures import enquiry_figures, satisfaction
from publicity.services.attachments import MOST_FILES
from publicity.ways_to_ask import WAYS, Way, way_of
from sites.chosen import chosen_programme, programme_or_404

ASKING = brakes.brake("enquiries_device", "enquiries_address")
ATTACHING = brakes.brake("attachments_device", "attachments_address")
GUESSING = brakes.brake("receipts_device", "receipts_address")
SUGGESTING = brakes.brake("suggestions_address")
# What is logged of a receipt page's address leads nowhere after so many seconds; the code itself never is.
SALT, RECEIPT_SECONDS = "publicity.enquiry", 1800


@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """What is asked often, the ways to ask, and how enquiries are answered."""
    programme = chosen_programme(request)
    here = Enquiry.objects.filter(programme=programme)
    context = {
        "programme": programme,
        "ways": WAYS,
        "questions": list(_published()),
        "figures": enquiry_figures(here),
        "satisfaction": satisfaction(here),
    }
    return render(request, "publicity/ask.html", context)


@prepared
def _published() -> QuerySet[Question]:
    return Question.objects.published().order_by("topic", "-published_on", "-pk")


@require_safe
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """A question with its answer; of one that was taken back it is said so."""
    found = get_object_or_404(Question.objects.exclude(published_on=None), pk=pk)
    is_gone = found.state == QuestionState.WITHDRAWN
    return render(
        request,
        "publicity/question.html",
        {
            "question": found,
            "is_gone": is_gone,
            "linked_data": None if is_gone else linked_data.of_questions([found]),
        },
        status=410 if is_gone else 200,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@once
def ask_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand in an enquiry of one kind; the answer is the receipt code that follows it."""
    way, programme = _way(kind), programme_or_404(request)
    posted = request.method == "POST"
    form = (InformationRequestForm if way.kind == EnquiryKind.INFORMATION else EnquiryForm)(
        request.POST if posted else None,
        request.FILES if posted else None,
        programme=programme,
        kind=way.kind,
        initial={} if posted else _begun(request),
    )
    status = 422 if form.is_bound else 200
    # A place is asked for before anything is looked at, and taken by what could be kept.
    if form.is_bound and (ASKING.holds(request) or (form.is_valid() and not ASKING.takes(request))):
        status = 429
        told = _("Too much came from here. What you typed stands below: send it again in %(time)s, or call.")
        form.add_error(None, told % {"time": _wait(request, ASKING)})
    elif form.is_bound and form.is_valid() and carried_out(form, form.save):
        return _to_receipt(form.received.enquiry, request, form.received.refused)
    context = {"form": form, "way": way, "rulebook": programme.rulebook_used}
    return _answer(request, "publicity/ask_form.html", context, status)


def _way(kind: str) -> Way:
    way = way_of(kind)
    if way is None:
        raise Http404
    return way


def _begun(request: HttpRequest) -> dict[str, str]:
    """What the page that led here says: which site, which page."""
    return {name: request.GET[name][:200] for name in ("site", "page") if name in request.GET}


@require_POST
def suggestions(request: HttpRequest) -> HttpResponse:
    """Frequent questions like what is typed so far; a post, so that no letter stands in an address."""
    if not SUGGESTING.takes(request):
        return HttpResponse(status=429)
    hits = questions_like(request.POST.get("text", ""))
    return render(request, "publicity/_suggestions.html", {"hits": hits})


@never_cache
@require_safe
def enquiry_receipt(request: HttpRequest, token: str) -> HttpResponse:
    """The enquiry that was handed in just now; later its code leads there."""
    found = _by_token(token)
    if found is None:
        messages.info(request, _("This page is over; type the receipt code to see how far it is."))
        return redirect("publicity:enquiry")
    return _status_page(request, found, submitted=True)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enquiry(request: HttpRequest) -> HttpResponse:
    """What has come of an enquiry, by its receipt code, which is posted; never who made it."""
    form = ReceiptForm(request.POST if request.method == "POST" else None)
    found, status = _by_receipt(request, form)
    if found:
        return _status_page(request, found)
    if status == 429:
        told = _("Too many codes that do not exist came from here. Try again in %(time)s.")
        form.add_error("code", told % {"time": _wait(request, GUESSING)})
    elif status == 404:
        form.add_error("code", _("Nothing is on record under this code; compare it with your receipt."))
    return _answer(request, "publicity/enquiry_follow.html", {"form": form}, status)


@never_cache
@require_POST
@once
def enquiry_files(request: HttpRequest) -> HttpResponse:
    """More attachments, by the receipt code, while it is open."""
    return _add(request, MoreEnquiryFilesForm(request.POST, request.FILES), name="files_form")


@never_cache
@require_POST
@once
def enquiry_complete(request: HttpRequest) -> HttpResponse:
    """What a request lacked, by the receipt code."""
    return _add(request, CompleteForm(request.POST, request.FILES), name="complete_form")


@never_cache
@require_POST
@once
def enquiry_rate(request: HttpRequest) -> HttpResponse:
    """Whether who asked is satisfied."""
    found, _status = _by_receipt(request, ReceiptForm(request.POST))
    if found is None:
        return redirect("publicity:enquiry")
    form = RateForm(request.POST)
    if form.is_valid() and carried_out(form, lambda: form.save(found)):
        messages.success(request, _("Thank you; it is counted without your name."))
        return _to_receipt(found, request)
    return _status_page(request, found, status=422, refused={"rate_form": form})


@never_cache
@require_safe
def enquiry_paper(request: HttpRequest, token: str) -> FileResponse:
    """The reply to a request as a paper, from the page of its receipt; it names nobody."""
    found = _by_token(token)
    if found is None or found.is_open or found.document is None:
        raise Http404
    return paper_response(found.document)


def _add(request: HttpRequest, form: CompleteForm | MoreEnquiryFilesForm, *, name: str) -> HttpResponse:
    found, _status = _by_receipt(request, ReceiptForm(request.POST))
    if found is None:
        return redirect("publicity:enquiry")
    if not ATTACHING.takes(request):
        told = _("Too much came from here. Try again in %(time)s.")
        form.add_error(None, told % {"time": _wait(request, ATTACHING)})
        return _status_page(request, found, status=429, refused={name: form})
    if form.is_valid() and carried_out(form, lambda: form.save(found)):
        return _to_receipt(found, request, form.refused)
    return _status_page(request, found, status=422, refused={name: form})


def _without_writer() -> QuerySet[Enquiry]:
    found = Enquiry.objects.select_related("programme", "site", "held_by", "document")
    return found.defer("page", "writer_name", "writer_contact", "writer_identity", "document__context")


def _token(found: Enquiry) -> str:
    """Stands in an address in the code's place, for half an hour."""
    return signing.dumps(found.pk, salt=SALT)


def _by_token(token: str) -> Enquiry | None:
    try:
        pk = signing.loads(token, salt=SALT, max_age=RECEIPT_SECONDS)
    except signing.BadSignature:
        return None
    return _without_writer().filter(pk=pk).first()


def _by_receipt(request: HttpRequest, form: ReceiptForm) -> tuple[Enquiry | None, int]:
    """The enquiry a code leads to, without who wrote it, and the answer's status."""
    if not form.is_bound:
        return None, 200
    if not form.is_valid():
        return None, 422
    found = _without_writer().filter(receipt_code=form.cleaned_data["code"]).first()
    if found:
        return found, 200
    # Misses alone are counted and stopped: others behind the same address still follow their enquiries.
    return None, 404 if GUESSING.takes(request) else 429


def _to_receipt(found: Enquiry, request: HttpRequest, refused: list[str] | None = None) -> HttpResponse:
    for line in refused or ():
        messages.warning(request, line)
    return redirect("publicity:enquiry_receipt", _token(found))


def _status_page(
    request: HttpRequest,
    found: Enquiry,
    *,
    status: int = 200,
    submitted: bool = False,
    refused: Mapping[str, Form] = MappingProxyType({}),
) -> HttpResponse:
    kept = found.files.exclude(file="").count()
    extended = found.steps.filter(deed=EnquiryDeed.EXTEND).last()
    context: dict[str, Any] = {
        "enquiry": found,
        "submitted": submitted and found.state == EnquiryState.RECEIVED,
        "steps": enquiry_progress(found),
        "kept": kept,
        "why_extended": extended.note if extended and found.extended_on else "",
        "receipt": {"code": found.receipt_code},
        "token": _token(found),
    }
    if found.state == EnquiryState.TO_COMPLETE:
        context["complete_form"] = CompleteForm()
    elif found.is_open and kept < MOST_FILES:
        context["files_form"] = MoreEnquiryFilesForm()
    elif not found.is_open and not found.satisfaction:
        context["rate_form"] = RateForm()
    return _answer(request, "publicity/enquiry_status.html", {**context, **refused}, status)


def _answer(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    answer = render(request, template, context, status=status)
    if status == 429:
        waits = (each.wait(request) for each in (ASKING, ATTACHING, GUESSING))
        answer["Retry-After"] = str(max(waits))
    return answer


def _wait(request: HttpRequest, brake: brakes.Brake) -> str:
    return brakes.in_words(brake.wait(request))
