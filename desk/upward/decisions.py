"""What two people decide here: a report upward is issued, signed for by a member of the leading group."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from accounts.decisions import DECISIONS, Decision, Fact, Values
from accounts.models import User
from desk.models import UpwardReport

from . import services


def _issue(report: UpwardReport, _values: Values, by: User) -> None:
    services.issue_report(report=report, by=by)


def _facts(report: UpwardReport, _values: Values) -> Iterator[Fact]:
    yield _("Drafted by"), str(report.drafted_by)
    for line in report.figures:
        yield line["what"], line["number"]
    yield _("What was done and how"), report.practice
    yield _("Problems"), report.problems
    yield _("Next steps"), report.next_steps


DECISIONS.add(
    Decision(
        kind=services.ISSUE,
        what=_("Issue a report to the autonomous region"),
        open_to=services.open_to,
        take=_issue,
        facts=_facts,
        url=UpwardReport.get_absolute_url,
    ),
    place=61,
)
