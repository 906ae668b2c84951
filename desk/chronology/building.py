"""The site's steps, its plan, and what was done to build it."""

from collections.abc import Callable
from typing import Any

from django.db.models import BigIntegerField, Case, F, QuerySet, Subquery, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Concat
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from sites.enums import Action, PlanState, ReplacementState, Stage
from sites.models import GuidanceNote, HandOver, Measure, Replacement, Site, WorkPlan

from .rows import Chapter, Entry, Event, Reader, Row, Source, entry, rows, told


def steps(
    *actions: Action,
    chapter: Chapter = Chapter.STEPS,
    spot: Callable[[Row, Reader], str],
    about: Callable[[Site, User], QuerySet[Any, Any] | None] = lambda _site, _user: None,
) -> Source:
    """Steps of the workflow's table; they stand in their own chapter as well.

    `spot` is where a step can be read; `about` the key of a record it asks for (of the outer step), as n.
    """

    def found(site: Site, user: User) -> QuerySet[Any, Any]:
        keys = about(site, user)
        return rows(
            site.history.filter(action__in=actions),
            on="on",
            at=F("at"),
            who="by__name",
            state=F("to_stage"),
            title=F("action"),
            note=F("note"),
            n=Value(0) if keys is None else Coalesce(Subquery(keys[:1]), 0, output_field=BigIntegerField()),
        )

    def tell(row: Row, reader: Reader) -> Entry:
        hidden = row.title in Action.OF_LIST and not _sees_list(reader)
        note = "" if hidden else row.note
        return entry(row, Action(row.title).label, Stage(row.state), spot(row, reader), note)

    return Source((Chapter.STEPS, chapter), found, tell, is_step=True)


def _list(_row: Row, reader: Reader) -> str:
    return reverse("sites:filing", args=[reader.site.filing_id]) if _sees_list(reader) else ""


def _sees_list(reader: Reader) -> bool:
    seen: bool = reader.site.sees_list  # type: ignore[attr-defined]  # annotated by site_page
    return seen


def _plans(site: Site, user: User) -> QuerySet[WorkPlan]:
    return WorkPlan.objects.visible_to(user).filter(site=site)


def _plans_filed(site: Site, user: User) -> QuerySet[Any, Any]:
    return rows(
        _plans(site, user), on="filed_on", who="filed_by__name", state=PlanState.FILED.value, n=F("version")
    )


def _plans_decided(site: Site, user: User) -> QuerySet[Any, Any]:
    decided = _plans(site, user).filter(decided_on__isnull=False)
    decided = decided.exclude(state=PlanState.AGREED, decided_on__in=told(site, Action.AGREE_PLAN))
    return rows(
        decided, on="decided_on", who="decided_by__name", state=F("state"), note=F("remarks"), n=F("version")
    )


def _tell_plan(row: Row, reader: Reader) -> Entry:
    what = _("Work plan, version %(n)d") % {"n": row.n}
    return entry(row, what, PlanState(row.state), reader.page("sites:plan"), row.note)


def _guidance(site: Site, user: User) -> QuerySet[GuidanceNote]:
    return GuidanceNote.objects.visible_to(user).filter(site=site)


def _guidance_given(site: Site, user: User) -> QuerySet[Any, Any]:
    return rows(_guidance(site, user), on="on", who="by__name", note=F("text"))


def _guidance_answered(site: Site, user: User) -> QuerySet[Any, Any]:
    answered = _guidance(site, user).filter(replied_on__isnull=False)
    return rows(answered, on="replied_on", who="replied_by__name", note=F("reply"))


def _measures(site: Site, user: User) -> QuerySet[Any, Any]:
    done = Measure.objects.visible_to(user).filter(plan__site=site, done_on__isnull=False)
    return rows(done, on="done_on", who="done_by__name", title=F("text"), note=F("done_note"))


def _tell_measure(row: Row, reader: Reader) -> Entry:
    what = _("Measure: %(text)s") % {"text": row.title}
    return entry(row, what, Event.DONE, reader.page("sites:timetable"), row.note)


def _hand_overs(site: Site, _user: User) -> QuerySet[Any, Any]:
    names = Concat("from_name", Value(" → "), "to_name", output_field=TextField())
    return rows(HandOver.objects.filter(site=site), on="on", who="by__name", title=names, note=F("reason"))


def _tell_hand_over(row: Row, reader: Reader) -> Entry:
    what = _("Liaison: %(names)s") % {"names": row.title}
    return entry(row, what, Event.HANDED_OVER, reader.page("sites:liaisons"), row.note)


def _replaced(step: str, note: str, word: str = "", settled: str = "") -> Callable[..., QuerySet[Any, Any]]:
    """What was asked, reviewed or decided of another window: the three `step`s of one record.

    It is told as `word`, or as `settled` where it went no further: as it stands without a word.
    """
    before, after = KeyTextTransform("window_name", "before"), KeyTextTransform("window_name", "after")
    here = Case(When(state=settled, decided_on=None, then=Value(settled)), default=Value(word))

    def found(site: Site, user: User) -> QuerySet[Any, Any]:
        records = Replacement.objects.visible_to(user).filter(site=site, **{f"{step}_on__isnull": False})
        return rows(
            records,
            on=f"{step}_on",
            who=f"{step}_by__name",
            state=here if word else F("state"),
            title=Concat(before, Value(" → "), after, output_field=TextField()),
            note=F(note),
        )

    return found


def _tell_replacement(row: Row, reader: Reader) -> Entry:
    what = _("Window: %(names)s") % {"names": row.title}
    return entry(row, what, ReplacementState(row.state), reader.page("sites:replacement"), row.note)


LISTING = (
    Action.FILE,
    Action.SEND_BACK,
    Action.REVIEW,
    Action.DETERMINE,
    Action.SET_ASIDE,
    Action.WITHDRAW,
)
_BUILDING = (Chapter.STEPS,)
BUILDING: tuple[Source, ...] = (
    Source(
        _BUILDING,
        _guidance_given,
        lambda row, reader: entry(row, _("Guidance"), Event.GIVEN, reader.page("sites:means"), row.note),
    ),
    Source(
        _BUILDING,
        _guidance_answered,
        lambda row, reader: entry(
            row, _("Reply to the guidance"), Event.REPLIED, reader.page("sites:means"), row.note
        ),
    ),
    Source(_BUILDING, _measures, _tell_measure),
    Source(_BUILDING, _hand_overs, _tell_hand_over),
    Source(_BUILDING, _replaced("asked", "reason", "asked", settled="made"), _tell_replacement),
    Source(_BUILDING, _replaced("reviewed", "opinion", "reviewed", settled="refused"), _tell_replacement),
    Source(_BUILDING, _replaced("decided", "remarks"), _tell_replacement),
    Source(_BUILDING, _plans_filed, _tell_plan),
    Source(_BUILDING, _plans_decided, _tell_plan),
    steps(Action.AGREE_PLAN, spot=lambda _row, reader: reader.page("sites:plan")),
    steps(*LISTING, spot=_list),
)
