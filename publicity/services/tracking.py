"""动态跟踪管理 of named sites: rechecks and complaints; warning, lifting the warning, revoking."""

import datetime
import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import User
from accounts.rules import require_office
from accounts.services import notify
from assessments.drawing import Place, ordered
from publicity import tracking_papers
from publicity.enums import RecheckOrigin, TrackingKind
from publicity.models import Naming, Recheck, RecheckDraw, Revocation, TrackingNote, Warned
from publicity.models.naming import NamingQuerySet, TrackingNoteQuerySet
from sites.calendar import on_record, today, working_days_after
from sites.enums import Action, Stage
from sites.models import Programme
from sites.services import liaisons, people
from sites.workflow import WorkflowError, check, perform
from standards.models import RANGES

# How long a warned site may be given to mend: as the rulebook's own days.
WORKING_DAYS = RANGES["rectification_days"]


# -- rechecks and complaints -----------------------------------------------------------------


@transaction.atomic
def plan_recheck(*, naming: Naming, due_on: datetime.date, by: User) -> Recheck:
    """The office sets a day to look at a named site again; one recheck of a site waits at a time."""
    require_office(by)
    _check_day(due_on)
    _hold(naming)
    _require_title(naming)
    if waiting := naming.rechecks.waiting().first():
        told = _("A recheck of this site waits already; it is due on %(day)s.")
        raise WorkflowError(told % {"day": date_format(waiting.due_on)})
    return _start(naming, RecheckOrigin.PLANNED, due_on, by)


@transaction.atomic
def draw_rechecks(*, programme: Programme, wanted: int, due_on: datetime.date, by: User) -> RecheckDraw:
    """Draw named sites to be rechecked, by a seed made here and now; on record before anybody sees it.

    A draw stands: its rechecks wait with it, so that nobody draws until they like what they see.
    """
    require_office(by)
    _check_day(due_on)
    # Locked first: who plans one of them now is waited for, and then left out.
    named = Naming.objects.filter(site__programme=programme).order_by("pk")
    list(named.select_for_update(of=("self",)).values_list("pk"))
    pool = {naming.plaque_number: naming for naming in drawn_from(programme, by)}
    if not 1 <= wanted <= len(pool):
        told = _("There are %(n)d sites to draw from; draw at least one and no more than there are.")
        raise ValidationError({"wanted": told % {"n": len(pool)}})
    draw = RecheckDraw.objects.create(
        programme=programme,
        seed=secrets.token_hex(8),
        pool=[_place(naming) for naming in pool.values()],
        wanted=wanted,
        drawn_by=by,
        drawn_on=today(),
    )
    for code in drawn(draw):
        _start(pool[code], RecheckOrigin.DRAWN, due_on, by, draw=draw)
    return draw


def drawn_from(programme: Programme, by: User) -> NamingQuerySet:
    """The named sites that no recheck waits for, and that this person has not stood aside from."""
    named = Naming.objects.visible_to(by).filter(site__programme=programme, site__stage=Stage.NAMED)
    return named.unwatched().select_related("site__organisation").order_by("plaque_number")


def drawn(draw: RecheckDraw) -> list[str]:
    """The plaque numbers that pool and seed give, in the order of the draw."""
    return ordered(draw.seed, (place["code"] for place in draw.pool))[: draw.wanted]


@transaction.atomic
def record(*, naming: Naming, kind: TrackingKind, text: str, by: User) -> TrackingNote:
    """Put a recheck or a complaint on file.

    A recheck is the one that waits, if one does. A complaint starts one, due within the rulebook's days
    to rectify, or draws the one that waits forward to then.
    """
    require_office(by)
    if not text.strip():
        raise ValidationError({"text": _("Say what was found.")})
    _hold(naming)
    _require_title(naming)
    note = TrackingNote.objects.create(naming=naming, kind=kind, on=today(), text=text.strip(), by=by)
    waiting = naming.rechecks.waiting().first()
    if kind == TrackingKind.COMPLAINT:
        _start_after(note, waiting, by)
    elif waiting:
        waiting.result = note
        waiting.save(update_fields=["result"])
    if naming.site.stage == Stage.WARNED:
        notify(
            people(Role.LEADING_GROUP),
            text=gettext_noop("%(site)s is warned; something new about it is on file."),
            about={"site": naming.site},
            url=_page(naming),
        )
    return note


def _start_after(complaint: TrackingNote, waiting: Recheck | None, by: User) -> None:
    naming = complaint.naming
    days = naming.site.programme.rulebook_used.rectification_days
    due_on = working_days_after(today(), days).end
    if waiting is None:
        _start(naming, RecheckOrigin.COMPLAINT, due_on, by, complaint=complaint)
    elif due_on < waiting.due_on:
        waiting.due_on = due_on
        waiting.save(update_fields=["due_on"])


def _start(
    naming: Naming,
    origin: RecheckOrigin,
    due_on: datetime.date,
    by: User,
    *,
    draw: RecheckDraw | None = None,
    complaint: TrackingNote | None = None,
) -> Recheck:
    return Recheck.objects.create(
        naming=naming,
        origin=origin,
        draw=draw,
        complaint=complaint,
        due_on=due_on,
        planned_by=by,
        planned_on=today(),
    )


