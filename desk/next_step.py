"""What happens next to a site and who must act: one answer for its page and for everybody's to-do list."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.enums import Role
from accounts.models import User
from assessments.enums import RoundKind
from assessments.models import Round
from publicity.enums import ObjectionState
from publicity.objection_steps import IN_TURN
from sites.enums import Action, Level, ReplacementState, Stage
from sites.models import Programme
from sites.overview import last_day_by, last_day_for
from sites.workflow import TRANSITIONS

from .site_facts import SiteWithFacts


@dataclass(frozen=True)
class Step:
    """What is to be done, by whom, where. Nobody: it only takes time.

    `named`: it is for certain people of the role, or beside it, and their room tells them (`accounts.todos`).
    `due` where a date is set, else the last day of the phases that `by`, the step itself or the one it leads
    to, is tied to; steps of one programme with the same `by` are due together, but for those that were given
    a later day of their `own` (`sites.deadlines.open_until`).
    """

    what: StrOrPromise
    role: Role | None
    url: str
    due: datetime.date | None = None
    by: Action | None = None
    named: bool = False
    own: datetime.date | None = None

    def is_for(self, user: User) -> bool:
        """Whether it is this person's role that takes it, whoever of them."""
        return self.role == user.role and not self.named


def next_step(site: SiteWithFacts) -> Step | None:
    """The step that leads this site on, its guards looked at; None where nothing is to come.

    `site` comes from `with_facts`.
    """
    if site.replacement:
        return _replacement(site)
    return _STEPS[Stage(site.stage)](site) if site.stage in _STEPS else None


def steps_besides(site: SiteWithFacts) -> Iterator[Step]:
    """What somebody else can do while the next step is waited for; `site` comes from `with_facts`."""
    if site.stage == Stage.RECTIFYING:
        yield from list(_answers(site))[0 if site.answer_due else 1 :]
    if sheet := site.asks_consent:
        url = _page("assessments:sheet_checkup", sheet)
        yield Step(_("Say whether items do not apply"), Role.OFFICE, url, site.round_due)
    if site.stage == Stage.RECTIFIED and site.answers is None and not site.appraisal:
        yield _appraisal(site)
    if site.stage == Stage.WARNED:
        yield from _besides_the_warning(site)


def steps(site: SiteWithFacts) -> list[Step]:
    """Everything that can be done at this site now, what leads it on first; from `with_facts`."""
    first = next_step(site)
    return [*([first] if first else ()), *steps_besides(site)]


def right_until(site: SiteWithFacts) -> datetime.date | None:
    """The last day on which `steps` of these facts are the right ones; None: until something happens."""
    days = (
        site.comment_due,
        None if site.overdue else site.answer_due,
        site.appraisal_end,
        site.notice_end,
        site.mend_by if site.mends else None,
        site.hearing_by,
    )
    return min((day for day in days if day), default=None)


def due_together(action: Action, programme: Programme) -> datetime.date | None:
    """When the steps with this `by` are due, of all sites of the programme; None where no phase ends them."""
    own = Round.objects.open().filter(programme=programme, kind=RoundKind.SELF)
    if action == Action.SUBMIT_SELF_ASSESSMENT and (day := own.values_list("due_on", flat=True).first()):
        return day
    return last_day_for(action, programme) if TRANSITIONS[action].phases else None


def _page(name: str, *arguments: object) -> str:
    return reverse(name, args=arguments)


def _list_with(site: SiteWithFacts, name: str) -> str:
    """A list's page, on which the site's programme is chosen: another one may run."""
    return f"{_page(name)}?programme={site.programme_id}"


def _due_by(site: SiteWithFacts, action: Action, what: StrOrPromise, role: Role, url: str) -> Step:
    """A step that is tied to the phases of `action`: until they are over, or longer where that was given."""
    own = max((day for day in _given(site).get(action, ()) if day), default=None)
    last = last_day_by(action, site)
    return Step(what, role, url, max(last, own) if last and own else last, by=action, own=own)


