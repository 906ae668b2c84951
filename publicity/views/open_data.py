"""What is published, as data: the sets with their schema, and the files."""

from django.core.paginator import EmptyPage
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from core.http import full_address
from publicity import linked_data
from publicity.api import licence
from publicity.forms import DataFileForm
from publicity.open_data import DATA_SETS, ROWS, DataSet, changed_on
from tables import writing


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """Every set: what it holds, its columns, how many rows, the files."""
    changed = changed_on()
    sets = [(each, each.page(1).paginator, changed[each.key]) for each in DATA_SETS.values()]
    said = linked_data.of_data(list(DATA_SETS.values()), licence()["url"])
    context = {"sets": sets, "rows_a_file": ROWS, "linked_data": said}
    return render(request, "publicity/open_data.html", context)


@require_safe
def data_file(request: HttpRequest, key: str, ending: str) -> HttpResponse:
    """One set as CSV, JSON or XLSX; the columns are named alike in all three, in every language."""
    found, form = DATA_SETS.get(key), DataFileForm(request.GET)
    if found is None:
        raise Http404
    try:
        page = found.page(form.number())
    except EmptyPage as error:
        raise Http404 from error
    with translation.override("zh-hans"):
        rows = [found.row(record) for record in page.object_list]
    if ending == "json":
        return _json(found, form.number(), page.paginator.num_pages, page.paginator.count, rows)
    heads = [field.name for field in found.fields]
    name = key if form.number() == 1 else f"{key}-{form.number()}"
    if ending == "csv":
        return writing.download(writing.csv(heads, rows), f"{name}.csv", writing.CSV)
    return writing.download(writing.xlsx(heads, rows, key), f"{name}.xlsx", writing.XLSX)


def _json(found: DataSet, number: int, pages: int, count: int, rows: list[writing.Row]) -> HttpResponse:
    address = full_address("publicity:data_file", found.key, "json")
    body = {
        "dataset": found.key,
        "schema": full_address("publicity:open_data") + f"#{found.key}",
        "count": count,
        "page": number,
        "pages": pages,
        "next": f"{address}?page={number + 1}" if number < pages else None,
        "rows": found.as_objects(rows),
    }
    options = {"ensure_ascii": False, "indent": 1}
    return JsonResponse(body, encoder=DjangoJSONEncoder, json_dumps_params=options)
