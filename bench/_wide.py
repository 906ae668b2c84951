"""Addresses of a portal of the benchmarks' own: one long and wide table, asked for as the desk's are."""

import datetime
from collections.abc import Iterator

from django.http import HttpResponse
from django.urls import path

from accounts.exported import exported
from accounts.http import StaffRequest
from sites.models import Site
from tables.writing import Row
from wuhai_portal.urls import urlpatterns as desk

ROWS, COLUMNS = 22_000, 45
HEADS = [f"示例{n}" for n in range(COLUMNS)]
DAY = datetime.date(2008, 5, 20)


def rows() -> Iterator[Row]:
    """As ours are: half of the cells texts, a quarter numbers, the rest days and nothing."""
    for row in range(ROWS):
        texts = (f"示例第{row}行第{column}格" for column in range(COLUMNS))
        yield [
            text if column % 2 else row + column if column % 4 else DAY if column % 8 else None
            for column, text in enumerate(texts)
        ]


def table(request: StaffRequest) -> HttpResponse:
    return exported(request, "示例", HEADS, rows(), about=Site)


urlpatterns = [*desk, path("wide/", table)]
