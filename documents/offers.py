"""Official papers, as the desk's search finds them: by title, by number, by verification code."""

import re

from django.db.models import Q, TextField, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.offers import SEARCHED
from accounts.rules import has_role
from core.codes import plain_code
from core.search import Found, SearchKind

from .models import Document
from .papers import PAPERS, DocumentKind

# 文号: the letters of its series, the year in whatever brackets or none, the number (GB/T 9704-2012, 7.2.5).
_NUMBER = re.compile(
    r"(?P<series>[^\W\d]*)(?P<open>[〔\[［(（【]?)(?P<year>\d{4})[〕\]］)）】]?第?0*(?P<number>\d{1,6})(?P<end>号?)"
)
# Kind, year and number: `PAPERS` alone says how they are written.
NUMBERED = Concat(
    "kind",
    Value(" "),
    Cast("year", TextField()),
    Value(" "),
    Cast("number", TextField()),
    output_field=TextField(),
)


def number_of(numbered: str) -> str:
    """What `NUMBERED` found, as it is written."""
    kind, year, number = numbered.split()
    return PAPERS[DocumentKind(kind)].number(int(year), int(number))


def _known_by(text: str) -> Q:
    """The paper it is the verification code or the number of, however that is written.

    A bare run of digits is no number.
    """
    by_code = Q(verification_code=plain_code(text))
    found = _NUMBER.fullmatch("".join(text.split()))
    if not found or not (found["series"] or found["open"] or found["end"]):
        return by_code
    by_number = Q(year=int(found["year"]), number=int(found["number"]))
    return by_code | by_number & Q(series__icontains=found["series"])


def _title_and_number(found: Found) -> str:
    return f"{found.title} {number_of(found.spot)}"


SEARCHED.add(
    SearchKind(
        key="documents",
        label=_("Official papers"),
        records=Document.objects.visible_to,
        fields=("title",),
        title="title",
        on="issued_on",
        spot=NUMBERED,
        told=_title_and_number,
        url=lambda found, _user: reverse("documents:detail", args=[found.key]),
        known_by=_known_by,
        order=("-issued_on", "-pk"),
        offered_to=has_role,
    ),
    place=40,
)
