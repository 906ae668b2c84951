"""The site's steps, its plan, and what was done to build it."""

from collections.abc import Callable

from django.db.models import Case, Q, QuerySet, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from accounts.models import User
from core.http import record_address
from core.union import Part
from sites.chronology import (
    EVENTS,
    Chapter,
    Entry,
    EventKind,
    EventRow,
    EventState,
    Reader,
    entry,
    events,
    secrecy_reviews,
    step_days,
    steps,
    tell_secrecy_review,
)
from sites.enums import Action, PlanState, ReplacementState
from sites.models import Filing, GuidanceNote, HandOver, Measure, Replacement, Site, WorkPlan


def _list_seen(site: Site, user: User) -> Part:
    """The key of the site's list, for whoever sees it."""
    return Filing.objects.visible_to(user).filter(pk=site.filing_id).values("pk")


def _list(row: EventRow, _reader: Reader) -> str:
    return record_address("sites:filing", row.n) if row.n else ""


def _said_of_the_site(row: EventRow) -> str:
    """What the office said of a whole list is for whoever sees the list."""
    return row.note if row.n or row.title not in Action.OF_LIST else ""


def _plans(site: Site, user: User) -> QuerySet[WorkPlan]:
    return WorkPlan.objects.visible_to(user).filter(site=site)


def _plans_filed(site: Site, user: User) -> Part:
    return events(_plans(site, user), on="filed_on", who="filed_by__name", state=PlanState.FILED, n="version")


def _plans_decided(site: Site, user: User) -> Part:
    decided = _plans(site, user).filter(decided_on__isnull=False)
    decided = decided.exclude(state=PlanState.AGREED, decided_on__in=step_days(site, Action.AGREE_PLAN))
    return events(
        decided, on="decided_on", who="decided_by__name", state="state", note="remarks", n="version"
    )


def _tell_plan(row: EventRow, reader: Reader) -> Entry:
    what = _("Work plan, version %(n)d") % {"n": row.n}
    return entry(row, what, PlanState(row.state), reader.page("sites:plan"), row.note)


def _guidance(site: Site, user: User) -> QuerySet[GuidanceNote]:
    return GuidanceNote.objects.visible_to(user).filter(site=site)


def _guidance_given(site: Site, user: User) -> Part:
    return events(_guidance(site, user), on="on", who="by__name", note="text")


def _guidance_answered(site: Site, user: User) -> Part:
    answered = _guidance(site, user).filter(replied_on__isnull=False)
    return events(answered, on="replied_on", who="replied_by__name", note="reply")


def _measures(site: Site, user: User) -> Part:
    done = Measure.objects.visible_to(user).filter(plan__site=site, done_on__isnull=False)
    return events(done, on="done_on", who="done_by__name", title="text", note="done_note")


def _tell_measure(row: EventRow, reader: Reader) -> Entry:
    what = _("Measure: %(text)s") % {"text": row.title}
    return entry(row, what, EventState.DONE, reader.page("sites:timetable"), row.note)


def _hand_overs(site: Site, _user: User) -> Part:
    names = Concat("from_name", Value(" → "), "to_name", output_field=TextField())
    return events(HandOver.objects.filter(site=site), on="on", who="by__name", title=names, note="reason")


def _tell_hand_over(row: EventRow, reader: Reader) -> Entry:
    what = _("Liaison: %(names)s") % {"names": row.title}
    return entry(row, what, EventState.HANDED_OVER, reader.page("sites:liaisons"), row.note)


def _replaced(step: str, note: str, word: str = "", settled: str = "") -> Callable[..., Part]:
    """What was asked, reviewed or decided of another window: the three `step`s of one record.

    It is told as `word`, or as `settled` where it went no further: as it stands without a word.
    """
    before, after = KeyTextTransform("window_name", "before"), KeyTextTransform("window_name", "after")
    here = Case(When(state=settled, decided_on=None, then=Value(settled)), default=Value(word))

    def found(site: Site, user: User) -> Part:
        records = Replacement.objects.visible_to(user).filter(site=site, **{f"{step}_on__isnull": False})
        return events(
            records,
            on=f"{step}_on",
            who=f"{step}_by__name",
            state=here if word else "state",
            title=Concat(before, Value(" → "), after, output_field=TextField()),
            note=note,
        )

    return found


def _tell_replacement(row: EventRow, reader: Reader) -> Entry:
    what = _("Window: %(names)s") % {"names": row.title}
    return entry(row, what, ReplacementState(row.state), reader.page("sites:replacement"), row.note)


def _secrecy(site: Site, user: User) -> Part:
    """What was reviewed for secrets before it was published of the site, and of another window for it."""
    of_it = Q(kind__in=("site", "notice"), subjects__record=site.pk)
    replaced = Q(kind="replacement", subjects__record__in=site.replacements.values("pk"))
    return secrecy_reviews(user, of_it | replaced)


_BUILDING = (Chapter.STEPS,)
EVENTS.add(
    EventKind(
        _BUILDING,
        _guidance_given,
        lambda row, reader: entry(row, _("Guidance"), EventState.GIVEN, reader.page("sites:means"), row.note),
    ),
    EventKind(
        _BUILDING,
        _guidance_answered,
        lambda row, reader: entry(
            row, _("Reply to the guidance"), EventState.REPLIED, reader.page("sites:means"), row.note
        ),
    ),
    EventKind(_BUILDING, _measures, _tell_measure),
    EventKind(_BUILDING, _hand_overs, _tell_hand_over),
    EventKind(_BUILDING, _replaced("asked", "reason", "asked", settled="made"), _tell_replacement),
    EventKind(_BUILDING, _replaced("reviewed", "opinion", "reviewed", settled="refused"), _tell_replacement),
    EventKind(_BUILDING, _replaced("decided", "remarks"), _tell_replacement),
    EventKind((Chapter.PUBLIC,), _secrecy, tell_secrecy_review),
    EventKind(_BUILDING, _plans_filed, _tell_plan),
    EventKind(_BUILDING, _plans_decided, _tell_plan),
    steps(Action.AGREE_PLAN, spot=lambda _row, reader: reader.page("sites:plan")),
    steps(*Action.LISTING, spot=_list, about=_list_seen, note=_said_of_the_site),
    place=10,
)
