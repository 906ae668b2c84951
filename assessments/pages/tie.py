"""What a tie would take from a person at once, shown before it is declared."""

from dataclasses import dataclass

from django.db.models import Q

from accounts.models import Organisation, User
from assessments.models import Assignment, Sheet
from assessments.services.recusals import is_last_of_office
from assessments.services.ties import touched
from sites.models import Site


@dataclass(frozen=True)
class Leaving:
    """One site the person leaves: the teams with which they go there, and the sheets they write or sign."""

    site: Site
    assignments: list[Assignment]
    sheets: list[Sheet]
    is_last_of_office: bool


def leaving(user: User, organisation: Organisation, *, reader: User) -> list[Leaving]:
    """Each site of the unit that the tie shuts, as far as whoever declares it may see it."""
    shut = touched(user).filter(organisation=organisation)
    sites = Site.objects.visible_to(reader).filter(pk__in=shut.values("pk")) if user != reader else shut
    return [_leaving(user, site) for site in sites.order_by("pk")]


def fingerprint(user: User, organisation: Organisation, found: list[Leaving]) -> str:
    """What was shown, in short: a tie is declared only as it was seen."""
    sites = [f"{each.site.pk}-{len(each.assignments)}-{len(each.sheets)}" for each in found]
    return " ".join([str(user.pk), str(organisation.pk), *sites])


def _leaving(user: User, site: Site) -> Leaving:
    assignments = Assignment.objects.filter(assessment__site=site, team__members__user=user)
    leads = Q(role="final", assessment__assignment__team__members__in=user.memberships.filter(is_leader=True))
    sheets = Sheet.objects.filter(Q(author=user) | leads, assessment__site=site)
    return Leaving(
        site=site,
        assignments=list(assignments.select_related("assessment__round", "team").order_by("pk")),
        sheets=list(sheets.select_related("assessment__round", "author").order_by("pk").distinct()),
        is_last_of_office=is_last_of_office(user, site),
    )