def _given(site: SiteWithFacts) -> dict[Action, tuple[datetime.date | None, ...]]:
    """The days by which a step can be taken though its phases are over."""
    accepted = (site.mended_until, site.visited_until)
    return {
        Action.VERIFY_RECTIFICATION: (site.mended_until,),
        Action.PASS_ACCEPTANCE: accepted,
        Action.ANNOUNCE: accepted,
    }


def _action(
    site: SiteWithFacts, action: Action, url: str, role: Role | None = None, due: datetime.date | None = None
) -> Step:
    """A step of the workflow table; its role is the table's where that names one."""
    actor = role or TRANSITIONS[action].roles[0]
    return Step(action.label, actor, url, due) if due else _due_by(site, action, action.label, actor, url)


def _list(site: SiteWithFacts) -> Step:
    """A district's list lies before the head of its office first."""
    role = Role.DISTRICT if site.level == Level.DISTRICT else Role.LIAISON
    if site.decides and site.put_forward:
        return _action(site, Action.DECIDE, _page("sites:filing", site.filing_id))
    if site.decides and site.stage != Stage.DECIDED:
        what = _("Put the list before the head of the district's office")
        return _due_by(site, Action.FILE, what, role, _page("sites:filing", site.filing_id))
    return _action(site, Action.FILE, _page("sites:filing", site.filing_id), role)


def _reviewed(site: SiteWithFacts) -> Step:
    """To the page of the whole batch, at the spot of the site's list."""
    page = _list_with(site, "sites:determination_new")
    return _action(site, Action.DETERMINE, f"{page}#list-{site.filing_id}")


def _replacement(site: SiteWithFacts) -> Step:
    """Another window was asked for: until that is settled nothing else is worth doing."""
    url = _page("sites:replacement", site.pk)
    if site.replacement == ReplacementState.ASKED:
        return Step(_("Review the replacement of the window"), Role.OFFICE, url)
    return Step(_("Decide the replacement of the window"), Role.LEADING_GROUP, url)


def _determined(site: SiteWithFacts) -> Step:
    url = _page("sites:plan", site.pk)
    if not site.plan_waits:
        again = site.plan_returned
        what = _("Mend and file the work plan again") if again else _("File the work plan")
        return _due_by(site, Action.AGREE_PLAN, what, Role.LIAISON, url)
    return _action(site, Action.AGREE_PLAN, url, Role.OFFICE if site.level == Level.CITY else Role.DISTRICT)


def _building(site: SiteWithFacts) -> Step:
    """Until the open self-assessment is due: it is the same one for all sites of the programme.

    Where none is open the office is told of it once, for all of them (`assessments.offers.todos`).
    """
    if site.self_round_due is None:
        return Step(_("The office opens the self-assessment"), None, site.get_absolute_url())
    url = _page("assessments:self_sheet", site.pk)
    return replace(_action(site, Action.SUBMIT_SELF_ASSESSMENT, url), due=site.self_round_due)


def _self_assessed(site: SiteWithFacts) -> Step:
    if not site.inspected_by:
        url, what = _page("assessments:send_team", site.pk), _("Send an inspection team")
        return _due_by(site, Action.SIGN_INSPECTION, what, Role.OFFICE, url)
    if site.deliberating:
        return _deliberate(site)
    if site.inspection_drawn_up:
        url = _list_with(site, "assessments:my_sheets")
        return _action(site, Action.SIGN_INSPECTION, url, due=site.round_due)
    return _fill_in(site, _("Inspect the site and fill in the sheets"))


def _fill_in(site: SiteWithFacts, what: StrOrPromise) -> Step:
    """The members' sheets: on the day of the visit, or until the round is due."""
    return Step(what, Role.INSPECTOR, _list_with(site, "assessments:my_sheets"), site.visit_due)


def _deliberate(site: SiteWithFacts) -> Step:
    page = _page("assessments:deliberation", site.deliberating)
    return Step(_("Deliberate on the disputed items"), Role.INSPECTOR, page, site.round_due)


