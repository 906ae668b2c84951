"""The numbers of papers, 文号, as queries ask for them and as people write them."""

import re
from typing import Any

from django.db.models import Q, TextField, Value
from django.db.models.functions import Cast, Concat

from .papers import numbered

# The letters of its series, the year in whatever brackets or none, the number (GB/T 9704-2012, 7.2.5).
_NUMBER = re.compile(
    r"(?P<series>[^\W\d]*)(?P<open>[〔\[［(（【]?)(?P<year>\d{4})[〕\]］)）】]?第?0*(?P<number>\d{1,6})(?P<end>号?)"
)
# Series, year and number of a paper: `papers.numbered` alone says how they are written.
NUMBERED = Concat(
    "series",
    Value(" "),
    Cast("year", TextField()),
    Value(" "),
    Cast("number", TextField()),
    output_field=TextField(),
)


def number_of(spot: str) -> str:
    """What `NUMBERED` found, as it is written."""
    series, year, number = spot.split()
    return numbered(series, int(year), int(number))


def number_written(text: str) -> tuple[()] | tuple[int, int, str]:
    """Year, number and letters of a paper, however they are written; a bare run of digits is no number."""
    found = _NUMBER.fullmatch("".join(text.split()))
    if not found or not (found["series"] or found["open"] or found["end"]):
        return ()
    return int(found["year"]), int(found["number"]), found["series"]


def is_numbered(*number: Any, paper: str = "") -> Q:
    """The paper of this `number_written`; no paper, if none was. `paper` is the path to it, with its `__`."""
    if not number:
        return Q(pk=None)
    year, count, series = number
    asked = {"year": year, "number": count, "series__icontains": series}
    return Q(**{f"{paper}{field}": value for field, value in asked.items()})
