"""The papers of 动态跟踪管理, frozen from the records: a warning, its lifting, a revocation."""

from typing import Any

from django.utils import translation

from accounts.models import Resolution, User
from assessments.papers.words import sentence
from documents.contexts import site_fields
from documents.models import Document
from documents.papers import LEADING_GROUP, OFFICE, DocumentKind
from documents.services import issue
from sites.calendar import Deadline, days_after

from .enums import TrackingKind
from .models import Naming, TrackingNote, Warned

_FOUND = {TrackingKind.RECHECK: "复查", TrackingKind.COMPLAINT: "投诉核查"}


def issue_warning(
    naming: Naming, *, reason: str, note: TrackingNote, due: Deadline, resolution: Resolution, by: User
) -> Document:
    """警告 to the unit, with what it rests on and the date to mend by."""
    return _issue(
        DocumentKind.WARNING_NOTICE,
        naming,
        title=f"{OFFICE}关于对{naming.site.window_name}予以警告并限期整改的通知",
        by=by,
        reason=reason,
        found_on=note.visited_on or note.on,
        found=_FOUND[TrackingKind(note.kind)],
        unmet=_found(note, is_met=False),
        resolved=resolution.words,
        rectify_by=due.end,
        **_counted(due),
    )


def issue_restoration(
    naming: Naming, *, warned: Warned, reason: str, recheck: TrackingNote, by: User
) -> Document:
    """解除警告 to the unit, with the recheck it rests on."""
    return _issue(
        DocumentKind.RESTORATION_NOTICE,
        naming,
        title=f"{OFFICE}关于解除对{naming.site.window_name}警告的通知",
        by=by,
        reason=reason,
        found_on=recheck.visited_on,
        looked_at=_found(recheck, is_met=True),
        resolved=warned.lifting_resolution.words if warned.lifting_resolution else "",
        **_warning(warned),
    )


def issue_revocation(
    naming: Naming,
    *,
    warned: Warned,
    reason: str,
    why_early: str,
    recheck: TrackingNote | None,
    resolution: Resolution,
    by: User,
) -> Document:
    """撤销命名的决定 to everybody the naming was told: what it rests on, how the unit was heard."""
    hearing = warned.hearing
    return _issue(
        DocumentKind.REVOCATION_DECISION,
        naming,
        title=f"{LEADING_GROUP}关于撤销{naming.site.window_name}示范点命名的决定",
        by=by,
        reason=reason,
        found_on=recheck.visited_on if recheck else "",
        unmet=_found(recheck, is_met=False) if recheck else "",
        heard_on=hearing.opened_on,
        state_by=hearing.state_by,
        stated_on=hearing.stated_on or "",
        rectify_by=warned.rectify_by,
        why_early=sentence(why_early),
        resolved=resolution.words,
        **_warning(warned),
    )


def _issue(
    kind: DocumentKind,
    naming: Naming,
    *,
    title: str,
    reason: str,
    by: User,
    **facts: Any,
) -> Document:
    site = naming.site
    with translation.override("zh-hans"):
        level = str(site.get_level_display())
    return issue(
        kind=kind,
        programme=site.programme,
        title=title,
        sites=[site],
        is_public=True,
        by=by,
        context={
            **site_fields(site),
            "level": level,
            "decision_number": naming.decision.full_number,
            "named_on": naming.named_on,
            "plaque_number": naming.plaque_number,
            "reason": sentence(reason.strip()),
            **facts,
        },
    )


def _warning(warned: Warned) -> dict[str, Any]:
    """The warning's number and day, and when the unit answered it last."""
    said = warned.answers.last()
    return {
        "warning_number": warned.paper.full_number,
        "warned_on": warned.warned_on,
        "answered_on": said.on if said else "",
    }


def _counted(due: Deadline) -> dict[str, Any]:
    """The time to mend with its days in the words of the paper, whoever warns."""
    with translation.override("zh-hans"):
        days = days_after(due.start, due.length, due.unit).days
        return {
            "length": due.length,
            "unit": str(due.unit.label),
            "counted": [day.as_json() for day in days],
        }


def _found(note: TrackingNote, *, is_met: bool) -> str:
    """What was looked at and is as it should be, or is not, one after another."""
    return "；".join(found.text.rstrip("。；") for found in note.findings.filter(is_met=is_met))
