"""A small campaign whose people act by chance: what may happen next, and the acts themselves.

Whatever `desk.next_step` says is to be done at a site is done here by a service, by one of those it falls to;
of every label there is an act (`ACTS`), so that a new kind of thing to do asks for one. Beside them happens
what nobody has to do: a citizen objects, an office moves to withdraw its notice, somebody takes a mistake
back, days pass (`BESIDES`).
"""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.utils import translation

from accounts.enums import Role
from accounts.models import Motion, User
from accounts.services import motions
from assessments.enums import RoundKind, SheetRole, Verdict
from assessments.models import Acceptance, Assessment, Deliberation, Finding, Round
from assessments.queries import findings_of, lead_of, standing_members
from assessments.services import (
    acceptance,
    deliberation,
    hearing,
    rectification,
    rounds,
    sheets,
    signing,
    teams,
    visits,
)
from desk import next_step
from desk.site_facts import with_facts
from publicity.enums import ObjectionState
from publicity.models import Naming, Notice, Objection, Revocation
from publicity.services import handling, naming, notices, objections, warned
from publicity.services.inquirers import investigators
from sites import services
from sites.calendar import today
from sites.enums import Action, FilingState, Stage
from sites.models import Filing, Phase, Site, WorkPlan
from tests import agreeing, factories, reviewing
from tests.agreeing import resolved
from tests.assessments import builders
from tests.publicity import scene
from tests.sites import making

T = TypeVar("T")
WHY = "示例理由"


@dataclass
class Chance:
    """Decides what is left open; `draw(n)` gives a number below n."""

    draw: Callable[[int], int]

    def of(self, choices: Sequence[T]) -> T:
        return choices[self.draw(len(choices))]

    def one_in(self, number: int) -> bool:
        """True once in so many times; shrunk away first."""
        return self.draw(number) == number - 1


@dataclass
class Act:
    """Something that may happen now: what it is called, and how it is carried out."""

    what: str
    take: Callable[[], object]


@dataclass
class Campaign:
    """Two units with a window each, and everybody who has a part in it."""

    chance: Chance
    set_day: Callable[[datetime.date], None]
    office: list[User] = field(default_factory=list)
    leaders: list[User] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.office = [factories.user(Role.OFFICE) for _ in range(4)]
        self.leaders = [factories.user(Role.LEADING_GROUP) for _ in range(2)]
        for place in (2, 3):
            by = factories.user(Role.LIAISON, making.designated(place))
            making.add_site(making.own_list(by), by)

    @property
    def sites(self) -> list[Site]:
        found = Site.objects.order_by("pk").select_related("organisation", "filing", "programme")
        return list(found.prefetch_related("programme__phases"))

    def next_steps(self) -> Iterator[tuple[Site, next_step.Step]]:
        """What can be done at each site now, what leads it on first."""
        facts = {site.pk: site for site in with_facts(Site.objects.all(), today=today())}
        for site in self.sites:
            with translation.override("en"):
                for step in next_step.steps(facts[site.pk]):
                    yield site, step

    def acts(self) -> list[Act]:
        """Everything that may happen now, in an order that hangs on nothing but the campaign."""
        found = []
        for site, step in self.next_steps():
            with translation.override("en"):
                what = str(step.what)
            if act := ACTS.get(what):
                found.append(Act(f"{what}: {site}", lambda act=act, site=site: act(self, site)))
        if any(site.stage == Stage.BUILDING for site in self.sites) and not _round(RoundKind.SELF):
            found.append(Act("Open the self-assessment", lambda: open_round(self, RoundKind.SELF)))
        for name, (may, take) in BESIDES.items():
            found += [
                Act(f"{name}: {about}", lambda take=take, about=about: take(self, about)) for about in may()
            ]
        return found

    def somebody(self, people: Sequence[User], *, but: object = None) -> User:
        """One of them who is not the person of this key."""
        return self.chance.of([person for person in people if person.pk != but])


def present(person: User | None) -> User:
    """Whoever the record must name by now."""
    assert person
    return person


def liaison(site: Site) -> User:
    return User.objects.filter(role=Role.LIAISON, organisation=site.organisation_id).order_by("pk")[0]


def prolong(walk: Campaign) -> None:
    """A step belongs to a phase that is over: the office gives those that are another month."""
    for phase in Phase.objects.filter(programme__is_current=True).order_by("ordinal"):
        if phase.last_day < today():
            making.prolong(phase, today() + datetime.timedelta(days=30), walk.office[0])


