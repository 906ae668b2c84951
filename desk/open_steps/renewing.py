"""Working the open steps out anew, where something was touched and where a day has passed."""

import datetime
import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import transaction
from django.db.models import DateField, Exists, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import translation

from accounts.enums import Role
from accounts.models import User
from core.prepared import prepared
from desk.models import OpenStep, StepsDay, Touched
from desk.models.open_steps import NEVER
from desk.next_step import Step, due_together, right_until, steps
from desk.open_steps.touches import IDLE
from desk.site_facts import SiteWithFacts, with_facts
from sites.calendar import today
from sites.enums import Action, Stage
from sites.models import Programme, Site

# Sites whose facts are asked in one query, and that are worked out before others may write.
AT_ONCE = 500
MARKS_AT_ONCE = 10_000
# What of a step is compared.
SAID = (
    "site",
    "what",
    "role",
    "named",
    "url",
    "unit",
    "team",
    "since",
    "due",
    "by",
    "own_due",
    "right_until",
    "knows_letter",
)

# What each signed-in person bears (`accounts.backends`).
RIGHT_ON = "steps_right_on"

logger = logging.getLogger(__name__)


def bring_up_to_date() -> None:
    """Work out what was touched since the last time, and what a new day changes; to be called before reading.

    One query where nothing was. Whoever comes first does it for all; what is touched meanwhile stays touched
    for the next.
    """
    while not list(_right_on(today())):
        with transaction.atomic():
            held = _held()
            if held.day != today():
                _begin_day(held)
            _work_off_some()


def _held() -> StepsDay:
    """The one row, which nobody else has until the transaction ends."""
    return StepsDay.objects.select_for_update().get_or_create(pk=1)[0]


@prepared
def _right_on(day: datetime.date) -> QuerySet[StepsDay, int]:
    return _if_nothing_is_touched().filter(day=day).values_list("pk", flat=True)


def right_on() -> Subquery:
    """The day of which all steps are right, None where something is touched; read with who asks."""
    return Subquery(_if_nothing_is_touched().values("day")[:1])


def were_up_to_date(user: User) -> bool:
    """Whether all steps were right when this person was read."""
    return getattr(user, RIGHT_ON, None) == today()


def _if_nothing_is_touched() -> QuerySet[StepsDay]:
    return StepsDay.objects.filter(~Exists(Touched.objects.order_by())).order_by()


def check() -> int:
    """Work out all anew, and say at how many sites what was kept was wrong: it never should be."""
    bring_up_to_date()
    there = Site.objects.filter(~Q(stage__in=IDLE) | Exists(OpenStep.objects.filter(site=OuterRef("pk"))))
    sites = list(there.order_by("pk").values_list("pk", flat=True))
    wrong = 0
    for first in range(0, len(sites), AT_ONCE):
        some = tuple(sites[first : first + AT_ONCE])
        with transaction.atomic():
            _held()
            before = _said(some)
            _renew(some)
            # What somebody wrote meanwhile is marked, and was not wrong.
            marked = set(Touched.objects.filter(site__in=some).values_list("site", flat=True))
            wrong += len({row[0] for row in before ^ _said(some)} - marked)
    if wrong:
        logger.error("The kept steps of %d sites were wrong, and are mended", wrong)
    return wrong


def _said(sites: Sequence[int]) -> set[tuple[Any, ...]]:
    return set(OpenStep.objects.filter(site__in=sites).order_by().values_list(*SAID))


def _work_off_some() -> None:
    """A portion of what is touched, so that nobody else waits long; the marks of it are taken away.

    Only those that were there before it was read: what comes meanwhile may not have been seen.
    """
    touched = list(Touched.objects.values_list("site", "programme")[:AT_ONCE])
    sites = {site for site, _programme in touched if site}
    programmes = {programme for _site, programme in touched if programme}
    of_these = Touched.objects.filter(Q(site__in=sites) | Q(programme__in=programmes))
    marks = list(of_these.order_by().values_list("pk", flat=True))
    if sites:
        _renew(tuple(sites))
    for programme in programmes:
        _move_dates(programme)
    for first in range(0, len(marks), MARKS_AT_ONCE):
        Touched.objects.filter(pk__in=marks[first : first + MARKS_AT_ONCE]).delete()


