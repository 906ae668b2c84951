"""What happens next to a site and who must act: one answer for its page and for everybody's to-do list."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, F, Min, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.enums import Role
from accounts.models import User
from assessments.enums import FindingState, RoundKind, SheetRole, SheetState
from assessments.models import Acceptance, Deliberation, Finding, Score, Sheet
from assessments.queries import manned
from publicity.enums import NoticeState
from publicity.models import NoticeSite, Objection
from sites.enums import Action, Level, PlanState, ReplacementState, Stage
from sites.models import Replacement, Site, WorkPlan
from sites.workflow import TRANSITIONS


@dataclass(frozen=True)
class Step:
    """What is to be done, by whom, where; `due` where a date is set. Nobody: it only takes time."""

    what: StrOrPromise
    role: Role | None
    url: str
    due: datetime.date | None = None


def with_facts(sites: QuerySet[Site], *, today: datetime.date, reader: User) -> QuerySet[Site]:
    """The sites with everything `next_step` asks about, in the one query that reads them.

    Final sheets and deliberations count only as far as the reader sees them: for whoever still marks
    blind, and for the unit and its district, the team is still filling in its sheets.
    """
    here = {"assessment__site": OuterRef("pk")}
    visits = manned().filter(site=OuterRef("pk"), round__closed_on=None)
    seen = Sheet.objects.visible_to(reader).filter(role=SheetRole.FINAL)
    finals, drawn_up = seen.filter(**here), seen.filter(state=SheetState.DRAFT)
    on_drawn_up = {"sheet__assessment__site": OuterRef("pk"), "sheet__in": drawn_up}
    findings = Finding.objects.filter(**here)
    with_unit = findings.filter(state__in=FindingState.WITH_UNIT)
    accepting = finals.filter(assessment__round__kind=RoundKind.ACCEPTANCE)
    on_notice = NoticeSite.objects.filter(
        site=OuterRef("pk"), removed_on=None, notice__state__in=(NoticeState.PUBLISHED, NoticeState.ENDED)
    ).order_by("-pk")
    return sites.select_related("organisation", "filing__organisation").annotate(
        of_running=F("programme__is_current"),
        replacement=Subquery(Replacement.objects.open().filter(site=OuterRef("pk")).values("state")[:1]),
        plan_waits=Exists(WorkPlan.objects.filter(site=OuterRef("pk"), state=PlanState.FILED)),
        inspected_by=Exists(visits.filter(round__kind=RoundKind.INSPECTION)),
        inspection_drawn_up=Exists(
            finals.filter(assessment__round__kind=RoundKind.INSPECTION, state=SheetState.DRAFT)
        ),
        comment_due=Subquery(
            findings.uncommented().filter(reply_by__gte=today).order_by("reply_by").values("reply_by")[:1]
        ),
        disagreed=Exists(findings.disputed()),
        put=Exists(findings.put()),
        deliberating=Subquery(
            Deliberation.objects.open().filter(**on_drawn_up).order_by("pk").values("sheet")[:1]
        ),
        asks_consent=Subquery(
            Score.objects.unconsented().filter(**on_drawn_up, refusal="").order_by("pk").values("sheet")[:1]
        ),
        answer_due=Subquery(with_unit.values("assessment__site").annotate(due=Min("deadline")).values("due")),
        overdue=Exists(findings.overdue(on=today)),
        answered=Exists(findings.filter(state=FindingState.ANSWERED)),
        accepted_by=Exists(visits.filter(round__kind=RoundKind.ACCEPTANCE)),
        acceptance_drawn_up=Exists(accepting.filter(state=SheetState.DRAFT)),
        acceptance_signed=Exists(
            accepting.filter(state=SheetState.SIGNED).exclude(assessment__acceptances__decision="fail")
        ),
        undecided=Exists(Acceptance.objects.undecided().filter(**here)),
        objection=Subquery(Objection.objects.open().filter(site=OuterRef("pk")).values("pk")[:1]),
        notice=Subquery(on_notice.values("notice")[:1]),
        notice_end=Subquery(on_notice.filter(notice__ends_on__gte=today).values("notice__ends_on")[:1]),
    )


def next_step(site: Site) -> Step | None:
    """The step that leads this site on, its guards looked at; None where nothing is to come.

    `site` comes from `with_facts`.
    """
    if site.replacement:  # type: ignore[attr-defined]  # annotated by with_facts, as all below
        return _replacement(site)
    return _STEPS[Stage(site.stage)](site) if site.stage in _STEPS else None


def step_besides(site: Site) -> Step | None:
    """What somebody else can do while the next step is waited for; `site` comes from `with_facts`."""
    if site.stage == Stage.RECTIFYING and site.answer_due and site.answered:  # type: ignore[attr-defined]
        url = _page("assessments:rectification", site.pk)
        return Step(_("Look at the answers to the findings"), Role.OFFICE, url)
    if sheet := site.asks_consent:  # type: ignore[attr-defined]
        url = _page("assessments:sheet_checkup", sheet)
        return Step(_("Say whether items do not apply"), Role.OFFICE, url)
    return None


def _page(name: str, *arguments: object) -> str:
    return reverse(name, args=arguments)


def _list_with(site: Site, name: str) -> str:
    """A list's page, on which the site's programme is chosen where another one runs."""
    chosen = "" if site.of_running else f"?programme={site.programme_id}"  # type: ignore[attr-defined]  # annotated
    return _page(name) + chosen


def _action(action: Action, url: str, role: Role | None = None, due: datetime.date | None = None) -> Step:
    """A step of the workflow table; its role is the table's where that names one."""
    return Step(action.label, role or TRANSITIONS[action].roles[0], url, due)