def wait_for_phase(walk: Campaign) -> None:
    """A step belongs to a phase that has not begun."""
    coming = Phase.objects.filter(programme__is_current=True, starts_on__gt=today())
    walk.set_day(coming.order_by("starts_on")[0].starts_on)


# -- what the road asks for --------------------------------------------------------------------------


def file_list(walk: Campaign, site: Site) -> None:
    services.file_list(filing=site.filing, by=liaison(site))


def review(walk: Campaign, site: Site) -> None:
    filing, by = site.filing, walk.chance.of(walk.office)
    if walk.chance.one_in(4):
        services.send_back(filing=filing, remarks=WHY, by=by)
    else:
        services.review(filing=filing, opinion=WHY, by=by)


def determine(walk: Campaign, site: Site) -> None:
    yes = not walk.chance.one_in(5)
    reviewing.give_all()
    answers = {row.pk: services.Answer(yes, "" if yes else WHY) for row in site.filing.sites.undetermined()}
    services.determine_batch(
        programme=site.programme,
        decisions={site.filing.versions.latest("number").pk: answers},
        resolution=resolved("determination"),
        by=walk.chance.of(walk.leaders),
    )


def file_plan(walk: Campaign, site: Site) -> None:
    making.file_plan(site, liaison(site))


def agree_plan(walk: Campaign, site: Site) -> None:
    plan, by = WorkPlan.objects.filter(site=site).latest("version"), walk.chance.of(walk.office)
    if walk.chance.one_in(4):
        services.return_plan(plan=plan, remarks=WHY, by=by)
    else:
        services.agree_plan(plan=plan, by=by)


def _round(kind: RoundKind) -> Round | None:
    return factories.programme().rounds.filter(kind=kind).open().first()


def open_round(walk: Campaign, kind: RoundKind) -> Round:
    return rounds.open_round(
        programme=factories.programme(),
        kind=kind,
        title=f"示例{kind.label}",
        due_on=today() + datetime.timedelta(days=30),
        by=walk.chance.of(walk.office),
    )


def assess_oneself(walk: Campaign, site: Site) -> None:
    by = liaison(site)
    sheet = sheets.self_sheet(site=site, by=by)
    if not sheet.scores.exists():
        builders.fill(sheet, by, weak=walk.chance.draw(3))
    sheets.submit_self_assessment(sheet=sheet, by=by, without_evidence=sheets.unshown(sheet))


def send_team(walk: Campaign, site: Site) -> None:
    """Of two inspectors nobody has met before; where the open round has seen the site, of another round."""
    kind = RoundKind.INSPECTION if site.stage == Stage.SELF_ASSESSED else RoundKind.ACCEPTANCE
    here = _round(kind)
    if here is None or here.assessments.filter(site=site).exists():
        here = open_round(walk, kind)
    elif here.due_on < today():
        later = today() + datetime.timedelta(days=30)
        rounds.put_off(round=here, due_on=later, by=walk.chance.of(walk.office))
        here.refresh_from_db()
    people = [factories.user(Role.INSPECTOR) for _ in range(2)]
    days = {"starts_on": max(here.opened_on, today()), "ends_on": here.due_on}
    team = teams.form_team(
        round=here,
        name=f"示例组{people[0].pk}",
        leader=people[0],
        members=people[1:],
        by=walk.office[0],
        **days,
    )
    visits.assign(team=team, site=site, by=walk.chance.of(walk.office))


def _visit(site: Site) -> Assessment:
    of_team = Assessment.objects.filter(site=site, assignment__isnull=False, spent_on=None)
    return of_team.order_by("pk").last()


def fill_in(walk: Campaign, site: Site) -> None:
    """All members, alike or not."""
    visit = _visit(site)
    for member in standing_members(visit).order_by("pk"):
        sheet = sheets.inspector_sheet(assessment=visit, by=member.user)
        if sheet.is_draft:
            builders.fill(sheet, member.user, weak=walk.chance.draw(3))
            sheets.submit_inspector_sheet(sheet=sheet, by=member.user)


def deliberate(walk: Campaign, site: Site) -> None:
    visit = _visit(site)
    for disputed in Deliberation.objects.open().filter(sheet__assessment=visit).order_by("pk"):
        lead = present(lead_of(visit))
        proposal = deliberation.propose(deliberation=disputed, level="met", points=None, reason=WHY, by=lead)
        for member in standing_members(visit).exclude(user=lead).order_by("pk"):
            deliberation.answer(proposal=proposal, agrees=True, text="", by=member.user)


