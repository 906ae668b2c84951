"""Sheets, evidence, the acceptance, and the findings with their thread."""

from decimal import Decimal

from django.db.models import Count, DateField, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.deputies import name_with_deputy
from accounts.models import User
from assessments.enums import ReplyKind, RoundKind, SheetRole, Verdict
from assessments.finding_steps import STEPS
from assessments.models import (
    Acceptance,
    AppraisalResult,
    Evidence,
    EvidencePointer,
    Finding,
    FindingReply,
    Sheet,
    SheetVersion,
    UnitSummary,
)
from assessments.models.sheets import SheetQuerySet
from assessments.rules import reads_acceptances
from core.http import record_address
from core.union import Part
from sites.chronology import (
    EVENTS,
    TOGETHER,
    Chapter,
    Entry,
    EventKind,
    EventRow,
    EventState,
    Reader,
    entry,
    events,
    step_days,
    steps,
)
from sites.enums import Action
from sites.models import Site


def _sheets(site: Site, user: User) -> SheetQuerySet:
    return Sheet.objects.visible_to(user).filter(assessment__site=site)


def _submitted(site: Site, user: User) -> Part:
    """Self sheets and members' own; the common one is signed."""
    handed_in = _sheets(site, user).filter(submitted_on__isnull=False).exclude(role=SheetRole.FINAL)
    handed_in = handed_in.exclude(
        role=SheetRole.SELF, submitted_on__in=step_days(site, Action.SUBMIT_SELF_ASSESSMENT)
    )
    return events(
        handed_in,
        on="submitted_on",
        at="submitted_at",
        who="author__name",
        state=EventState.SUBMITTED,
        title="assessment__round__title",
    )


def _by_step(site: Site, action: Action, day: str, path: str = "") -> Q:
    """What the inspection's step tells already; `path` leads to the sheet."""
    told = {f"{day}__in": step_days(site, action)}
    return Q(**{f"{path}assessment__round__kind": RoundKind.INSPECTION}, **told)


def _signed(site: Site, user: User) -> Part:
    signed = _sheets(site, user).signed_finals()
    return events(
        signed.exclude(_by_step(site, Action.SIGN_INSPECTION, "signed_on")),
        on="signed_on",
        at="submitted_at",
        who=name_with_deputy("signed_by", "signed_for"),
        state=EventState.SIGNED,
        title="assessment__round__title",
    )


def _versions(site: Site, user: User) -> QuerySet[SheetVersion]:
    return SheetVersion.objects.filter(sheet__in=_sheets(site, user))


def _signed_before(site: Site, user: User) -> Part:
    """What was signed once and opened again."""
    return events(
        _versions(site, user).exclude(_by_step(site, Action.SIGN_INSPECTION, "signed_on", "sheet__")),
        on="signed_on",
        who=name_with_deputy("signed_by", "signed_for"),
        state=EventState.SIGNED,
        key="sheet",
        title="sheet__assessment__round__title",
    )


def _opened_again(site: Site, user: User) -> Part:
    return events(
        _versions(site, user).exclude(_by_step(site, Action.UNLOCK_INSPECTION, "unlocked_on", "sheet__")),
        on="unlocked_on",
        who="unlocked_by__name",
        state=EventState.OPENED_AGAIN,
        key="sheet",
        title="sheet__assessment__round__title",
        note="reason",
    )


def _tell_sheet(row: EventRow, _reader: Reader) -> Entry:
    what = _("Score sheet: %(round)s") % {"round": row.title}
    return entry(row, what, EventState(row.state), record_address("assessments:sheet", row.key), row.note)


def _evidence(site: Site, user: User) -> Part:
    """What one person filed on one day, by the business date it first pointed to an item on."""
    pointed = EvidencePointer.objects.filter(evidence=OuterRef("pk")).order_by("on").values("on")[:1]
    day = Coalesce(Subquery(pointed), TruncDate("uploaded_at"), output_field=DateField())
    return events(
        Evidence.objects.visible_to(user).filter(site=site),
        on=day,
        who="uploaded_by__name",
        by=TOGETHER,
        at=Max("uploaded_at"),
        key=Max("pk"),
        title=Min("title"),
        n=Count("pk", distinct=True),
    )


def _tell_evidence(row: EventRow, reader: Reader) -> Entry:
    url = reader.page("assessments:evidence")
    if row.n == 1:
        return entry(row, _("Evidence: %(title)s") % {"title": row.title}, EventState.FILED, url)
    what = ngettext("%(n)d piece of evidence", "%(n)d pieces of evidence", row.n) % {"n": row.n}
    return entry(row, what, EventState.FILED, url)


def _acceptances(site: Site, user: User) -> QuerySet[Acceptance]:
    """For the city's own eyes, as their page is."""
    seen = Acceptance.objects.visible_to(user).filter(assessment__site=site)
    return seen if reads_acceptances(user) else seen.none()


def _recommended(site: Site, user: User) -> Part:
    return events(
        _acceptances(site, user),
        on="recommended_on",
        who="recommended_by__name",
        state="recommendation",
        title="composite",
        note="opinion",
    )


def _decided(site: Site, user: User) -> Part:
    """Of a decision without its step."""
    decided = _acceptances(site, user).filter(decided_on__isnull=False)
    return events(
        decided.exclude(decided_on__in=step_days(site, Action.PASS_ACCEPTANCE, Action.FAIL_ACCEPTANCE)),
        on="decided_on",
        who="decided_by__name",
        state="decision",
        title="composite",
        note="decision_note",
    )


