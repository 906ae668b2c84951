"""警告 of a named site, what its unit answers, lifting it, the hearing before a revocation, revoking."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.deputies import acts_as, is_another
from accounts.enums import ResolutionKind, Role
from accounts.models import Resolution, SecrecyReview, User
from accounts.publishing import Values
from accounts.rules import is_leading_group, require_office
from accounts.services import notify, secrecy
from accounts.services.meetings import rest_on
from assessments.services.evidence import add_or_point
from assessments.services.storing import files_with_rows
from core.uploads import NewFiles
from publicity import tracking_papers
from publicity.enums import RecheckOrigin, TrackingKind
from publicity.models import Naming, Revocation, RevocationHearing, TrackingNote, Warned, WarningAnswer
from publicity.models.naming import TrackingNoteQuerySet
from publicity.services.tracking import call_for, hold, page_of
from sites.calendar import on_record, today, working_days_after
from sites.enums import Action, Level
from sites.rules import is_own_unit
from sites.services import filers, liaisons, people
from sites.workflow import WorkflowError, check, perform
from standards.citing import check_words
from standards.models import RANGES
from tables.tidy import tidy_prose

# How long a warned site may be given to mend: as the rulebook's own days.
WORKING_DAYS = RANGES["rectification_days"]


@transaction.atomic
def warn(
    *,
    naming: Naming,
    reason: str,
    working_days: int | None = None,
    resolution: Resolution | None,
    by: User,
) -> Warned:
    """警告 a named site and give it until a counted day to mend; the rulebook's days unless others are given.

    It rests on a resolution of the leading group, and on a complaint, or a recheck that found something not
    met, put on file since the last step by somebody else. What it says in public another person has read
    for secrets (`prepare`).
    """
    hold(naming)
    site = naming.site
    check(site=site, action=Action.WARN, by=by)
    if why_not := warning_obstacle(naming, by):
        raise WorkflowError(why_not)
    note = notes_since_last_step(naming).wanting().exclude(acts_as(by, "by"))[0]
    days = site.programme.rulebook_used.rectification_days if working_days is None else working_days
    low, high = WORKING_DAYS
    if not low <= days <= high:
        told = _("From %(low)d to %(high)d working days.")
        raise ValidationError({"working_days": told % {"low": low, "high": high}})
    due = working_days_after(today(), days)
    rests_on = rest_on(resolution, kind=ResolutionKind.WARNING, campaign=site.programme_id)
    _check_words(
        Action.WARN, naming, by, {"reason": reason, "working_days": working_days, "resolution": resolution}
    )
    perform(site=site, action=Action.WARN, by=by, note=reason)
    notify(
        liaisons(site),
        text=gettext_noop("%(site)s has been warned and is to mend by %(day)s: %(reason)s"),
        about={"site": site, "day": due.end, "reason": reason.strip()},
        url=page_of(naming),
    )
    return Warned.objects.create(
        naming=naming,
        reason=reason.strip(),
        warned_on=today(),
        resolution=rests_on,
        rectify_by=due.end,
        counted=on_record(due),
        warned_by=by,
        paper=tracking_papers.issue_warning(
            naming, reason=reason, note=note, due=due, resolution=rests_on, by=by
        ),
    )


@files_with_rows()
def answer(*, naming: Naming, text: str, files: NewFiles = (), by: User) -> WarningAnswer:
    """The unit says what it has mended, with files where there are any, and asks for the recheck.

    After the day it is taken all the same, and its late day stays on record. Raises PermissionDenied (not
    this person), WorkflowError (not now), ValidationError by field (`text`, `files`).
    """
    hold(naming)
    site = naming.site
    if not is_own_unit(by, site):
        raise PermissionDenied
    warned = standing_warning(naming)
    if why_not := answering_obstacle(warned):
        raise WorkflowError(why_not)
    if not text.strip():
        raise ValidationError({"text": _("Say what has been mended.")})
    title = f"{site.window_name}警告整改材料"
    proof = add_or_point(site=site, title=title, files=files, by=by, pointers={}) if files else None
    said = WarningAnswer.objects.create(warned=warned, text=text.strip(), evidence=proof, on=today(), by=by)
    call_for(naming, RecheckOrigin.ASKED, by, answer=said)
    overseers = people(Role.OFFICE)
    if site.level == Level.DISTRICT:
        overseers |= filers(site.filing)
    notify(
        overseers,
        text=gettext_noop("%(site)s says that it has mended what the warning found, and asks for a recheck."),
        about={"site": site},
        url=page_of(naming),
    )
    return said


@transaction.atomic
def restore(*, naming: Naming, reason: str, resolution: Resolution | None = None, by: User) -> None:
    """Lift a warning, upon a recheck since then that found everything met, put on file by somebody else.

    Where the leading group lifts it, it rests on a resolution. What it says in public another person has
    read for secrets (`prepare`).
    """
    hold(naming)
    site = naming.site
    check(site=site, action=Action.RESTORE, by=by)
    if why_not := lifting_obstacle(naming, by):
        raise WorkflowError(why_not)
    warned, recheck = standing_warning(naming), cast("TrackingNote", last_recheck(naming))
    if is_leading_group(by):
        warned.lifting_resolution = rest_on(
            resolution, kind=ResolutionKind.RESTORATION, campaign=site.programme_id
        )
    _check_words(Action.RESTORE, naming, by, {"reason": reason, "resolution": resolution})
    perform(site=site, action=Action.RESTORE, by=by, note=reason)
    paper = tracking_papers.issue_restoration(naming, warned=warned, reason=reason, recheck=recheck, by=by)
    warned.lifted_on, warned.lifting_reason, warned.lifting_paper = today(), reason.strip(), paper
    warned.save(update_fields=["lifted_on", "lifting_reason", "lifting_paper", "lifting_resolution"])
    notify(
        liaisons(site),
        text=gettext_noop("The warning of %(site)s has been lifted."),
        about={"site": site},
        url=page_of(naming),
    )


@transaction.atomic
def hear(*, naming: Naming, grounds: str, by: User) -> RevocationHearing:
    """The office proposes a revocation: the unit is told so, with the grounds, and a day to state its view.

    The rulebook's working days. Raises WorkflowError as `hearing_obstacle` says.
    """
    require_office(by)
    hold(naming)
    warned = standing_warning(naming)
    if why_not := hearing_obstacle(warned):
        raise WorkflowError(why_not)
    if not grounds.strip():
        raise ValidationError({"grounds": _("Say on what grounds a revocation is considered.")})
    check_words(grounds, field="grounds", on=today())
    site = naming.site
    due = working_days_after(today(), site.programme.rulebook_used.hearing_days)
    notify(
        liaisons(site),
        text=gettext_noop(
            "It is considered to revoke the naming of %(site)s; state your view by %(day)s: %(reason)s"
        ),
        about={"site": site, "day": due.end, "reason": grounds.strip()},
        url=page_of(naming),
    )
    return RevocationHearing.objects.create(
        warned=warned,
        grounds=grounds.strip(),
        opened_by=by,
        opened_on=today(),
        state_by=due.end,
        counted=on_record(due),
    )


@transaction.atomic
def state_view(*, naming: Naming, text: str, by: User) -> RevocationHearing:
    """The unit states its view, once, until the day it was given; what is said stays as it is."""
    hold(naming)
    site = naming.site
    if not is_own_unit(by, site):
        raise PermissionDenied
    hearing = RevocationHearing.objects.open(on=today()).filter(warned__naming=naming).first()
    if hearing is None:
        raise WorkflowError(_("There is no hearing in which a view could be stated now."))
    if not text.strip():
        raise ValidationError({"text": _("State the unit's view.")})
    hearing.statement, hearing.stated_by = text.strip(), by
    hearing.stated_on, hearing.stated_at = today(), timezone.now()
    hearing.save(update_fields=["statement", "stated_by", "stated_on", "stated_at"])
    notify(
        people(Role.LEADING_GROUP) | people(Role.OFFICE),
        text=gettext_noop("%(site)s has stated its view on the revocation that is considered."),
        about={"site": site},
        url=page_of(naming),
    )
    return hearing


@transaction.atomic
def revoke(
    *, naming: Naming, reason: str, why_early: str = "", resolution: Resolution | None, by: User
) -> Revocation:
    """Take the title back from a warned site whose unit was heard; the page keeps the whole story.

    Raises WorkflowError as `revocation_obstacle` says. `why_early` is needed, and kept, only while the site
    still has time to mend. What it says in public another person has read for secrets (`prepare`).
    """
    hold(naming)
    site = naming.site
    check(site=site, action=Action.REVOKE, by=by)
    warned = standing_warning(naming)
    if why_not := revocation_obstacle(warned, by):
        raise WorkflowError(why_not)
    typed = {"reason": reason, "why_early": why_early, "resolution": resolution}
    why_early = why_early.strip() if is_early(warned) else ""
    if is_early(warned) and not why_early:
        told = _("The site has until the end of %(day)s to mend; say why that day is not waited for.")
        raise ValidationError({"why_early": told % {"day": date_format(warned.rectify_by)}})
    recheck = last_recheck(naming)
    rests_on = rest_on(resolution, kind=ResolutionKind.REVOCATION, campaign=site.programme_id)
    _check_words(Action.REVOKE, naming, by, typed)
    perform(site=site, action=Action.REVOKE, by=by, note=reason)
    decision = tracking_papers.issue_revocation(
        naming,
        warned=warned,
        reason=reason,
        why_early=why_early,
        recheck=recheck,
        resolution=rests_on,
        by=by,
    )
    notify(
        liaisons(site) | people(Role.OFFICE),
        text=gettext_noop("The naming of %(site)s has been revoked; the plaque is to be taken back."),
        about={"site": site},
        url=page_of(naming),
    )
    return Revocation.objects.create(
        naming=naming,
        hearing=warned.hearing,
        proposed_by=warned.hearing.opened_by,
        resolution=rests_on,
        revoked_on=today(),
        reason=reason.strip(),
        mend_by=warned.rectify_by,
        why_early=why_early,
        by=by,
        decision=decision,
    )


# -- what a step says in public ----------------------------------------------------------------

STEPS: Mapping[Action, Callable[..., object]] = {
    Action.WARN: warn,
    Action.RESTORE: restore,
    Action.REVOKE: revoke,
}


@transaction.atomic
def prepare(*, step: Action, naming: Naming, by: User, **typed: Any) -> SecrecyReview:
    """Put what a step would say in public before another person, who reviews it for secrets.

    The step is rehearsed, so whatever it would be refused for is refused now, at the form's fields.
    """
    try:
        with transaction.atomic():
            STEPS[step](naming=naming, by=by, **typed)
            transaction.set_rollback(True)
    except secrecy.NotReviewed:
        pass
    return secrecy.ask(kind=review_kind(step), records=[naming], values=as_typed(typed), by=by)


@transaction.atomic
def take_prepared(step: Action, naming: Naming, values: Values, by: User) -> None:
    """Take the step as it was reviewed; what waits to be said with another step is not said any more."""
    typed = {name: value for name, value in values.items() if name != "resolution"}
    STEPS[step](naming=naming, resolution=named_resolution(values), by=by, **typed)
    for each in STEPS:
        secrecy.need_no_more(kind=review_kind(each), record=naming.pk)


def named_resolution(values: Values) -> Resolution | None:
    """The one that was typed, if one was."""
    return Resolution.objects.filter(pk=values["resolution"]).first() if "resolution" in values else None


def review_kind(step: Action) -> str:
    return f"naming.{step}"


def as_typed(typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed for a step, as JSON: prose tidied, the resolution by its key, without what is empty."""
    said = {name: tidy_prose(value) if isinstance(value, str) else value for name, value in typed.items()}
    if resolution := typed.get("resolution"):
        said["resolution"] = resolution.pk
    return {name: value for name, value in said.items() if value}


