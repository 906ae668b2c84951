"""The bare site's pages: an empty one, and a signed-in person's 50 rows.

The rows take 4 queries: 2 of the page's own, and before them the session and the person.
"""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import Permission
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

ROWS = 50
PAGE = engines["django"].from_string(
    "<!doctype html><title>{{ count }}</title><p>{{ request.user }}</p><table>"
    "{% for row in rows %}<tr><td>{{ row.pk }}<td>{{ row.name }}<td>{{ row.codename }}</tr>{% endfor %}"
    "</table>"
)


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


@login_required
def rows(request: HttpRequest) -> HttpResponse:
    found = Permission.objects.order_by("pk")
    return HttpResponse(PAGE.render({"count": found.count(), "rows": found[:ROWS]}, request))


urlpatterns = [path("", empty), path("rows/", rows)]