def _list(site: Site) -> Step:
    role = Role.DISTRICT if site.level == Level.DISTRICT else Role.LIAISON
    return _action(Action.FILE, _page("sites:filing", site.filing_id), role)


def _reviewed(site: Site) -> Step:
    """To the page of the whole batch, at the spot of the site's list."""
    page = _page("sites:determination_new")
    return _action(Action.DETERMINE, f"{page}?programme={site.programme_id}#list-{site.filing_id}")


def _replacement(site: Site) -> Step:
    """Another window was asked for: until that is settled nothing else is worth doing."""
    url = _page("sites:replacement", site.pk)
    if site.replacement == ReplacementState.ASKED:  # type: ignore[attr-defined]
        return Step(_("Review the replacement of the window"), Role.OFFICE, url)
    return Step(_("Decide the replacement of the window"), Role.LEADING_GROUP, url)


def _determined(site: Site) -> Step:
    url = _page("sites:plan", site.pk)
    if not site.plan_waits:  # type: ignore[attr-defined]
        return Step(_("File the work plan"), Role.LIAISON, url)
    return _action(Action.AGREE_PLAN, url, Role.OFFICE if site.level == Level.CITY else Role.DISTRICT)


def _self_assessed(site: Site) -> Step:
    if not site.inspected_by:  # type: ignore[attr-defined]
        return Step(_("Send an inspection team"), Role.OFFICE, _list_with(site, "assessments:rounds"))
    if site.deliberating:  # type: ignore[attr-defined]
        return _deliberate(site)
    if site.inspection_drawn_up:  # type: ignore[attr-defined]
        return _action(Action.SIGN_INSPECTION, _list_with(site, "assessments:my_sheets"))
    return Step(
        _("Inspect the site and fill in the sheets"),
        Role.INSPECTOR,
        _list_with(site, "assessments:my_sheets"),
    )


def _deliberate(site: Site) -> Step:
    page = _page("assessments:deliberation", site.deliberating)  # type: ignore[attr-defined]
    return Step(_("Deliberate on the disputed items"), Role.INSPECTOR, page)


def _rectifying(site: Site) -> Step:
    """First the unit is heard, then the notice goes out, then it answers."""
    url = _page("assessments:rectification", site.pk)
    if due := site.comment_due:  # type: ignore[attr-defined]
        return Step(_("Comment on the findings"), Role.LIAISON, url, due)
    if site.disagreed:  # type: ignore[attr-defined]
        return Step(_("Answer the unit's disagreement"), Role.OFFICE, url)
    if site.put:  # type: ignore[attr-defined]
        return Step(_("Issue the rectification notice"), Role.OFFICE, url)
    if due := site.answer_due:  # type: ignore[attr-defined]
        late = site.overdue  # type: ignore[attr-defined]
        what = _("Answer the overdue findings") if late else _("Answer the findings")
        return Step(what, Role.LIAISON, url, due)
    if site.answered:  # type: ignore[attr-defined]
        return Step(_("Look at the answers to the findings"), Role.OFFICE, url)
    return _action(Action.VERIFY_RECTIFICATION, url)


def _rectified(site: Site) -> Step:
    url = _page("assessments:acceptance", site.pk)
    if site.undecided:  # type: ignore[attr-defined]
        return Step(_("Decide the acceptance"), Role.LEADING_GROUP, url)
    if site.acceptance_signed:  # type: ignore[attr-defined]
        return Step(_("Recommend a result of the acceptance"), Role.OFFICE, url)
    if not site.accepted_by:  # type: ignore[attr-defined]
        return Step(_("Send a team for the acceptance"), Role.OFFICE, _list_with(site, "assessments:rounds"))
    if site.deliberating:  # type: ignore[attr-defined]
        return _deliberate(site)
    if site.acceptance_drawn_up:  # type: ignore[attr-defined]
        return Step(_("Sign the on-site sheet"), Role.INSPECTOR, _list_with(site, "assessments:my_sheets"))
    return Step(
        _("Visit the site and fill in the sheets"), Role.INSPECTOR, _list_with(site, "assessments:my_sheets")
    )


def _on_notice(site: Site) -> Step:
    notice = _page("publicity_desk:notice", site.notice)  # type: ignore[attr-defined]
    if letter := site.objection:  # type: ignore[attr-defined]
        return Step(_("Handle the objection"), Role.OFFICE, _page("publicity_desk:objection", letter))
    if end := site.notice_end:  # type: ignore[attr-defined]
        return Step(_("The public notice runs"), None, notice, end)
    return _action(Action.NAME, notice)


_STEPS: dict[Stage, Callable[[Site], Step]] = {
    Stage.DRAFT: _list,
    Stage.RETURNED: _list,
    Stage.FILED: lambda site: _action(Action.REVIEW, _page("sites:filing", site.filing_id)),
    Stage.REVIEWED: _reviewed,
    Stage.DETERMINED: _determined,
    Stage.BUILDING: lambda site: _action(
        Action.SUBMIT_SELF_ASSESSMENT, _page("assessments:self_sheet", site.pk)
    ),
    Stage.SELF_ASSESSED: _self_assessed,
    Stage.RECTIFYING: _rectifying,
    Stage.RECTIFIED: _rectified,
    Stage.NOT_ACCEPTED: lambda site: _action(Action.REOPEN, _page("assessments:rectification", site.pk)),
    Stage.ACCEPTED: lambda site: _action(Action.ANNOUNCE, _list_with(site, "publicity_desk:notice_add")),
    Stage.ON_NOTICE: _on_notice,
}