def _check_words(step: Action, naming: Naming, by: User, typed: Mapping[str, Any]) -> None:
    if not str(typed["reason"]).strip():
        raise ValidationError({"reason": _("Give a reason: it is kept in the site's history.")})
    secrecy.check(review_kind(step), naming, by=by, values=as_typed(typed))


# -- what stands in the way ------------------------------------------------------------------


def warning_obstacle(naming: Naming, by: User) -> str:
    """Why this person cannot warn the site now, in a sentence; empty where they can."""
    wanting = notes_since_last_step(naming).wanting()
    if not wanting.exists():
        return _("Put a complaint, or a recheck that found something not met, on file first.")
    return "" if wanting.exclude(acts_as(by, "by")).exists() else _own_finding()


def lifting_obstacle(naming: Naming, by: User) -> str:
    """Why this person cannot lift the warning now, in a sentence; empty where they can."""
    recheck = last_recheck(naming)
    if recheck is None:
        return _("Put a recheck on file first.")
    if recheck.findings.filter(is_met=False).exists():
        return _("The last recheck found something not met; put another one on file first.")
    return "" if is_another(by, recheck.by_id) else _own_finding()


def answering_obstacle(warned: Warned) -> str:
    """Why the unit cannot answer the warning now, in a sentence; empty where it can."""
    if warned.answers.waiting().exists():
        return _("The unit has answered; the site is to be rechecked.")
    return _mended(warned)


