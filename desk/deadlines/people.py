"""Who is told of a date on each rung: those who have to act, then those over them."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from accounts.enums import Role
from accounts.models import User
from assessments.bars import bars
from assessments.models import Assessment, Recusal
from assessments.services.final_sheet import waiting_members
from desk.enums import DeadlineKind, Rung
from publicity.models import Objection
from publicity.services.objections import investigators
from sites.enums import Level
from sites.models import Filing, Site
from sites.services import filers, filers_of, people, staff_of

from .sources import Row

_ALL = tuple(Rung)
_CITY = (Rung.AHEAD, Rung.LATE, Rung.OFFICE, Rung.LEADING_GROUP)
_OFFICE_ACTS = (Rung.AHEAD, Rung.LATE, Rung.LEADING_GROUP)
# The rungs of each kind. A district acts itself on its list, and is told neither of a team's sheets nor of a
# letter; overdue findings are told in their threads (`assessments.services.escalation`).
RUNGS: Mapping[DeadlineKind, tuple[Rung, ...]] = {
    DeadlineKind.LIST: _CITY,
    DeadlineKind.PLAN: _ALL,
    DeadlineKind.MEASURE: _ALL,
    DeadlineKind.SELF_ASSESSMENT: _ALL,
    DeadlineKind.INSPECTION: _CITY,
    DeadlineKind.COMMENT: _ALL,
    DeadlineKind.RECTIFICATION: (Rung.AHEAD,),
    DeadlineKind.OBJECTION: _OFFICE_ACTS,
    DeadlineKind.WARNING: _ALL,
    DeadlineKind.RECHECK: _OFFICE_ACTS,
}
# Where the record itself says who acts, and not the site or the district.
_ACTED_ON_BY_RECORD = (DeadlineKind.LIST, DeadlineKind.INSPECTION, DeadlineKind.OBJECTION)


class Addressees:
    """Finds those to be told of some rows; nothing is asked twice, however many rows there are."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = list(rows)
        self._found: dict[object, list[User]] = {}

    @cached_property
    def sites(self) -> dict[int, Site]:
        return Site.objects.select_related("organisation", "filing").in_bulk(
            {row.site for row in self._rows if row.site}
        )

    @cached_property
    def filings(self) -> dict[int, Filing]:
        return Filing.objects.in_bulk({row.filing for row in self._rows if row.filing})

    @cached_property
    def aside(self) -> set[tuple[int, int | None, int | None]]:
        """Who stood aside: person and site, person and list."""
        about = Q(site__in=self.sites) | Q(site__filing__in=self.filings)
        pairs = Recusal.objects.filter(about).values_list("user", "site", "site__filing")
        return {(user, *of) for user, site, list_ in pairs for of in ((site, None), (None, list_))}

    def of(self, row: Row, rung: Rung) -> list[User]:
        """Those whose accounts are in use and who may know; none where the rung does not fit."""
        shut = ((row.site, None), (None, row.filing))
        found = [
            one for one in self._on_rung(row, rung) if not any((one.pk, *of) in self.aside for of in shut)
        ]
        if row.kind == DeadlineKind.OBJECTION and row.site:
            # What keeps somebody from handling the letter keeps them from knowing of it.
            barred = {person for person, _site in bars(found, [self.sites[row.site]])}
            return [person for person in found if person.pk not in barred]
        return found

    def _on_rung(self, row: Row, rung: Rung) -> list[User]:
        """Asked once for all rows that go to the same people."""
        if rung not in RUNGS[DeadlineKind(row.kind)]:
            return []
        site = self.sites[row.site] if row.site else None
        if rung in (Rung.AHEAD, Rung.LATE):
            by_record = row.kind in _ACTED_ON_BY_RECORD
            return self._once((row.kind, row.key if by_record else row.site or row.filing), self._acting, row)
        if rung == Rung.DISTRICT:
            of_district = site and site.level == Level.DISTRICT
            return self._once((rung, site.filing_id), filers, site.filing) if site and of_district else []
        return self._once(rung, _of_role, Role(rung.value))

    def _once(self, key: object, ask: Callable[[Any], Iterable[User]], about: object) -> list[User]:
        if key not in self._found:
            self._found[key] = list(ask(about))
        return self._found[key]

    def _acting(self, row: Row) -> Iterable[User]:
        kind = DeadlineKind(row.kind)
        if kind == DeadlineKind.LIST:
            return filers_of(row.text, row.spot or 0)
        if kind == DeadlineKind.INSPECTION:
            return [one for one in waiting_members(Assessment.objects.get(pk=row.key)) if one.is_active]
        if kind == DeadlineKind.OBJECTION:
            return _handling(Objection.objects.select_related("site").get(pk=row.key))
        if kind == DeadlineKind.RECHECK:
            return people(Role.OFFICE)
        return staff_of(self.sites[row.site] if row.site else self.filings[row.filing or 0])


def _of_role(role: Role) -> QuerySet[User]:
    return people(role).select_related("organisation")


def _handling(letter: Objection) -> QuerySet[User]:
    """The office's people nothing bars, and the one who was named to look into it."""
    able = investigators(letter.site)
    return able.filter(role=Role.OFFICE) | able.filter(pk__in=[letter.investigator_id])