def _hold(naming: Naming) -> None:
    """Lock the naming and see where its site stands: of two who act at once one finds what the other did."""
    Naming.objects.select_for_update(of=("self",)).get(pk=naming.pk)
    naming.site.refresh_from_db(fields=["stage"])


def _require_title(naming: Naming) -> None:
    if naming.site.stage == Stage.REVOKED:
        raise WorkflowError(_("This naming is revoked; nothing is tracked any more."))


def _check_day(due_on: datetime.date) -> None:
    if due_on < today():
        raise ValidationError({"due_on": _("Choose today or a later day.")})


def _place(naming: Naming) -> Place:
    site = naming.site
    return {"code": naming.plaque_number, "name": site.window_name, "unit": site.organisation.name}


# -- warning, lifting, revoking --------------------------------------------------------------


@transaction.atomic
def warn(*, naming: Naming, reason: str, working_days: int | None = None, by: User) -> Warned:
    """警告 a named site and give it until a counted day to mend; the rulebook's days unless others are given.

    A recheck or complaint must be on file since the last step.
    """
    _hold(naming)
    site = naming.site
    check(site=site, action=Action.WARN, by=by)
    note = notes_since_last_step(naming).first()
    if note is None:
        raise ValidationError(_("Put a recheck or a complaint on file first."))
    days = site.programme.rulebook_used.rectification_days if working_days is None else working_days
    low, high = WORKING_DAYS
    if not low <= days <= high:
        told = _("From %(low)d to %(high)d working days.")
        raise ValidationError({"working_days": told % {"low": low, "high": high}})
    due = working_days_after(today(), days)
    perform(site=site, action=Action.WARN, by=by, note=reason)
    notify(
        liaisons(site),
        text=gettext_noop("%(site)s has been warned and is to mend by %(day)s: %(reason)s"),
        about={"site": site, "day": due.end, "reason": reason.strip()},
        url=_page(naming),
    )
    return Warned.objects.create(
        naming=naming,
        reason=reason.strip(),
        warned_on=today(),
        rectify_by=due.end,
        counted=on_record(due),
        warned_by=by,
        paper=tracking_papers.issue_warning(naming, reason=reason, note=note, due=due, by=by),
    )


@transaction.atomic
def restore(*, naming: Naming, reason: str, by: User) -> None:
    """Lift a warning; the complaint that brought it is no grounds, a recheck after it is."""
    _hold(naming)
    site = naming.site
    check(site=site, action=Action.RESTORE, by=by)
    recheck = notes_since_last_step(naming).filter(kind=TrackingKind.RECHECK).first()
    if recheck is None:
        raise ValidationError(_("Put a recheck on file first."))
    perform(site=site, action=Action.RESTORE, by=by, note=reason)
    warned = naming.warnings.standing().get()
    paper = tracking_papers.issue_restoration(naming, warned=warned, reason=reason, recheck=recheck, by=by)
    warned.lifted_on, warned.lifting_reason, warned.lifting_paper = today(), reason.strip(), paper
    warned.save(update_fields=["lifted_on", "lifting_reason", "lifting_paper"])
    notify(
        liaisons(site),
        text=gettext_noop("The warning of %(site)s has been lifted."),
        about={"site": site},
        url=_page(naming),
    )


@transaction.atomic
def revoke(*, naming: Naming, reason: str, by: User) -> Revocation:
    """Take the title back from a warned site; the page keeps the whole story.

    The site is left the time it was given to mend. Sooner than that its naming is revoked only upon a
    recheck or complaint put on file since the warning. Raises WorkflowError.
    """
    _hold(naming)
    site = naming.site
    check(site=site, action=Action.REVOKE, by=by)
    warned = naming.warnings.standing().get()
    if not may_be_revoked(warned):
        told = _(
            "The site has until the end of %(day)s to mend. Sooner its naming can be revoked only upon a "
            "recheck or complaint put on file since the warning."
        )
        raise WorkflowError(told % {"day": date_format(warned.rectify_by)})
    perform(site=site, action=Action.REVOKE, by=by, note=reason)
    decision = tracking_papers.issue_revocation(naming, warned=warned, reason=reason, by=by)
    notify(
        liaisons(site) | people(Role.OFFICE),
        text=gettext_noop("The naming of %(site)s has been revoked; the plaque is to be taken back."),
        about={"site": site},
        url=_page(naming),
    )
    return Revocation.objects.create(
        naming=naming, revoked_on=today(), reason=reason.strip(), by=by, decision=decision
    )


def may_be_revoked(warned: Warned) -> bool:
    """Whether the time to mend is over, or something new is on file since the warning."""
    return warned.rectify_by < today() or notes_since_last_step(warned.naming).exists()


def notes_since_last_step(naming: Naming) -> TrackingNoteQuerySet:
    """What the next step of a named site rests on, the newest first."""
    return TrackingNote.objects.filter(naming=naming).since_last_step()


def _page(naming: Naming) -> str:
    return reverse("publicity_desk:naming", args=[naming.pk])