def _tell_recommended(row: EventRow, reader: Reader) -> Entry:
    what = _("Acceptance recommended: %(score)s points") % {"score": _points(row.title)}
    return entry(row, what, Verdict(row.state), _acceptance(row, reader), row.note)


def _tell_decided(row: EventRow, reader: Reader) -> Entry:
    what = _("Acceptance decided: %(score)s points") % {"score": _points(row.title)}
    return entry(row, what, Verdict(row.state), _acceptance(row, reader), row.note)


def _appraised(site: Site, user: User) -> Part:
    return events(
        AppraisalResult.objects.visible_to(user).filter(site=site),
        on="counted_on",
        who="counted_by__name",
        title="score",
        n="sample",
    )


def _tell_appraised(row: EventRow, reader: Reader) -> Entry:
    what = _("Public appraisal: %(n)d answers, %(score)s points") % {"n": row.n, "score": _points(row.title)}
    return entry(row, what, EventState.COUNTED, _acceptance(row, reader))


def _acceptance(_row: EventRow, reader: Reader) -> str:
    return reader.page("assessments:acceptance") if reader.in_city else ""


def _points(score: str) -> str:
    return number_format(Decimal(score).quantize(Decimal("0.01")).normalize())


def _thread(site: Site, user: User) -> Part:
    """What one person wrote of the findings on one day, each kind of word for itself."""
    seen = Finding.objects.visible_to(user).filter(assessment__site=site)
    return events(
        FindingReply.objects.filter(finding__in=seen),
        on="on",
        who="by__name",
        state="kind",
        by=TOGETHER,
        at=Max("at"),
        key=Max("finding"),
        title=Max("finding__item__code"),
        note=Max("text"),
        n=Count("finding", distinct=True),
    )


def _tell_thread(row: EventRow, reader: Reader) -> Entry:
    kind, page = ReplyKind(row.state), reader.page("assessments:rectification")
    state = STEPS[kind].leads_to
    if row.n > 1:
        words = {"kind": kind.label, "n": row.n}
        what = ngettext("%(kind)s: %(n)d finding", "%(kind)s: %(n)d findings", row.n) % words
        return entry(row, what, state, page)
    what = _("%(kind)s: item %(code)s") if row.title else "%(kind)s"
    what %= {"kind": kind.label, "code": row.title}
    return entry(row, what, state, f"{page}#finding-{row.key}", row.note)


def _summary(site: Site, _user: User) -> Part:
    return events(UnitSummary.objects.filter(site=site), on="on", who="by__name", note="text")


def _tell_summary(row: EventRow, reader: Reader) -> Entry:
    url = reader.page("assessments:rectification")
    return entry(row, _("The unit's summary of its rectification"), EventState.RECORDED, url, row.note)


def _signed_that_day(site: Site, user: User) -> Part:
    return _sheets(site, user).signed_finals().filter(signed_on=OuterRef("on")).order_by("-pk").values("pk")


def _own_sheet(site: Site, user: User) -> Part:
    return _sheets(site, user).filter(role=SheetRole.SELF).order_by("-pk").values("pk")


def _sheet(row: EventRow, reader: Reader) -> str:
    """The sheet a step rests on, as far as it is the reader's to see."""
    return record_address("assessments:sheet", row.n) if row.n else ""


def _sheet_or_findings(row: EventRow, reader: Reader) -> str:
    return _sheet(row, reader) or reader.page("assessments:rectification")


_ASSESSMENT, _RECTIFICATION = (Chapter.ASSESSMENT,), (Chapter.RECTIFICATION,)
EVENTS.add(
    EventKind(_ASSESSMENT, _evidence, _tell_evidence),
    EventKind(_ASSESSMENT, _submitted, _tell_sheet),
    EventKind(_ASSESSMENT, _signed_before, _tell_sheet),
    EventKind(_ASSESSMENT, _opened_again, _tell_sheet),
    EventKind(_ASSESSMENT, _signed, _tell_sheet),
    EventKind(_ASSESSMENT, _appraised, _tell_appraised),
    EventKind(_ASSESSMENT, _recommended, _tell_recommended),
    EventKind(_ASSESSMENT, _decided, _tell_decided),
    EventKind(_RECTIFICATION, _thread, _tell_thread),
    EventKind(_RECTIFICATION, _summary, _tell_summary),
    steps(
        Action.SUBMIT_SELF_ASSESSMENT,
        Action.RECALL_SELF_ASSESSMENT,
        chapter=Chapter.ASSESSMENT,
        spot=_sheet,
        about=_own_sheet,
    ),
    steps(
        Action.SIGN_INSPECTION,
        Action.UNLOCK_INSPECTION,
        chapter=Chapter.ASSESSMENT,
        spot=_sheet_or_findings,
        about=_signed_that_day,
    ),
    steps(
        Action.VERIFY_RECTIFICATION,
        Action.REOPEN,
        Action.UPHOLD_OBJECTION,
        chapter=Chapter.RECTIFICATION,
        spot=lambda _row, reader: reader.page("assessments:rectification"),
    ),
    steps(Action.PASS_ACCEPTANCE, Action.FAIL_ACCEPTANCE, chapter=Chapter.ASSESSMENT, spot=_acceptance),
    place=20,
)
