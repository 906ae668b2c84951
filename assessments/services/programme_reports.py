"""Reporting a programme's acceptance as a whole to the leading group."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import User
from accounts.rules import require_city
from accounts.services import notify
from assessments.papers import programme as papers
from assessments.services.round_reports import check_news
from documents.models import Document, DocumentQuerySet
from documents.papers import DocumentKind
from sites.enums import Stage
from sites.models import Programme, Site
from sites.services import people

# The act that two people decide (assessments.offers.decisions).
PROGRAMME_REPORT = "programme.acceptance_report"


@transaction.atomic
def issue_programme_report(*, programme: Programme, by: User) -> Document:
    """The report on the programme's acceptance as of today; its figures are frozen.

    It may be issued again whenever things have moved on, each time under a new number.
    """
    require_city(by)
    # Of two who press the button together the second finds the report issued.
    Programme.objects.select_for_update().get(pk=programme.pk)
    sites = Site.objects.filter(programme=programme, stage__in=Stage.LISTED)
    if sites.visible_to(by).count() < sites.count():
        raise ValidationError(_("You have stood aside from a site of this programme: somebody else reports."))
    found = papers.standing(sites)
    if not found.results:
        raise ValidationError(_("No acceptance is decided yet: there is nothing to report."))
    context = papers.paper_fields(found)
    check_news(programme_reports(programme), context)
    document = papers.issue_paper(programme, context, results=found.results, by=by)
    notify(
        people(Role.LEADING_GROUP),
        text=gettext_noop("The report on the acceptance under “%(programme)s” is on file."),
        about={"programme": programme},
        url=document.get_absolute_url(),
    )
    return document


def programme_reports(programme: Programme) -> DocumentQuerySet:
    """Those issued so far, the newest first."""
    return Document.objects.filter(kind=DocumentKind.PROGRAMME_ACCEPTANCE, programme=programme)
