"""Who has filed a list, and who has not: every body that owes one, with or without it."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.enums import OrganisationKind
from accounts.models import Organisation

from .calendar import today
from .enums import Action, FilingState, Level, Stage
from .models import Filing, Programme
from .workflow import TRANSITIONS

# What the filter can ask for beyond a list's own states.
LATE = "late"
NOT_BEGUN = "none"


@dataclass(frozen=True)
class Standing:
    """One body that owes a list, and how it stands."""

    organisation: Organisation
    level: Level
    filing: Filing | None
    site_count: int
    days_over: int  # days since the last day for filing; negative before it

    @property
    def state(self) -> str:
        return self.filing.state if self.filing else NOT_BEGUN

    @property
    def is_late(self) -> bool:
        return self.days_over > 0 and not self.is_filed

    @property
    def is_filed(self) -> bool:
        return self.state not in (NOT_BEGUN, *FilingState.EDITABLE)


def due_on(programme: Programme) -> datetime.date:
    """The last day on which a list can be filed, extensions included."""
    ordinals = TRANSITIONS[Action.FILE].phases
    return max(phase.last_day for phase in programme.phases.all() if phase.ordinal in ordinals)


def standings(programme: Programme) -> list[Standing]:
    """The designated units in the plan's order, then the districts. Three queries."""
    filings = programme.filings.annotate(
        site_count=Count("sites", filter=~Q(sites__stage=Stage.WITHDRAWN))
    ).select_related("filed_by")
    found = {(filing.level, filing.organisation_id): (filing, filing.site_count) for filing in filings}  # type: ignore[attr-defined]  # annotated
    days_over = (today() - due_on(programme)).days

    def standing(organisation: Organisation, level: Level) -> Standing:
        filing, site_count = found.get((level, organisation.pk), (None, 0))
        return Standing(organisation, level, filing, site_count, days_over)

    units = programme.designated_units.select_related("organisation")
    districts = Organisation.objects.filter(kind=OrganisationKind.DISTRICT_GOVERNMENT)
    return [
        *(standing(unit.organisation, Level.CITY) for unit in units),
        *(standing(district, Level.DISTRICT) for district in districts),
    ]