def sign(walk: Campaign, site: Site) -> None:
    visit = _visit(site)
    sheet = visit.sheets.get(role=SheetRole.FINAL)
    opinions = {score.item_id: WHY for score in signing.items_below_full(sheet)}
    signing.sign(sheet=sheet, opinions=opinions, by=present(lead_of(visit)))


def comment(walk: Campaign, site: Site) -> None:
    """The unit agrees with everything, or with everything but the first."""
    by, put = liaison(site), findings_of(site).filter(state="put").order_by("pk")
    disagrees = walk.chance.one_in(3)
    if disagrees:
        hearing.comment(finding=put[0], agrees=False, text=WHY, by=by)
    if put.count() > int(disagrees):
        hearing.agree_to_rest(site=site, by=by)


def answer_disagreement(walk: Campaign, site: Site) -> None:
    answer = hearing.withdraw if walk.chance.one_in(3) else hearing.uphold
    answer(finding=_disagreed(site), text=WHY, by=walk.chance.of(walk.office))


def _disagreed(site: Site) -> Finding:
    return next(
        finding
        for finding in findings_of(site).filter(state="put").order_by("pk")
        if finding.replies.order_by("pk").last().kind == "disagree"
    )


def issue_notice(walk: Campaign, site: Site) -> None:
    hearing.issue_notice(site=site, by=walk.chance.of(walk.office))


def answer_findings(walk: Campaign, site: Site) -> None:
    for finding in findings_of(site).filter(state__in=("open", "sent_back")).order_by("pk"):
        rectification.answer(finding=finding, text=WHY, files=[], by=liaison(site))


def look_at_answers(walk: Campaign, site: Site) -> None:
    for finding in findings_of(site).filter(state="answered").order_by("pk"):
        look = rectification.send_back if walk.chance.one_in(4) else rectification.verify
        look(finding=finding, text=WHY, by=walk.chance.of(walk.office))


def close(walk: Campaign, site: Site) -> None:
    rectification.close(site=site, by=walk.chance.of(walk.office))


def appraise(walk: Campaign, site: Site) -> None:
    """Opened, answered and counted in one: enough people have answered, or too few."""
    opened = today() - datetime.timedelta(days=40)
    while site.appraisal_results.filter(opened_on=opened).exists():
        opened += datetime.timedelta(days=1)
    builders.appraised(site, opened=opened.isoformat(), sample=3 if walk.chance.one_in(4) else 60)


def recommend(walk: Campaign, site: Site) -> None:
    verdict = Verdict.FAIL if walk.chance.one_in(4) else Verdict.PASS
    acceptance.recommend(site=site, verdict=verdict, opinion=WHY, by=walk.chance.of(walk.office))


def decide(walk: Campaign, site: Site) -> None:
    waiting = Acceptance.objects.undecided().get(assessment__site=site)
    verdict = Verdict(waiting.recommendation)
    acceptance.decide(
        acceptance=waiting,
        verdict=verdict,
        note=WHY,
        resolution=resolved("acceptance"),
        by=walk.chance.of(walk.leaders),
    )


def reopen(walk: Campaign, site: Site) -> None:
    rectification.reopen(site=site, reason=WHY, by=walk.chance.of(walk.office))


def announce(walk: Campaign, site: Site) -> None:
    scene.announced([site], walk.chance.of(walk.office), length=None)


def name(walk: Campaign, site: Site) -> None:
    notice = Notice.objects.filter(entries__site=site, entries__removed_on=None).latest("pk")
    naming.name_sites(
        notice=notice, sites=[site], resolution=resolved("naming"), by=walk.chance.of(walk.leaders)
    )


def _letter(site: Site) -> Objection:
    return site.objections.open().earliest("pk")


def take_up(walk: Campaign, site: Site) -> None:
    letter = _letter(site)
    if walk.chance.one_in(4):
        handling.decline(objection=letter, reply=WHY, by=walk.chance.of(walk.office))
        return
    by = walk.chance.of(walk.office)
    able = investigators(letter).exclude(pk=by.pk).order_by("pk")
    handling.accept(objection=letter, investigator=able[0], by=by)


def look_into(walk: Campaign, site: Site) -> None:
    letter = _letter(site)
    handling.report(objection=letter, findings=WHY, by=present(letter.investigator))


def _others(walk: Campaign, letter: Objection, people: Sequence[User]) -> list[User]:
    had = {letter.accepted_by_id, letter.investigator_id, letter.drafted_by_id}
    had |= set(letter.handlings.exclude(deed="send_back").values_list("by", flat=True))
    return [person for person in people if person.pk not in had]


