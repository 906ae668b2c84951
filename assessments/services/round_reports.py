"""Reporting a whole round's rectification to the leading group."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import User
from accounts.rules import require_city
from accounts.services import notify
from assessments.enums import RoundKind
from assessments.models import Round, Sheet
from assessments.papers import round as papers
from documents.models import Document, DocumentQuerySet
from documents.papers import DocumentKind
from sites.calendar import today
from sites.models import Site
from sites.services import people
from sites.workflow import InvalidTransition

# The act that two people decide (assessments.offers.decisions).
ROUND_REPORT = "round.rectification_report"


@transaction.atomic
def issue_round_report(*, round: Round, by: User) -> Document:  # noqa: A002
    """The report on what the inspection round found and how far its rectification is, as of today.

    It may be issued again whenever things have moved on, each time under a new number.
    """
    # Of two who press the button together the second finds the report issued.
    Round.objects.select_for_update().get(pk=round.pk)
    sheets, context = drawn_up(round, by)
    document = papers.issue_paper(round, context, sheets=sheets, by=by)
    notify(
        people(Role.LEADING_GROUP),
        text=gettext_noop("The report on the rectification after “%(round)s” is on file."),
        about={"round": round},
        url=document.get_absolute_url(),
    )
    return document


def drawn_up(round: Round, by: User) -> tuple[list[Sheet], dict[str, Any]]:  # noqa: A002
    """What the next report would be made of; raises as issuing it would."""
    require_city(by)
    if round.kind != RoundKind.INSPECTION:
        raise InvalidTransition(_("Only an inspection round leads to rectification."))
    sheets = papers.signed_sheets(round)
    _check_sites([sheet.assessment.site_id for sheet in sheets], by)
    context = {**papers.paper_fields(round, sheets), "round_key": round.pk}
    check_news(round_reports(round), context)
    return sheets, context


def round_reports(round: Round) -> DocumentQuerySet:  # noqa: A002
    """Those issued so far, the newest first."""
    return Document.objects.filter(kind=DocumentKind.RECTIFICATION_SUMMARY, context__round_key=round.pk)


def _check_sites(sites: Sequence[int], by: User) -> None:
    if not sites:
        raise ValidationError(_("No inspection of this round is signed yet: there is nothing to report."))
    if Site.objects.visible_to(by).filter(pk__in=sites).count() < len(sites):
        raise ValidationError(_("You have stood aside from a site of this round: somebody else reports."))


def check_news(issued: DocumentQuerySet, context: Mapping[str, Any]) -> None:
    """Refuse the same report a second time on one day: it is a double click. `issued`: the newest first."""
    last = issued.first()
    if last is None or last.issued_on != today():
        return
    said = json.loads(json.dumps(context, cls=DjangoJSONEncoder))
    if all(last.context[name] == value for name, value in said.items()):
        raise InvalidTransition(
            _("%(number)s of today says the same already; nothing has changed since.")
            % {"number": last.full_number}
        )
