"""The published data for programs: read-only JSON under /api/v1/."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.paginator import EmptyPage
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from core import brakes
from publicity import api
from publicity.forms import ApiForm
from publicity.open_data import DATA_SETS

# What is kept of a page (page_cache) is answered without a place being taken.
READING = brakes.brake("api_address")


def _braked(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if READING.takes(request):
            return view(request, *args, **kwargs)
        refused = _json({"error": "请求过于频繁，请稍后再试。"}, status=429)
        refused["Retry-After"] = str(max(1, READING.wait(request)))
        return refused

    return answered


@require_safe
@_braked
def index(request: HttpRequest) -> HttpResponse:
    """Every set, with how many rows it has and since when it is as it is."""
    return _json(api.index())


@require_safe
@_braked
def description(request: HttpRequest) -> HttpResponse:
    """What there is, as OpenAPI 3.1."""
    return _json(api.description())


@require_safe
@_braked
def data_set(request: HttpRequest, key: str) -> HttpResponse:
    """One page of a set; 404 beyond the last one, saying which is the last."""
    found, form = DATA_SETS.get(key), ApiForm(request.GET)
    if found is None:
        return _json({"error": f"没有数据集 {key}。", "datasets": list(DATA_SETS)}, status=404)
    if not form.is_valid():
        return _json({"error": f"page 从 1 起，rows 从 1 到 {api.MOST_ROWS}。"}, status=400)
    number, size = form.cleaned_data["page"] or 1, form.cleaned_data["rows"] or api.USUAL_ROWS
    try:
        page = api.page_of(found, number, size)
    except EmptyPage:
        pages = api.page_of(found, 1, size).paginator.num_pages
        return _json({"error": f"没有第 {number} 页。", "pages": pages}, status=404)
    return _json(api.answer(found, page, size))


def _json(body: dict[str, Any], status: int = 200) -> HttpResponse:
    answer = JsonResponse(
        body, encoder=DjangoJSONEncoder, json_dumps_params={"ensure_ascii": False}, status=status
    )
    # Whoever's page asks for it may read it: it is everybody's.
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
