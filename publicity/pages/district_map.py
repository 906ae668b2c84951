"""The directory's diagram: how many of a programme's sites each district has, and the city itself."""

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, QuerySet, When
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.prepared import prepared
from publicity.public_state import PublicState, with_public_state
from sites.calendar import today
from sites.enums import Level
from sites.models import Programme, Site


@dataclass(frozen=True)
class Shape:
    """Where an area stands on the diagram: schematic, not surveyed."""

    path: str
    x: int
    y: int


_CITY = Shape("M12 16H148V88H12Z", 80, 44)
# By a district's code: 海勃湾 in the north-east, 海南 in the south-east, 乌达 west across the river.
_DISTRICTS: dict[str, tuple[Promise, Shape]] = {
    "150302": (_("Haibowan District"), Shape("M226 30L336 22L344 150L252 166L190 158Z", 274, 92)),
    "150303": (_("Hainan District"), Shape("M186 178L252 186L344 170L330 306L168 312L158 246Z", 252, 240)),
    "150304": (_("Wuda District"), Shape("M18 128L122 110L150 150L130 214L112 248L26 238Z", 80, 174)),
}


@dataclass(frozen=True)
class Area:
    """A district's own sites, or the city's; `url` leads to exactly these, empty where there are none."""

    name: Promise | str
    shape: Shape | None
    url: str
    total: int
    on_notice: int
    titled: int


def areas(programme: Programme | None, url: str) -> list[Area]:
    """The city, then the districts, each site counted once (two queries); `url` is the directory's.

    A district that the diagram does not know is counted all the same.
    """
    counts: dict[str, Counter[PublicState]] = {code: Counter() for code in ("", *_DISTRICTS)}
    districts: dict[str, tuple[int, str]] = {}
    rows = list(_counted(programme.pk if programme else None, today()))
    named = {one.pk: one for one in _named(tuple({key for _state, key, _number in rows if key}))}
    for state, key, number in rows:
        code, name = (named[key].code, named[key].short_name) if key else ("", "")
        counts.setdefault(code, Counter())[PublicState(state)] += number
        districts[code] = (key or 0, name)

    def area(code: str) -> Area:
        key, called = districts.get(code, (0, ""))
        name, shape = _DISTRICTS.get(code, (called, None))
        asked: dict[str, str | int] = {"level": str(Level.DISTRICT), "district": key}
        if not code:
            name, shape, asked = _("City level"), _CITY, {"level": str(Level.CITY)}
        if programme and not programme.is_current:
            asked["programme"] = programme.pk
        return Area(
            name=name,
            shape=shape,
            url=f"{url}?{urlencode(asked)}" if code in districts else "",
            total=counts[code].total(),
            on_notice=counts[code][PublicState.ON_NOTICE],
            titled=sum(counts[code][state] for state in (PublicState.NAMED, PublicState.WARNED)),
        )

    return [area(code) for code in sorted(counts)]


@prepared
def _counted(programme: int | None, day: datetime.date) -> QuerySet[Any, Any]:
    """Public state, key of the district and number of sites; of the city's the key is None."""
    listed = with_public_state(Site.objects.listed().filter(programme=programme).order_by(), day)
    district = Case(When(level=Level.DISTRICT, then=F("filing__organisation_id")))
    return listed.values_list("public_state", district).annotate(Count("pk"))


@prepared
def _named(districts: tuple[int, ...]) -> QuerySet[Organisation]:
    """Asked apart: it spares every site its district's record."""
    return Organisation.objects.filter(pk__in=districts).only("code", "short_name")
