"""动态跟踪管理 of named sites: rechecks by plan, by draw and after a complaint, and what they found."""

import datetime
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import User
from accounts.rules import require_office
from accounts.services import notify
from assessments.drawing import Place, ordered
from assessments.services.evidence import check_number
from assessments.services.storing import files_with_rows, store_copies, store_taken
from core.picture_facts import Picture
from core.uploads import VISIT, NewFiles, Taken, take_in
from publicity.enums import RecheckOrigin, TrackingKind
from publicity.models import (
    Naming,
    Recheck,
    RecheckDraw,
    RecheckFinding,
    RecheckPicture,
    TrackingNote,
    WarningAnswer,
)
from publicity.models.naming import NamingQuerySet
from publicity.services.inquirers import unbarred
from sites.calendar import today, working_days_after
from sites.enums import Stage
from sites.models import Programme
from sites.services import people
from sites.workflow import WorkflowError


@transaction.atomic
def plan_recheck(*, naming: Naming, due_on: datetime.date, by: User) -> Recheck:
    """The office sets a day to look at a named site again; one recheck of a site waits at a time.

    It lies no later than the rulebook has the site rechecked: a day far off would stand in the rule's way.
    """
    require_office(by)
    hold_unwatched(naming)
    check_day(due_on, last=last_day(naming))
    return start(naming, RecheckOrigin.PLANNED, due_on, by)


def hold_unwatched(naming: Naming) -> None:
    """Lock a naming that bears its title and that no recheck waits for; raise WorkflowError with why not."""
    hold(naming)
    _require_title(naming)
    if waiting := naming.rechecks.waiting().first():
        told = _("A recheck of this site waits already; it is due on %(day)s.")
        raise WorkflowError(told % {"day": date_format(waiting.due_on)})


def last_day(naming: Naming, proposed: datetime.date | None = None) -> datetime.date | None:
    """The last day a recheck can be planned for; None of a warned site, whose warning sets the day.

    By the rulebook's months, or by the day of what is `proposed`; where that is over, or nearly, within the
    rulebook's days for what is late.
    """
    found = Naming.objects.regular().filter(pk=naming.pk).values_list("regular_on", flat=True)
    regular: datetime.date | None = found.first()
    if regular is None:
        return None
    by_the_rule = regular if proposed is None else min(regular, proposed)
    return max(by_the_rule, within_days(naming, today()))


def within_days(naming: Naming, day: datetime.date) -> datetime.date:
    """The last of the rulebook's days in which a complaint, or what is late, is followed by a recheck."""
    days = naming.site.programme.rulebook_used.recheck_prompt_days
    return working_days_after(day, days).end


@transaction.atomic
def draw_rechecks(*, programme: Programme, wanted: int, due_on: datetime.date, by: User) -> RecheckDraw:
    """Draw named sites to be rechecked, by a seed made here and now; on record before anybody sees it.

    A draw stands: its rechecks wait with it, so that nobody draws until they like what they see.
    """
    require_office(by)
    check_day(due_on)
    pool = held_pool(programme, by)
    if not 1 <= wanted <= len(pool):
        told = _("There are %(n)d sites to draw from; draw at least one and no more than there are.")
        raise ValidationError({"wanted": told % {"n": len(pool)}})
    draw = put_on_record(programme, pool, wanted, by)
    for code in drawn(draw):
        start(pool[code], RecheckOrigin.DRAWN, due_on, by, draw=draw)
    return draw


def held_pool(programme: Programme, by: User) -> dict[str, Naming]:
    """What is drawn from, by plaque number.

    Locked first: who plans one of them now is waited for, and then left out.
    """
    named = Naming.objects.filter(site__programme=programme).order_by("pk")
    list(named.select_for_update(of=("self",)).values_list("pk"))
    return {naming.plaque_number: naming for naming in drawn_from(programme, by)}


def put_on_record(
    programme: Programme,
    pool: Mapping[str, Naming],
    wanted: int,
    by: User,
    *,
    period: tuple[datetime.date, datetime.date] | None = None,
) -> RecheckDraw:
    """A draw with a seed made here and now."""
    first, last = period or (None, None)
    return RecheckDraw.objects.create(
        programme=programme,
        seed=secrets.token_hex(8),
        pool=[_place(naming) for naming in pool.values()],
        wanted=wanted,
        drawn_by=by,
        drawn_on=today(),
        period_from=first,
        period_to=last,
    )


def drawn_from(programme: Programme, by: User) -> NamingQuerySet:
    """The named sites that no recheck waits for, and that this person has not stood aside from."""
    named = Naming.objects.visible_to(by).filter(site__programme=programme, site__stage=Stage.NAMED)
    return named.unwatched().select_related("site__organisation").order_by("plaque_number")


def drawn(draw: RecheckDraw) -> list[str]:
    """The plaque numbers that pool and seed give, in the order of the draw."""
    return ordered(draw.seed, (place["code"] for place in draw.pool))[: draw.wanted]


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What a recheck found: who was there and when, each thing that was looked at, and all in all."""

    visitors: Sequence[User]
    visited_on: datetime.date
    met: Sequence[str] = ()
    not_met: Sequence[str] = ()
    text: str


def record_recheck(*, naming: Naming, visit: Visit, files: NewFiles = (), by: User) -> TrackingNote:
    """Put a recheck on file with its pictures; it is the one that waits, if one does.

    Raises ValidationError by field: `visitors`, `visited_on`, `met`, `text`, `files`.
    """
    require_office(by)
    _check_visit(naming, visit)
    pictures = _pictures(files)
    with files_with_rows():
        note = _record(naming, by, kind=TrackingKind.RECHECK, text=visit.text, visited_on=visit.visited_on)
        note.visitors.set(visit.visitors)
        _keep(note, visit, pictures)
        naming.rechecks.waiting().update(result=note)
    return note


@transaction.atomic
def record_complaint(*, naming: Naming, text: str, by: User) -> TrackingNote:
    """Put a complaint on file; it starts a recheck, due within the rulebook's days.

    One that waits already is drawn forward to then.
    """
    require_office(by)
    note = _record(
        naming, by, kind=TrackingKind.COMPLAINT, text=text, recheck_by=within_days(naming, today())
    )
    call_for(naming, RecheckOrigin.COMPLAINT, by, complaint=note)
    return note


def may_visit(naming: Naming) -> QuerySet[User]:
    """Who can have rechecked the site: the office's people and inspectors whom nothing bars from it."""
    return unbarred(naming.site, Role.OFFICE, Role.INSPECTOR)