def hearing_obstacle(warned: Warned) -> str:
    """Why a revocation cannot be proposed now, in a sentence; empty where it can."""
    if hasattr(warned, "hearing"):
        return _("The unit is heard already, or was: a view is asked for once.")
    if warned.answers.waiting().exists():
        return _("The unit has answered and asked for a recheck; put that on file first.")
    return _mended(warned) or _too_early(warned)


def revocation_obstacle(warned: Warned, by: User) -> str:
    """Why this person cannot revoke the naming now, in a sentence; empty where they can."""
    hearing = getattr(warned, "hearing", None)
    if hearing is None:
        return _("Nobody's naming is revoked unheard: the office asks the unit for its view first.")
    if not hearing.is_over(today()):
        told = _("The unit may state its view until the end of %(day)s; until then nothing is decided.")
        return told % {"day": date_format(hearing.state_by)}
    if not is_another(by, hearing.opened_by_id):
        return _("You proposed this revocation; another person decides on it.")
    if notes_since_last_step(warned.naming).filter(acts_as(by, "by")).exists():
        return _own_finding()
    return _mended(warned) or _too_early(warned)


def is_early(warned: Warned) -> bool:
    """Whether the site still has time to mend."""
    return warned.rectify_by >= today()


def _mended(warned: Warned) -> str:
    notes = notes_since_last_step(warned.naming)
    newest = notes.first()
    if newest is None or notes.wanting().filter(pk=newest.pk).exists():
        return ""
    return _("The last recheck has found everything met; the warning can be lifted.")


def _too_early(warned: Warned) -> str:
    if not is_early(warned) or notes_since_last_step(warned.naming).wanting().exists():
        return ""
    told = _(
        "The site has until the end of %(day)s to mend. Sooner its naming can be revoked only upon a "
        "complaint, or a recheck that found something not met, put on file since the warning."
    )
    return told % {"day": date_format(warned.rectify_by)}


def _own_finding() -> str:
    """Who finds something does not decide alone what comes of it."""
    return _("You put the recheck or complaint on file that this rests on; another person decides.")


def standing_warning(naming: Naming) -> Warned:
    """The warning of a site that is warned; WorkflowError where none stands."""
    if warned := naming.warnings.standing().select_related("paper", "hearing__opened_by").first():
        return warned
    raise WorkflowError(_("This site is not under a warning."))


def last_recheck(naming: Naming) -> TrackingNote | None:
    """The newest recheck since the last step."""
    return notes_since_last_step(naming).filter(kind=TrackingKind.RECHECK).first()


def notes_since_last_step(naming: Naming) -> TrackingNoteQuerySet:
    """What the next step of a named site rests on, the newest first."""
    return TrackingNote.objects.filter(naming=naming).since_last_step()
