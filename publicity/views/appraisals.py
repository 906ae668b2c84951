"""社会评议: the page a slip's code leads to. Plain and large, for any telephone; it sets no cookie."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from core import brakes
from core.acting import carried_out
from core.codes import plain_code
from publicity.forms import AppraisalCodeForm, AppraisalForm
from publicity.models import Appraisal, AppraisalResponse
from sites.calendar import today

GUESSING = brakes.brake("appraisal_codes_device", "appraisal_codes_address")


@never_cache
@require_safe
def appraise(request: HttpRequest) -> HttpResponse:
    """Where the poster leads: the code is typed here."""
    form = AppraisalCodeForm(request.GET or None)
    if form.is_valid():
        return redirect("publicity:appraisal", form.cleaned_data["code"])
    return _page(request, "appraise", {"form": form}, 422 if form.is_bound else 200)


@csrf_exempt  # nobody is signed in here: the code in the address is all the right there is
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appraisal(request: HttpRequest, code: str) -> HttpResponse:
    """The questions; or that the code is used, unknown, or not open today."""
    if GUESSING.holds(request):
        held = brakes.in_words(GUESSING.wait(request))
        return _page(request, "appraise", {"form": AppraisalCodeForm(), "held": held}, 429)
    response = _by_code(code)
    if response is None:
        GUESSING.takes(request)
        return _page(request, "appraise", {"form": AppraisalCodeForm(), "unknown": code}, 404)
    form, status = AppraisalForm(request.POST or None, response=response), 200
    if request.method == "POST":
        device = _device(request, response.appraisal)
        if form.is_valid() and carried_out(form, lambda: form.save(device=device)):
            return redirect("publicity:appraised")
        response, status = _by_code(code), 422
    return _page(request, "appraisal", {"response": response, "form": form, "today": today()}, status)


@never_cache
@require_safe
def appraised(request: HttpRequest) -> HttpResponse:
    return _page(request, "appraised", {})


def _by_code(code: str) -> AppraisalResponse | None:
    codes = AppraisalResponse.objects.on_slips().select_related("appraisal__site__organisation")
    return codes.filter(code=plain_code(code)).first()


def _device(request: HttpRequest, appraisal: Appraisal) -> str:
    """A keyed digest that tells one device's answers about one site together, and nothing else."""
    browser = request.headers.get("User-Agent", "")
    told = f"{appraisal.pk}\n{brakes.source_of(request)}\n{browser}"
    return salted_hmac("publicity.appraisal.device", told, algorithm="sha256").hexdigest()


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    answer = render(request, f"publicity/{name}.html", context, status=status)
    if status == 429:
        answer["Retry-After"] = str(GUESSING.wait(request))
    return answer