def draft_answer(walk: Campaign, site: Site) -> None:
    letter = _letter(site)
    result = walk.chance.of((ObjectionState.NOT_UPHELD, ObjectionState.PARTLY, ObjectionState.UPHELD))
    by = walk.chance.of(_others(walk, letter, walk.office))
    handling.conclude(
        objection=letter, result=result, reply=WHY, opinion=WHY, visit_anew=walk.chance.one_in(3), by=by
    )


def approve_answer(walk: Campaign, site: Site) -> None:
    letter, by = _letter(site), walk.chance.of(walk.leaders)
    if walk.chance.one_in(4):
        handling.send_back(objection=letter, reason=WHY, by=by)
    else:
        handling.approve(objection=letter, seen=letter.handlings.latest("pk").pk, by=by)


def recheck(walk: Campaign, site: Site) -> None:
    scene.rechecked(site.naming, walk.chance.of(walk.office), is_met=not walk.chance.one_in(3))


def recheck_or_propose(walk: Campaign, site: Site) -> None:
    if walk.chance.one_in(2) and not warned.hearing_obstacle(warned.standing_warning(site.naming)):
        warned.hear(naming=site.naming, grounds=WHY, by=walk.chance.of(walk.office))
    else:
        recheck(walk, site)


def lift(walk: Campaign, site: Site) -> None:
    by = next(person for person in walk.office if not warned.lifting_obstacle(site.naming, person))
    scene.lifted(site.naming, by, reason=WHY)


def answer_warning(walk: Campaign, site: Site) -> None:
    warned.answer(naming=site.naming, text=WHY, by=liaison(site))


def state_view(walk: Campaign, site: Site) -> None:
    warned.state_view(naming=site.naming, text=WHY, by=liaison(site))


def revoke(walk: Campaign, site: Site) -> None:
    """By one of the leading group who did not warn it."""
    by = walk.somebody(walk.leaders, but=site.history.filter(action="warn").latest("pk").by_id)
    why = {"reason": WHY, "why_early": WHY, "resolution": resolved("revocation")}
    scene.step(Action.REVOKE, site.naming, by, **why)


def take_plaque_back(walk: Campaign, site: Site) -> None:
    revocation = Revocation.objects.get(naming=site.naming)
    naming.take_back_plaque(revocation=revocation, returned_on=today(), by=walk.office[0])


# What is to be done, as the to-do list calls it.
ACTS: Mapping[str, Callable[[Campaign, Site], None]] = {
    "file the list": file_list,
    "give the preliminary review": review,
    "determine": determine,
    "File the work plan": file_plan,
    "Mend and file the work plan again": file_plan,
    "agree the work plan": agree_plan,
    "submit the self-assessment": assess_oneself,
    "Send an inspection team": send_team,
    "Inspect the site and fill in the sheets": fill_in,
    "Deliberate on the disputed items": deliberate,
    "sign the inspection": sign,
    "Comment on the findings": comment,
    "Answer the unit's disagreement": answer_disagreement,
    "Issue the rectification notice": issue_notice,
    "Answer the findings": answer_findings,
    "Answer the overdue findings": answer_findings,
    "Look at the answers to the findings": look_at_answers,
    "verify the rectification": close,
    "Send a team for the acceptance": send_team,
    "Visit the site and fill in the sheets": fill_in,
    "Sign the on-site sheet": sign,
    "Open the public appraisal": appraise,
    "Hold another appraisal: the sample is insufficient": appraise,
    "Recommend a result of the acceptance": recommend,
    "Decide the acceptance": decide,
    "reopen for rectification": reopen,
    "announce publicly": announce,
    "name the site": name,
    "Recheck the site": recheck,
    "Recheck the site: its unit says that it has mended": recheck,
    "Recheck the site: the time to mend is over": recheck,
    "Recheck the site again, or propose to revoke its naming": recheck_or_propose,
    "Lift the warning: what was found is mended": lift,
    "Mend what the warning says, and answer it": answer_warning,
    "State your view: it is considered to revoke the naming": state_view,
    "Decide whether the naming is revoked: the unit was heard": revoke,
    "Take the plaque back": take_plaque_back,
    "Handle the objection": take_up,
    "Look into the objection and write down what you found": look_into,
    "Draft the answer to the objection": draft_answer,
    "Approve the answer to the objection, or send it back": approve_answer,
    "Approve that the objection is not taken up, or send it back": approve_answer,
}
# What this campaign never comes to, and why.
NOT_WALKED = {
    "Put the list before the head of the district's office": "no district's site is walked here",
    "determine for the district": "no district's site is walked here",
    "Confirm the answers to the findings": "no district's site is walked here",
    "Say whether items do not apply": "no member here says that an item does not apply",
    "Count the public appraisal, or prolong it": "an appraisal is opened, answered and counted in one",
    "Review the replacement of the window": "no window is replaced here",
    "Decide the replacement of the window": "no window is replaced here",
}


