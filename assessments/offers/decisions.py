"""What two people decide in this room: a signed sheet is opened again, and papers of the office go out."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.decisions import DECISIONS, Decision, Fact, Values
from accounts.models import User
from accounts.rules import sees_city
from assessments.enums import SheetRole
from assessments.models import Round, Sheet
from assessments.models.sheets import SheetQuerySet
from assessments.services import (
    hearing,
    programme_reports,
    results,
    round_reports,
    team_papers,
    unlocking,
)
from sites.models import Programme, Site
from sites.models.sites import SiteQuerySet


def _open_to(user: User) -> SheetQuerySet:
    finals = Sheet.objects.visible_to(user).filter(role=SheetRole.FINAL)
    return finals.select_related("assessment__site") if sees_city(user) else finals.none()


def _unlock(sheet: Sheet, values: Values, by: User) -> None:
    unlocking.unlock(sheet=sheet, reason=values["reason"], by=by)


def _why(_sheet: Sheet, values: Values) -> Iterator[Fact]:
    yield _("Reason"), values["reason"]


DECISIONS.add(
    Decision(
        kind="sheet.unlock",
        what=_("Unlock a signed final sheet"),
        open_to=_open_to,
        take=_unlock,
        facts=_why,
        url=Sheet.get_absolute_url,
        called=lambda sheet: str(sheet.assessment.site),
    ),
    place=20,
)


# -- papers that the office drafts, and another person signs ---------------------


def _sites_of_city(user: User) -> SiteQuerySet:
    return Site.objects.visible_to(user) if sees_city(user) else Site.objects.none()


def _rounds_of_city(user: User) -> QuerySet[Round]:
    """Those with no site that the person stood aside from: such a paper speaks of all of them."""
    if not sees_city(user):
        return Round.objects.none()
    return Round.objects.exclude(assessments__site__in=user.recused_sites())


def _programmes_of_city(user: User) -> QuerySet[Programme]:
    """As rounds, of which site ever."""
    if not sees_city(user):
        return Programme.objects.none()
    return Programme.objects.exclude(sites__in=user.recused_sites())


def _notice(site: Site, _values: Values, by: User) -> None:
    hearing.issue_notice(site=site, by=by)


def _round_report(inspection: Round, _values: Values, by: User) -> None:
    round_reports.issue_round_report(round=inspection, by=by)


def _team_papers(opened: Round, _values: Values, by: User) -> None:
    team_papers.issue_team_papers(round=opened, by=by)


def _programme_report(programme: Programme, _values: Values, by: User) -> None:
    programme_reports.issue_programme_report(programme=programme, by=by)


def _result_sheets(programme: Programme, values: Values, by: User) -> None:
    results.issue_sheets(programme=programme, units=values["units"], by=by)


def _nothing_more(_record: object, _values: Values) -> Iterator[Fact]:
    yield from ()


def _at(name: str) -> Callable[[Any], str]:
    return lambda record: reverse(f"assessments:{name}", args=[record.pk])


def _of_programme(name: str) -> Callable[[Programme], str]:
    return lambda programme: f"{reverse(f'assessments:{name}')}?programme={programme.pk}"


DECISIONS.add(
    Decision(
        kind=hearing.NOTICE,
        what=_("Issue a rectification notice"),
        open_to=_sites_of_city,
        take=_notice,
        facts=_nothing_more,
        url=_at("rectification"),
    ),
    Decision(
        kind=round_reports.ROUND_REPORT,
        what=_("Issue the report on a round's rectification"),
        open_to=_rounds_of_city,
        take=_round_report,
        facts=_nothing_more,
        url=_at("round_rectification"),
    ),
    Decision(
        kind=team_papers.TEAM_PAPERS,
        what=_("Issue the papers of inspection teams"),
        open_to=_rounds_of_city,
        take=_team_papers,
        facts=_nothing_more,
        url=_at("round_papers"),
    ),
    Decision(
        kind=programme_reports.PROGRAMME_REPORT,
        what=_("Issue the report on the acceptance"),
        open_to=_programmes_of_city,
        take=_programme_report,
        facts=_nothing_more,
        url=_of_programme("acceptance_report"),
    ),
    Decision(
        kind=results.RESULT_SHEETS,
        what=_("Issue result sheets of units"),
        open_to=_programmes_of_city,
        take=_result_sheets,
        facts=_nothing_more,
        url=_of_programme("results"),
    ),
    place=21,
)
