"""A list's road: filled, filed, sent back or reviewed, determined."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from accounts.enums import OrganisationKind, Role
from accounts.models import User
from sites import rules
from sites.calendar import today
from sites.enums import Action, FilingState, Level
from sites.models import Filing, Programme, Site
from sites.services.people import filers, people
from sites.services.state import check_state
from sites.services.steps import move_rows, tell
from sites.signals import list_filed


@dataclass(frozen=True)
class Problem:
    """Something that keeps a list from being filed; `site` is the row to jump to, if it is one row."""

    text: str
    site: Site | None = None


def filing_of(*, programme: Programme, by: User) -> Filing | None:
    """The list this person fills, made empty on first sight; None for those who file none."""
    designated = programme.designated_units.filter(organisation=by.organisation_id)
    level, body = Level.CITY, None
    if by.role == Role.DISTRICT:
        level, body = Level.DISTRICT, by.district_id
    elif by.role == Role.LIAISON and designated.exists():
        body = by.organisation_id
    if body is None:
        return None
    filing, _created = Filing.objects.get_or_create(programme=programme, organisation_id=body, level=level)
    return filing


def rows_of(filing: Filing) -> list[Site]:
    """The rows of a list with their units and liaisons, and whether the units have accounts."""
    rows = filing.sites.on_list().with_account().prefetch_related("liaisons")
    return list(rows.select_related("organisation"))


def filing_problems(filing: Filing, sites: Sequence[Site]) -> list[Problem]:
    """Everything that keeps the list from being filed, in the order a clerk would mend it.

    `sites` are its rows, as `rows_of` gives them.
    """
    problems = count_problems(filing, len(sites))
    for site in sites:
        if not site.liaisons.all():
            problems.append(Problem(_("%(site)s: no liaison is named.") % {"site": site}, site))
        if filing.level == Level.DISTRICT and site.organisation.kind not in OrganisationKind.DISTRICT_CHOICE:
            problems.append(
                Problem(
                    _("%(site)s: a district chooses departments, utilities, towns or subdistricts.")
                    % {"site": site},
                    site,
                )
            )
    return problems


def quota_words(filing: Filing) -> str:
    """How many sites the list must hold, for those who begin it."""
    low, high = filing.quota
    if filing.level == Level.CITY:
        return ngettext(
            "A designated unit names exactly %(n)d window.",
            "A designated unit names exactly %(n)d windows.",
            low,
        ) % {"n": low}
    return _("A district puts forward %(low)d to %(high)d sites.") % {"low": low, "high": high}


def count_problems(filing: Filing, count: int) -> list[Problem]:
    """What the plan's quota has against a list of so many sites."""
    low, high = filing.quota
    if low <= count <= high:
        return []
    if filing.level == Level.CITY:
        demand = ngettext(
            "A designated unit names exactly %(n)d window; this list has %(count)d.",
            "A designated unit names exactly %(n)d windows; this list has %(count)d.",
            low,
        )
        return [Problem(demand % {"n": low, "count": count})]
    return [
        Problem(
            _("A district puts forward %(low)d to %(high)d sites; this list has %(count)d.")
            % {"low": low, "high": high, "count": count}
        )
    ]


@transaction.atomic
def file_list(*, filing: Filing, by: User) -> None:
    """上报: file the whole list. Raises ValidationError with every problem, and then files nothing."""
    filing = Filing.objects.select_for_update().get(pk=filing.pk)
    if not rules.may_edit_filing(by, filing):
        raise PermissionDenied
    check_state(filing, FilingState.EDITABLE)
    if problems := filing_problems(filing, rows_of(filing)):
        raise ValidationError([problem.text for problem in problems])
    move_rows(filing, Action.FILE, by)
    filing.state, filing.filed_by, filing.filed_on, filing.remarks = FilingState.FILED, by, today(), ""
    filing.save()
    list_filed.send(sender=Filing, filing=filing, by=by)
    tell(
        people(Role.OFFICE),
        gettext_noop("%(list)s has been filed and waits for the preliminary review."),
        filing,
    )


@transaction.atomic
def send_back(*, filing: Filing, remarks: str, by: User) -> None:
    """退回: return a filed list with remarks."""
    filing = Filing.objects.select_for_update().get(pk=filing.pk)
    check_state(filing, (FilingState.FILED,))
    move_rows(filing, Action.SEND_BACK, by, note=remarks)
    filing.state, filing.remarks = FilingState.RETURNED, remarks.strip()
    filing.save()
    tell(filers(filing), gettext_noop("%(list)s has been sent back with remarks."), filing)