# -- what happens besides ----------------------------------------------------------------------------


def running_notices() -> list[Notice]:
    return list(Notice.objects.running(on=today()).filter(entries__removed_on=None).order_by("pk"))


def object_to(walk: Campaign, notice: Notice) -> None:
    """A citizen writes."""
    site = notice.entries.filter(removed_on=None).order_by("pk")[0].site
    objections.receive(notice=notice, site=site, name=scene.NAME, phone=scene.PHONE, text=scene.LETTER)


def move_to_change(walk: Campaign, notice: Notice) -> None:
    by = walk.chance.of(walk.office)
    if walk.chance.one_in(2):
        motions.move(kind="notice.withdraw", record=notice, values={"reason": WHY}, by=by)
    else:
        values = {"counted_from": notice.ends_on.isoformat(), "length": 2, "reason": WHY}
        motions.move(kind="notice.extend", record=notice, values=values, by=by)


def without_motion() -> list[Notice]:
    return [notice for notice in running_notices() if not Motion.objects.about(notice).open().exists()]


def open_motions() -> list[Motion]:
    return list(Motion.objects.open().order_by("pk"))


def answer_motion(walk: Campaign, motion: Motion) -> None:
    by = walk.somebody([*walk.office, *walk.leaders], but=motion.proposed_by_id)
    if walk.chance.one_in(3) or not _can_still(motion):
        motions.decline(motion=motion, reason=WHY, by=by)
    else:
        reviewing.give_all()
        agreeing.checked(motion)
        motions.agree(motion=motion, by=by)


def _can_still(motion: Motion) -> bool:
    """What was proposed of a notice holds as long as that runs to the same day."""
    notice = Notice.objects.running(on=today()).filter(pk=motion.record, namings=None).first()
    counted_from = motion.values.get("counted_from")
    return notice is not None and counted_from in (None, notice.ends_on.isoformat())


def mistaken_lists() -> list[Filing]:
    return list(Filing.objects.filter(state__in=FilingState.WITH_LIST).order_by("pk"))


def take_back(walk: Campaign, filing: Filing) -> None:
    by = filing.filed_by if filing.state == FilingState.FILED else filing.reviewed_by
    services.recall(filing=filing, reason=WHY, by=present(by))


def named_sites() -> list[Naming]:
    return list(Naming.objects.filter(site__stage=Stage.NAMED).order_by("pk"))


def complain(walk: Campaign, of: Naming) -> None:
    scene.complained(of, by=walk.chance.of(walk.office))


def to_warn() -> list[Naming]:
    return [each for each in named_sites() if warned.notes_since_last_step(each).wanting().exists()]


def warn(walk: Campaign, of: Naming) -> None:
    able = [by for by in (*walk.office, *walk.leaders) if not warned.warning_obstacle(of, by)]
    facts = {"reason": WHY, "working_days": 1 + walk.chance.draw(10), "resolution": resolved("warning")}
    scene.step(Action.WARN, of, walk.chance.of(able), **facts)


def to_hand_over() -> list[Naming]:
    return list(Naming.objects.filter(plaque_handed_on=None, site__stage=Stage.NAMED).order_by("pk"))


def hand_over(walk: Campaign, of: Naming) -> None:
    naming.hand_over_plaque(naming=of, received_by="示例", handed_on=today(), by=walk.office[0])


def days_pass(walk: Campaign, _now: str) -> None:
    """Up to a fortnight; what the portal does by itself each day is done."""
    walk.set_day(today() + datetime.timedelta(days=1 + walk.chance.draw(14)))
    notices.close_ended(today())


BESIDES: Mapping[str, tuple[Callable[[], list[Any]], Callable[[Campaign, Any], None]]] = {
    "A citizen objects": (running_notices, object_to),
    "The office moves to change its notice": (without_motion, move_to_change),
    "Another person decides what was moved": (open_motions, answer_motion),
    "A mistake is taken back": (mistaken_lists, take_back),
    "A citizen complains of a named site": (named_sites, complain),
    "A named site is warned": (to_warn, warn),
    "A plaque is handed over": (to_hand_over, hand_over),
    "Days pass": (lambda: ["on"], days_pass),
}