def visited_from(naming: Naming) -> datetime.date:
    """The first day a recheck that is put on file now can have been on: of the naming, or of its warning."""
    warned = naming.warnings.standing().first()
    return warned.warned_on if warned else naming.named_on


def _check_visit(naming: Naming, visit: Visit) -> None:
    wrong = {}
    able = may_visit(naming).filter(pk__in=[person.pk for person in visit.visitors]).count()
    if not visit.visitors or able < len(visit.visitors):
        wrong["visitors"] = _("Name who was there: people of the office, or inspectors, whom nothing bars.")
    first = visited_from(naming)
    if not first <= visit.visited_on <= today():
        told = _("A day from %(first)s to %(last)s.")
        days = {"first": date_format(first), "last": date_format(today())}
        wrong["visited_on"] = told % days
    if not (visit.met or visit.not_met):
        wrong["met"] = _("Write down at least one thing that was looked at, here or below.")
    if wrong:
        raise ValidationError(wrong)


def _pictures(files: NewFiles) -> list[Taken]:
    check_number(files)
    return take_in(files, VISIT)


def _keep(note: TrackingNote, visit: Visit, pictures: Sequence[Taken]) -> None:
    found = [(text, True) for text in visit.met] + [(text, False) for text in visit.not_met]
    RecheckFinding.objects.bulk_create(
        RecheckFinding(note=note, text=text, is_met=is_met) for text, is_met in found
    )
    for taken in pictures:
        picture = RecheckPicture(
            note=note,
            name=taken.name,
            content_type=taken.content_type,
            size=taken.size,
            sha256=taken.sha256,
        )
        store_taken(picture.file, taken)
        store_copies(picture.shown, picture.thumbnail, taken.sha256, cast("Picture", taken.picture))
        picture.save()


def _record(
    naming: Naming,
    by: User,
    *,
    kind: TrackingKind,
    text: str,
    visited_on: datetime.date | None = None,
    recheck_by: datetime.date | None = None,
) -> TrackingNote:
    if not text.strip():
        raise ValidationError({"text": _("Say what was found.")})
    hold(naming)
    _require_title(naming)
    if naming.site.stage == Stage.WARNED:
        notify(
            people(Role.LEADING_GROUP),
            text=gettext_noop("%(site)s is warned; something new about it is on file."),
            about={"site": naming.site},
            url=page_of(naming),
        )
    return TrackingNote.objects.create(
        naming=naming,
        kind=kind,
        on=today(),
        text=text.strip(),
        visited_on=visited_on,
        recheck_by=recheck_by,
        by=by,
    )


def call_for(
    naming: Naming,
    origin: RecheckOrigin,
    by: User,
    *,
    complaint: TrackingNote | None = None,
    answer: WarningAnswer | None = None,
) -> None:
    """A recheck within the rulebook's days; the one that waits is drawn forward, never back."""
    due_on = within_days(naming, today())
    waiting = naming.rechecks.waiting().first()
    if waiting is None:
        start(naming, origin, due_on, by, complaint=complaint, answer=answer)
    elif due_on < waiting.due_on:
        waiting.due_on = due_on
        waiting.save(update_fields=["due_on"])


def start(
    naming: Naming,
    origin: RecheckOrigin,
    due_on: datetime.date,
    by: User,
    *,
    draw: RecheckDraw | None = None,
    complaint: TrackingNote | None = None,
    answer: WarningAnswer | None = None,
) -> Recheck:
    return Recheck.objects.create(
        naming=naming,
        origin=origin,
        draw=draw,
        complaint=complaint,
        answer=answer,
        due_on=due_on,
        planned_by=by,
        planned_on=today(),
    )


def hold(naming: Naming) -> None:
    """Lock the naming and see where its site stands: of two who act at once one finds what the other did."""
    Naming.objects.select_for_update(of=("self",)).get(pk=naming.pk)
    naming.site.refresh_from_db(fields=["stage"])


def _require_title(naming: Naming) -> None:
    if naming.site.stage == Stage.REVOKED:
        raise WorkflowError(_("This naming is revoked; nothing is tracked any more."))


def check_day(due_on: datetime.date, *, last: datetime.date | None = None) -> None:
    """Raise ValidationError where a recheck cannot be due then."""
    if due_on < today():
        raise ValidationError({"due_on": _("Choose today or a later day.")})
    if last and due_on > last:
        told = _("By the rulebook the site is rechecked by %(day)s; choose that day or an earlier one.")
        raise ValidationError({"due_on": told % {"day": date_format(last)}})


def _place(naming: Naming) -> Place:
    site = naming.site
    return {"code": naming.plaque_number, "name": site.window_name, "unit": site.organisation.name}


def page_of(naming: Naming) -> str:
    """Where everything that follows a naming is read and done at the desk."""
    return reverse("publicity_desk:naming", args=[naming.pk])