def _rectifying(site: SiteWithFacts) -> Step:
    """First the unit is heard, then the notice goes out, then it answers."""
    url, verified = _page("assessments:rectification", site.pk), Action.VERIFY_RECTIFICATION
    if due := site.comment_due:
        return Step(_("Comment on the findings"), Role.LIAISON, url, due)
    if site.disagreed:
        return _due_by(site, verified, _("Answer the unit's disagreement"), Role.OFFICE, url)
    if site.put:
        return _due_by(site, verified, _("Issue the rectification notice"), Role.OFFICE, url)
    if due := site.answer_due:
        late = site.overdue
        what = _("Answer the overdue findings") if late else _("Answer the findings")
        return Step(what, Role.LIAISON, url, due)
    if answers := next(_answers(site), None):
        return answers
    return _action(site, Action.VERIFY_RECTIFICATION, url)


def _answers(site: SiteWithFacts) -> Iterator[Step]:
    """Answers wait for the district, where it confirms those of its own sites first, and for the office."""
    if site.decides and site.answered:
        url, what = _page("assessments:rectification", site.pk), _("Confirm the answers to the findings")
        yield _due_by(site, Action.VERIFY_RECTIFICATION, what, Role.DISTRICT, url)
    if site.confirmed or (site.answered and not site.decides):
        yield _look_at_answers(site)


def _look_at_answers(site: SiteWithFacts) -> Step:
    url, what = _page("assessments:rectification", site.pk), _("Look at the answers to the findings")
    return _due_by(site, Action.VERIFY_RECTIFICATION, what, Role.OFFICE, url)


def _rectified(site: SiteWithFacts) -> Step:
    if site.undecided:
        url, what = _page("assessments:acceptance", site.pk), _("Decide the acceptance")
        return _due_by(site, Action.PASS_ACCEPTANCE, what, Role.LEADING_GROUP, url)
    if site.acceptance_signed:
        return _offices_part(site)
    if not site.accepted_by:
        url, what = _page("assessments:send_team", site.pk), _("Send a team for the acceptance")
        return _due_by(site, Action.PASS_ACCEPTANCE, what, Role.OFFICE, url)
    if site.deliberating:
        return _deliberate(site)
    if site.acceptance_drawn_up:
        sheets = _list_with(site, "assessments:my_sheets")
        return Step(_("Sign the on-site sheet"), Role.INSPECTOR, sheets, site.round_due)
    return _fill_in(site, _("Visit the site and fill in the sheets"))


def _handle_objection(site: SiteWithFacts) -> Step:
    page = _page("publicity_desk:objection", site.objection)
    what = IN_TURN[site.objection_state or ObjectionState.RECEIVED].what
    return Step(what, Role.OFFICE, page, site.objection_due, named=True)


def _accepted(site: SiteWithFacts) -> Step:
    """An objection that outlived a withdrawn notice comes first: until it is answered there is no new one."""
    if site.objection:
        return _handle_objection(site)
    return _action(site, Action.ANNOUNCE, _list_with(site, "publicity_desk:notice_add"))


def _offices_part(site: SiteWithFacts) -> Step:
    """Once the on-site sheet is signed: the recommendation, if enough people have answered an appraisal."""
    if site.answers is None or site.answers < site.answers_needed:
        return _appraisal(site)
    url, what = _page("assessments:acceptance", site.pk), _("Recommend a result of the acceptance")
    return _due_by(site, Action.PASS_ACCEPTANCE, what, Role.OFFICE, url)


def _appraisal(site: SiteWithFacts) -> Step:
    """Opened, waited for, counted."""
    if site.appraisal and site.appraisal_end:
        page = _page("publicity_desk:appraisal", site.appraisal)
        return Step(_("The public appraisal runs"), None, page, site.appraisal_end)
    if site.appraisal:
        url, what = (
            _page("publicity_desk:appraisal", site.appraisal),
            _("Count the public appraisal, or prolong it"),
        )
    else:
        url = f"{_list_with(site, 'publicity_desk:appraisal_add')}&site={site.pk}"
        another = _("Hold another appraisal: the sample is insufficient")
        what = _("Open the public appraisal") if site.answers is None else another
    return _due_by(site, Action.PASS_ACCEPTANCE, what, Role.OFFICE, url)


