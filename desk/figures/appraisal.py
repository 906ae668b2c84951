"""The public appraisal, site by site: answers of those needed, how satisfied they are, which are doubtful.

Before a window is counted nobody sees what was answered, only by how many; too few answers are no result,
and not nought.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.enums import Role
from assessments.models import AppraisalResult
from publicity.enums import AppraisalState
from publicity.models import Appraisal
from publicity.models.appraisal import CountedAppraisal
from publicity.services.appraisals import needed_answers
from sites.calendar import today
from tables.writing import Head, Row

from .bar_chart import Bar, BarChart, bar_chart
from .figure import Counted, Figure, Link
from .scope import Scope

MOST_DRAWN = 24
# What wants somebody's attention first.
_ORDER = (
    AppraisalState.TOO_FEW,
    AppraisalState.GIVEN_UP,
    AppraisalState.TO_CHECK,
    AppraisalState.TO_COUNT,
    AppraisalState.OPEN,
    AppraisalState.COUNTED,
    AppraisalState.PLANNED,
    AppraisalState.UNOPENED,
)


@dataclass(frozen=True)
class Appraised:
    """A site's newest window; `score` and what goes with it once it is counted and the sample suffices."""

    site: Link
    state: AppraisalState
    needed: int
    given: int | None = None
    doubtful: int | None = None
    score: Decimal | None = None
    margin: Decimal | None = None
    firm: Decimal | None = None
    on_paper: int | None = None
    paper_share: Decimal | None = None
    alike: int | None = None
    same_minute: int | None = None


def count(scope: Scope) -> Counted:
    """Three queries: sites, windows, results."""
    needed = needed_answers(scope.programme)
    listed = scope.sites.listed()
    windows = Appraisal.objects.visible_to(scope.reader).filter(site__in=listed).with_counts()
    # The newest of each site is the last one read.
    counted = cast("QuerySet[CountedAppraisal]", windows.order_by("opens_on"))
    newest = {window.site_id: window for window in counted}
    results = {
        (result.site_id, result.opened_on): result
        for result in AppraisalResult.objects.filter(site__in=listed)
    }
    found = []
    for pk, name in listed.order_by("level", "filing__organisation__code", "pk").values_list(
        "pk", "window_name"
    ):
        window = newest.get(pk)
        result = results.get((pk, window.opens_on)) if window else None
        found.append(_appraised(pk, name, window, result, needed))
    found.sort(key=lambda one: _ORDER.index(one.state))
    drawn = [one for one in found if one.given is not None]
    return Counted(
        heads=_heads(),
        rows=[_row(one) for one in found],
        drawing=[_bars(one) for one in drawn[:MOST_DRAWN]] or None,
        numbers=_numbers(found),
        left_out=len(drawn[MOST_DRAWN:]),
    )


def _appraised(
    pk: int, name: str, window: "CountedAppraisal | None", result: AppraisalResult | None, needed: int
) -> Appraised:
    if window is None:
        return Appraised(Link(name, reverse("desk:site", args=[pk])), AppraisalState.UNOPENED, needed)
    given: int = result.sample if result else window.given
    state = window.state(on=today(), given=given, needed=needed, unchecked=window.unchecked)
    if state == AppraisalState.COUNTED and given < needed:
        state = AppraisalState.TOO_FEW
    counts = result if state == AppraisalState.COUNTED else None
    return Appraised(
        site=Link(name, window.get_absolute_url()),
        state=state,
        needed=needed,
        given=given,
        doubtful=window.doubtful,
        score=counts.score if counts else None,
        margin=counts.margin if counts else None,
        firm=counts.firm_score if counts else None,
        on_paper=window.on_paper,
        paper_share=counts.paper_share if counts else None,
        alike=counts.alike if counts else None,
        same_minute=counts.same_minute if counts else None,
    )


def _heads() -> list[Head]:
    return [
        _("Site"),
        _("State"),
        _("Answers"),
        _("Answers needed"),
        _("Doubtful answers"),
        _("Satisfaction"),
        _("Margin"),
        _("Without doubtful answers"),
        _("Of these on paper"),
        _("Share on paper (%)"),
        _("On paper alike in a row"),
        _("On paper of the same minute"),
    ]


# The column of the satisfaction, a number only where it counts.
SATISFACTION = 5


def _row(one: Appraised) -> Row:
    score = AppraisalState.TOO_FEW.label if one.state == AppraisalState.TOO_FEW else one.score
    satisfaction = [score, one.margin, one.firm]
    paper = [one.on_paper, one.paper_share, one.alike, one.same_minute]
    return [one.site, str(one.state.label), one.given, one.needed, one.doubtful, *satisfaction, *paper]


def _bars(one: Appraised) -> BarChart:
    """Answers to the scale of those needed, satisfaction on a scale of 100 with its margin."""
    given = one.given or 0
    bars = [
        Bar(
            label=_("Answers"),
            told=_("%(given)d, %(needed)d needed") % {"given": given, "needed": one.needed},
            ground=max(one.needed, given),
            filled=given,
            mark=one.needed,
        )
    ]
    if one.score is not None:
        margin = None if one.margin is None else float(one.margin)
        told = number_format(one.score) + (
            f" ± {number_format(one.margin)}" if one.margin is not None else ""
        )
        bars.append(
            Bar(label=_("Satisfaction"), told=told, ground=100, filled=float(one.score), margin=margin)
        )
    doubtful = ngettext("%(n)d doubtful answer", "%(n)d doubtful answers", one.doubtful or 0)
    below = doubtful % {"n": one.doubtful} if one.doubtful else ""
    return bar_chart(str(one.site), bars, note=str(one.state.label), below=below)


def _numbers(found: Sequence[Appraised]) -> list[tuple[str, object]]:
    states = Counter(one.state for one in found)
    return [
        (_("Answers"), sum(one.given or 0 for one in found)),
        (_("Doubtful answers"), sum(one.doubtful or 0 for one in found)),
        *((str(state.label), states[state]) for state in _ORDER if states[state]),
    ]


APPRAISAL = Figure(
    key="appraisal",
    title=gettext_lazy("Public appraisal"),
    lead=gettext_lazy("How many have answered of those needed, and how satisfied they are, site by site."),
    empty=gettext_lazy("No site is determined yet; determined sites can be appraised."),
    count=count,
    roles=Role.CITY_WIDE,
)
