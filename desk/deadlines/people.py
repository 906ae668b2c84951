"""Who is told of a date on each rung: those who have to act, then those over them."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from accounts.enums import Role
from accounts.models import User
from assessments.eligibility import bars, stood_aside
from sites.deadlines import OpenDate
from sites.enums import Level, Rung
from sites.models import Filing, Site
from sites.services import filers, people, staff_of

from .kinds import kind_of


class Addressees:
    """Finds those to be told of some dates; nothing is asked twice, however many dates there are."""

    def __init__(self, dates: Iterable[OpenDate]) -> None:
        self._dates = list(dates)
        self._found: dict[object, list[User]] = {}

    @cached_property
    def sites(self) -> dict[int, Site]:
        return Site.objects.select_related("organisation", "filing").in_bulk(
            {date.site for date in self._dates if date.site}
        )

    @cached_property
    def filings(self) -> dict[int, Filing]:
        return Filing.objects.in_bulk({date.filing for date in self._dates if date.filing})

    @cached_property
    def aside(self) -> set[tuple[int, int | None, int | None]]:
        """Who stood aside: person and site, person and list."""
        pairs = stood_aside(self.sites, self.filings)
        return {(user, *of) for user, site, list_ in pairs for of in ((site, None), (None, list_))}

    def of(self, date: OpenDate, rung: Rung) -> list[User]:
        """Those whose accounts are in use and who may know; none where the rung does not fit."""
        shut = ((date.site, None), (None, date.filing))
        found = [
            one for one in self._on_rung(date, rung) if not any((one.pk, *of) in self.aside for of in shut)
        ]
        if kind_of(date.kind).for_the_unbarred and date.site:
            # What keeps somebody from acting keeps them from knowing of it.
            barred = {person for person, _site in bars(found, [self.sites[date.site]])}
            return [person for person in found if person.pk not in barred]
        return found

    def _on_rung(self, date: OpenDate, rung: Rung) -> list[User]:
        """Asked once for all dates that go to the same people."""
        kind = kind_of(date.kind)
        if rung not in kind.rungs:
            return []
        site = self.sites[date.site] if date.site else None
        if rung in (Rung.AHEAD, Rung.LATE):
            if kind.acting:
                return self._once((date.kind, date.key), kind.acting, date)
            return self._once((date.site, date.filing), staff_of, site or self.filings[date.filing or 0])
        if rung == Rung.DISTRICT:
            of_district = site and site.level == Level.DISTRICT
            return self._once((rung, site.filing_id), filers, site.filing) if site and of_district else []
        return self._once(rung, _of_role, Role(rung.value))

    def _once(self, key: object, ask: Callable[[Any], Iterable[User]], about: object) -> list[User]:
        if key not in self._found:
            self._found[key] = list(ask(about))
        return self._found[key]


def _of_role(role: Role) -> QuerySet[User]:
    return people(role).select_related("organisation")