def _begin_day(held: StepsDay) -> None:
    """Touch what was right until yesterday; in a rehearsal that goes back to an earlier day, everything."""
    if held.day is None or today() < held.day:
        outdated = Site.objects.exclude(stage__in=IDLE)
    else:
        outdated = Site.objects.filter(open_steps__right_until__lt=today())
    keys = outdated.order_by().values_list("pk", flat=True)
    Touched.objects.bulk_create((Touched(site_id=key) for key in keys), batch_size=AT_ONCE)
    held.day = today()
    held.save(update_fields=["day"])


def _renew(sites: tuple[int, ...]) -> None:
    """These sites' steps, and those of the lists they stand on."""
    lists = Site.objects.filter(pk__in=sites).order_by().values("filing")
    of_lists = Q(filing__in=lists, site__stage__in=Stage.WITH_LIST)
    OpenStep.objects.filter(Q(site__in=sites) | of_lists).delete()
    OpenStep.objects.bulk_create(_kept(_facts(sites)))


@prepared
def _facts(sites: tuple[int, ...]) -> QuerySet[SiteWithFacts]:
    """Of these sites, and of one that speaks for each list they stand on."""
    lists = Site.objects.filter(pk__in=sites).order_by().values("filing")
    with_list = Site.objects.filter(filing__in=lists, stage__in=Stage.WITH_LIST).order_by()
    speakers = with_list.values("filing", "stage").annotate(first=Min("pk")).values("first")
    alone = Q(pk__in=sites) & ~Q(stage__in=(*IDLE, *Stage.WITH_LIST))
    return with_facts(Site.objects.filter(alone | Q(pk__in=speakers)), today=today())


def _kept(sites: Iterable[SiteWithFacts]) -> Iterator[OpenStep]:
    """The rows of these sites; the words as their msgids, whatever language the one reads who comes first."""
    with translation.override(None):
        for site in sites:
            is_under_objection = bool(site.objection)
            yield from _rows(site, knows_letter=True if is_under_objection else None)
            if is_under_objection:
                site.objection = site.objection_due = None
                yield from _rows(site, knows_letter=False)


def _rows(site: SiteWithFacts, *, knows_letter: bool | None) -> Iterator[OpenStep]:
    until = right_until(site)
    return (_row(site, step, until, knows_letter) for step in steps(site))


def _row(site: SiteWithFacts, step: Step, until: datetime.date | None, knows_letter: bool | None) -> OpenStep:
    whose = {Role.LIAISON: site.organisation_id, Role.DISTRICT: site.filing.organisation_id}
    return OpenStep(
        site=site,
        filing_id=site.filing_id,
        unit_id=whose.get(step.role) if step.role else None,
        team_id=site.team if step.role == Role.INSPECTOR else None,
        role=step.role or "",
        named=step.named,
        what=str(step.what),
        url=step.url,
        since=site.stage_since,
        due=step.due or NEVER,
        by=step.by or "",
        own_due=step.own,
        right_until=until,
        knows_letter=knows_letter,
    )


def _move_dates(key: int) -> None:
    """The dates that all of a programme have in common, at whatever number of sites."""
    programme = Programme.objects.filter(pk=key).first()
    if programme is None:  # deleted since, with all it had
        return
    rows = OpenStep.objects.filter(filing__programme=programme).exclude(by="")
    for by in rows.order_by().values_list("by", flat=True).distinct():
        day = Value(due_together(Action(by), programme) or NEVER, DateField())
        rows.filter(by=by).update(due=Greatest(Coalesce("own_due", day), day))