def _on_notice(site: SiteWithFacts) -> Step:
    """Of a site that was put where it stands without its past there is no notice, but its own page."""
    key = site.notice
    notice = _page("publicity_desk:notice", key) if key else site.get_absolute_url()
    if site.objection:
        return _handle_objection(site)
    if end := site.notice_end:
        return Step(_("The public notice runs"), None, notice, end)
    return _action(site, Action.NAME, notice)


def _named(site: SiteWithFacts) -> Step | None:
    """A named site has nothing to do until somebody is to look at it again."""
    if due := site.recheck_due:
        return Step(_("Recheck the site"), Role.OFFICE, _naming(site), due)
    return None


def _warned(site: SiteWithFacts) -> Step:
    """The unit mends and answers, the office rechecks; then the warning is lifted, or the unit is heard."""
    page = _naming(site)
    if site.recheck_fails is False:
        return Step(_("Lift the warning: what was found is mended"), Role.OFFICE, page, named=True)
    if step := _hearing(site):
        return step
    if site.answered_warning:
        return Step(
            _("Recheck the site: its unit says that it has mended"), Role.OFFICE, page, site.recheck_due
        )
    if site.recheck_fails:
        return Step(_("Recheck the site again, or propose to revoke its naming"), Role.OFFICE, page)
    if site.mends:
        return _mend(site)
    return Step(_("Recheck the site: the time to mend is over"), Role.OFFICE, page, site.mend_by)


def _hearing(site: SiteWithFacts) -> Step | None:
    """Before a revocation the unit states its view, or lets its day pass; then the leading group decides."""
    page = _naming(site)
    if site.hearing_by:
        what = _("State your view: it is considered to revoke the naming")
        return Step(what, Role.LIAISON, page, site.hearing_by)
    if site.heard:
        return Step(_("Decide whether the naming is revoked: the unit was heard"), Role.LEADING_GROUP, page)
    return None


def _besides_the_warning(site: SiteWithFacts) -> Iterator[Step]:
    """The unit can answer, late too, until it has; and a recheck may be due while others act."""
    first = _warned(site)
    may_answer = site.recheck_fails is not False and not site.answered_warning
    if may_answer and (step := _mend(site)) != first:
        yield step
    if first.role != Role.OFFICE or first.named:
        recheck = _named(site)
        if recheck:
            yield recheck


def _mend(site: SiteWithFacts) -> Step:
    what = _("Mend what the warning says, and answer it")
    return Step(what, Role.LIAISON, _naming(site), site.mend_by)


def _revoked(site: SiteWithFacts) -> Step | None:
    if site.plaque_due_back:
        return Step(_("Take the plaque back"), Role.OFFICE, _naming(site))
    return None


def _naming(site: SiteWithFacts) -> str:
    """The page of its naming; of a site that was put where it stands without its past, its own."""
    key = site.naming_key
    return _page("publicity_desk:naming", key) if key else site.get_absolute_url()


_STEPS: dict[Stage, Callable[[SiteWithFacts], Step | None]] = {
    Stage.DRAFT: _list,
    Stage.RETURNED: _list,
    Stage.DECIDED: _list,
    Stage.FILED: lambda site: _action(site, Action.REVIEW, _page("sites:filing", site.filing_id)),
    Stage.REVIEWED: _reviewed,
    Stage.DETERMINED: _determined,
    Stage.BUILDING: _building,
    Stage.SELF_ASSESSED: _self_assessed,
    Stage.RECTIFYING: _rectifying,
    Stage.RECTIFIED: _rectified,
    Stage.NOT_ACCEPTED: lambda site: _action(
        site, Action.REOPEN, _page("assessments:rectification", site.pk)
    ),
    Stage.ACCEPTED: _accepted,
    Stage.ON_NOTICE: _on_notice,
    Stage.NAMED: _named,
    Stage.WARNED: _warned,
    Stage.REVOKED: _revoked,
}
