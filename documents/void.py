"""The words for a paper that counts no more: in one place, for pages and for what the database puts together.

A page has them by `components/paper_void.html`, which gives the reason as well.
"""

import datetime
from typing import NamedTuple

from django.db.models import Case, F, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .numbers import NUMBERED, number_of

# What a query takes along to name a paper (`named`).
NAMED = Concat(
    NUMBERED,
    Value(" "),
    Case(When(withdrawn_on=None, then=Value("-")), default=Value("void")),
    Value(" "),
    "replaced_by_number",
    Value(" "),
    "withdrawn_why",
    output_field=TextField(),
)


class Named(NamedTuple):
    """A paper's number, with the mark behind it where it counts no more, and why it does not."""

    number: str
    why: str


def void_words(on: datetime.date, successor: str) -> str:
    """Since when a paper counts no more, and what stands in its place if anything does."""
    day = date_format(on)
    if successor:
        told = _("withdrawn on %(day)s; in its place stands %(number)s")
        return told % {"day": day, "number": successor}
    return _("withdrawn on %(day)s") % {"day": day}


def void_mark(successor: str) -> str:
    """The same behind a title in a line of text."""
    if successor:
        return _(" (withdrawn; in its place stands %(number)s)") % {"number": successor}
    return _(" (withdrawn)")


def named(packed: str) -> Named:
    """What `NAMED` found."""
    series, year, number, state, successor, why = packed.split(" ", 5)
    mark = void_mark(successor) if state == "void" else ""
    return Named(number_of(f"{series} {year} {number}") + mark, why)


def marked(title: str, paper: str) -> Combinable:
    """A paper's title with its mark, as a query finds it: `paper` is the way to the paper, "document__"."""
    later = f"{paper}replaced_by_number"
    # The words around the number, whatever the language has behind it.
    before, _number, behind = void_mark("\0").partition("\0")
    return Case(
        When(**{f"{paper}withdrawn_on": None}, then=F(title)),
        When(**{later: ""}, then=Concat(F(title), Value(void_mark("")))),
        default=Concat(F(title), Value(before), F(later), Value(behind)),
        output_field=TextField(),
    )
