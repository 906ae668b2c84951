"""The report of a visit, signed at the counter by the unit's person."""

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.enums import Role
from accounts.models import User
from accounts.services import notify
from assessments.enums import ScoreLevel, UnitView
from assessments.models import Assessment, NotedFinding, Score, VisitPaper, VisitReport
from assessments.rules import leads
from assessments.services.storing import files_with_rows, store_kept
from assessments.services.teams import check_on_site
from core.uploads import Taken
from sites.calendar import today
from sites.services import people, staff_of
from sites.workflow import InvalidTransition
from standards.models import Item

# Strokes within 600 by 200, as static/portal/visit-report.js writes them; so many letters are a long name.
STROKES = re.compile(r"(M\d{1,3} \d{1,3}(L\d{1,3} \d{1,3})+)+")
MOST_LETTERS = 20_000
MEANWHILE = gettext_lazy("A report of this visit was signed meanwhile; look at it first.")
# Of a gap as a person saw it: the item's code, the level, the reason.
Finding: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True)
class Said:
    """A gap as it was named, and what the unit says to it."""

    item: Item
    gap: str
    view: UnitView
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A report as it was filled in: signed with `signature`, or on a `paper`."""

    visited_on: datetime.date
    begun_at: datetime.time
    ended_at: datetime.time
    present: str
    said: Sequence[Said] = ()
    remarks: str = ""
    signer_name: str
    signer_post: str
    signature: str = ""
    paper: Taken | None = None


def noted(assessment: Assessment, by: User) -> list[Score]:
    """What this person has marked below full so far, in order: the gaps to be named, never the marks."""
    below = Score.objects.due().filter(level__in=ScoreLevel.BELOW_FULL, sheet__assessment=assessment)
    return list(below.filter(sheet__author=by).select_related("item__section"))


def may_report(assessment: Assessment, user: User) -> bool:
    """Whoever leads the team there, while the round is open."""
    return assessment.round.is_open and leads(assessment, user)


@files_with_rows()
def sign(
    *,
    assessment: Assessment,
    filled: Filled,
    corrects: VisitReport | None,
    by: User,
    kept_key: UUID | None = None,
) -> VisitReport:
    """Put a report on file as it was signed; nothing of it changes any more. Unit and office are told.

    `corrects` is the newest of this visit where there is one, as the page showed it. Raises PermissionDenied,
    WorkflowError (the round is closed; another one was signed meanwhile) and ValidationError by field.
    """
    held = Assessment.objects.select_for_update(of=("self",)).select_related("round", "site")
    visit = held.get(pk=assessment.pk)
    if not leads(visit, by):
        raise PermissionDenied
    check_on_site(visit.round)
    if newest_of(visit) != corrects:
        raise InvalidTransition(str(MEANWHILE))
    _check(filled)
    paper = filled.paper
    report = VisitReport(
        assessment=visit,
        corrects=corrects,
        visited_on=filled.visited_on,
        begun_at=filled.begun_at,
        ended_at=filled.ended_at,
        present=filled.present,
        remarks=filled.remarks,
        signer_name=filled.signer_name,
        signer_post=filled.signer_post,
        signature=filled.signature,
        paper_sha256=paper.sha256 if paper else "",
        made_by=by,
        kept_key=kept_key,
        on=today(),
    )
    findings = [
        NotedFinding(report=report, item=each.item, gap=each.gap, view=each.view, words=each.words)
        for each in filled.said
    ]
    report.digest = report.digest_of([each.says for each in findings])
    report.save()
    for each in findings:
        each.save()
    if paper:
        store_kept(VisitPaper(report=report), paper)
    notify(
        {*staff_of(visit.site), *people(Role.OFFICE)},
        text=gettext_noop("The report of the visit to %(site)s is signed."),
        about={"site": visit.site},
        url=report.get_absolute_url(),
    )
    return report


@files_with_rows()
def sign_kept(
    *,
    assessment: Assessment,
    key: UUID,
    seen: Sequence[Finding],
    corrects: int | None,
    filled: Callable[[], Filled],
    by: User,
) -> None:
    """`sign` a report as a phone kept it; sent again, by the same `key`, it changes nothing.

    `seen` are the findings that the unit's person had in sight, `corrects` the key of the report that was the
    newest there. Where the sheet says something else by now nobody signed that: InvalidTransition, before
    `filled` is asked for.
    """
    held = Assessment.objects.select_for_update(of=("self",)).select_related("round")
    visit = held.get(pk=assessment.pk)
    if visit.visit_reports.filter(kept_key=key, made_by=by).exists():
        return
    others = {code for code, *_rest in {*as_seen(seen)} ^ {*findings(visit, by)}}
    if others:
        told = _(
            "Other things are found on the sheet by now than were signed for, at: %(items)s. "
            "Look at them together, and have it signed anew."
        )
        raise InvalidTransition(told % {"items": ", ".join(sorted(others))})
    former = newest_of(visit)
    if corrects != (former.pk if former else None):
        raise InvalidTransition(str(MEANWHILE))
    sign(assessment=visit, filled=filled(), corrects=former, by=by, kept_key=key)


def findings(assessment: Assessment, by: User) -> list[Finding]:
    """What is `noted`, to be compared: code, level and reason."""
    return as_seen([(each.item.code, each.level, each.reason) for each in noted(assessment, by)])


def as_seen(seen: Sequence[Finding]) -> list[Finding]:
    """Without the spaces and line ends that a form, a browser and a database each write their own way."""
    return [(code, level, " ".join(reason.split())) for code, level, reason in seen]


def newest_of(assessment: Assessment) -> VisitReport | None:
    return assessment.visit_reports.order_by("-pk").first()


def _check(filled: Filled) -> None:
    """ValidationError by field."""
    if filled.visited_on > today():
        raise ValidationError({"visited_on": _("The visit cannot be of a later date than today.")})
    if filled.begun_at > filled.ended_at:
        raise ValidationError({"ended_at": _("The visit ends after it begins.")})
    for each in filled.said:
        if each.view == UnitView.CONTRADICTS and not each.words:
            told = _("%(item)s: the unit contradicts; write down in which words.")
            raise ValidationError(told % {"item": each.item.code})
    if bool(filled.signature) == bool(filled.paper):
        told = _("Sign in the field with a finger, or sign a paper and add its photograph: one of the two.")
        raise ValidationError({"paper": told})
    is_long = len(filled.signature) > MOST_LETTERS
    if filled.signature and (is_long or not STROKES.fullmatch(filled.signature)):
        raise ValidationError({"paper": _("The signature could not be read; sign once more.")})
