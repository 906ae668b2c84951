"""Every to-do leads to a page on which the person it waits for can do that thing.

Of each thing the table says where it is done: the addresses its forms are sent to, and those on the way.
The page a to-do leads to has such a form, or a link to a page that has.
"""

import ast
import datetime
import inspect
from collections.abc import Callable, Iterator
from urllib.parse import urljoin

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import translation

from accounts.enums import ResolutionKind, Role
from accounts.models import Meeting, User
from accounts.services import meetings as decided
from accounts.services import motions
from accounts.todos import TODOS
from assessments.enums import RoundKind, ScoreLevel, Verdict
from assessments.marks import standard_items
from assessments.services import acceptance
from assessments.services import hearing as heard_by
from assessments.services import rectification as mending
from desk import next_step
from desk.todo import todos
from desk.todo.items import Todo
from desk.upward import services as upward
from documents.models import Document
from documents.papers import DocumentKind
from documents.services import instructions
from publicity.enums import EnquiryKind, EnquiryTopic
from publicity.models import Enquiry
from publicity.services import commendations as commending
from publicity.services import events, handling, notices, proposals, questions, reuse, tracking
from publicity.services import naming as titles
from sites.calendar import pinned, today
from sites.enums import Action, FilingState, Level, Stage
from sites.models import GuidanceNote, ImportJob, Liaison, Measure, WorkPlan
from sites.services import ask_replacement, put_forward, research, review_replacement
from standards.fingerprints import of_version
from tests import factories, reviewing
from tests.agreeing import resolved
from tests.assessments import builders, own_checking
from tests.documents.papers import issue_paper
from tests.publicity import enquiring, scene
from tests.publicity.crawler import Page, view_of
from tests.sites import making
from tests.standards import drafting

pytestmark = pytest.mark.django_db

_FILE = {"sites:filing_file", "sites:site_add", "sites:filing_upload"}
_PLAN = {"sites:plan", "sites:district_plan"}
_AGREE = {"sites:plan_agree", "sites:plan_return"}
_SHEET = {"assessments:inspect", "assessments:inspect_pocket", "assessments:sheet", "assessments:score"}
_SEND = {"assessments:assign", "assessments:team_add", "assessments:round_open"}
_TRACK = {"publicity_desk:naming_recheck"}
_PROPOSED = {"publicity_desk:recheck_accept", "publicity_desk:recheck_decline"}
_COUNT = {"publicity_desk:appraisal_count", "publicity_desk:appraisal_prolong"}
# The doors of an objection, by the step that waits.
_OF_LETTER = {
    "accept": {"accept", "decline"},
    "report": {"report"},
    "conclude": {"conclude"},
    "approve": {"approve", "send_back"},
}
_DOORS = {name: {f"publicity_desk:objection_{door}" for door in doors} for name, doors in _OF_LETTER.items()}

DONE_AT = {
    # the rulebook
    "Give an opinion on the draft of the rulebook": {"standards:opinion"},
    "Answer a proposal on the draft": {"standards:proposal"},
    # the road of a site
    "Put the list before the head of the district's office": {"sites:filing_put_forward"},
    "determine for the district": {"sites:filing_decide"},
    "file the list": _FILE,
    "give the preliminary review": {"sites:filing_review"},
    "determine": {"sites:determination_new"},
    "Review the replacement of the window": {"sites:replacement_review"},
    "Decide the replacement of the window": {"sites:replacement_decide"},
    "File the work plan": _PLAN,
    "Mend and file the work plan again": _PLAN,
    "agree the work plan": _AGREE,
    "submit the self-assessment": _SHEET,
    "Open the self-assessment: sites wait for it": {"assessments:round_open"},
    "Send an inspection team": _SEND,
    "Inspect the site and fill in the sheets": _SHEET,
    "Deliberate on the disputed items": {"assessments:propose", "assessments:proposal_answer"},
    "sign the inspection": _SHEET,
    "Comment on the findings": {"assessments:findings_agree", "assessments:finding_comment"},
    "Answer the unit's disagreement": {"assessments:finding_uphold", "assessments:finding_withdraw"},
    "Issue the rectification notice": {"assessments:notice_issue"},
    "Answer the findings": {"assessments:finding_answer"},
    "Answer the overdue findings": {"assessments:finding_answer"},
    "Confirm the answers to the findings": {"assessments:finding_confirm"},
    "Look at the answers to the findings": {"assessments:finding_verify"},
    "verify the rectification": {"assessments:rectification_close"},
    "Send a team for the acceptance": _SEND,
    "Visit the site and fill in the sheets": _SHEET,
    "Sign the on-site sheet": _SHEET,
    "Say whether items do not apply": _SHEET | {"assessments:consent"},
    "Open the public appraisal": {"publicity_desk:appraisal_add"},
    "Hold another appraisal: the sample is insufficient": {"publicity_desk:appraisal_add"},
    "Count the public appraisal, or prolong it": _COUNT,
    "Draw the paper forms that are entered again": {"publicity_desk:appraisal_draw"},
    "Enter the drawn paper forms again": {"publicity_desk:appraisal_second"},
    "Settle the differences between two entries of a paper form": {"publicity_desk:appraisal_settle"},
    "Recommend a result of the acceptance": {"assessments:recommend"},
    "Decide the acceptance": {"assessments:decide"},
    "reopen for rectification": {"assessments:reopen"},
    "announce publicly": {"publicity_desk:notice_add"},
    "name the site": {"publicity_desk:notice_name"},
    "Recheck the site": _TRACK,
    "Recheck the site: the time to mend is over": _TRACK,
    "Recheck the site: its unit says that it has mended": _TRACK,
    "Recheck the site again, or propose to revoke its naming": {"publicity_desk:naming_hear"},
    "Mend what the warning says, and answer it": {"publicity_desk:naming_answer"},
    "Lift the warning: what was found is mended": {"publicity_desk:naming_restore"},
    "State your view: it is considered to revoke the naming": {"publicity_desk:naming_statement"},
    "Decide whether the naming is revoked: the unit was heard": {"publicity_desk:naming_revoke"},
    "Take the plaque back": {"publicity_desk:naming_plaque_return"},
    # what waits besides
    "Read the outgoing messages, then release or discard them": {"people:message_release"},
    "Give a new account its role and hand out the link, or switch it off": {"people:person_edit"},
    "Decide what somebody else proposes": {"people:motion_agree", "people:motion_decline"},
    "Say by which resolution the units are designated": {"sites:programme_designate"},
    "Answer what goes round the leading group": {"sites:resolution_answer"},
    "Confirm the minutes of a meeting": {"sites:meeting_confirm"},
    "Record who met and what was decided": {"sites:meeting_record"},
    "Issue the minutes of a meeting: they are confirmed": {"sites:meeting_issue"},
    "Put it before the leading group: a version waits for its resolution": {"sites:decision_note"},
    "Put it before the leading group: a decision waits for its resolution": {"sites:decision_note"},
    "Hold the draw or abandon it": {"assessments:draw_hold"},
    "Recheck the site and fill in the sheet": _SHEET,
    "Have the paper made again: it failed": {"documents:retry"},
    "Sign for the papers received": {"documents:sign_all"},
    "Check the draft of a paper": {"documents:draft_check", "documents:draft_send_back"},
    "Change the draft that came back, and hand it in": {"documents:draft_hand_in"},
    "Countersign the draft of a paper": {"documents:draft_countersign"},
    "Sign the draft of a paper": {"documents:draft_sign", "documents:draft_send_back"},
    "Compare the signed sheet": {"documents:pen_confirm", "documents:pen_refuse"},
    "Act on the instruction and answer it": {"documents:instruction_answer"},
    "Report to the autonomous region on a phase that is over": {"desk:upward_write"},
    "Put the report before the leading group": {"desk:upward_propose"},
    "Send the report upward, and enter how": {"desk:upward_sent"},
    "Review for secrets what is about to go out": {"people:secrecy_give"},
    "Read a drafted good practice and publish it": {"publicity_desk:article_publish", "people:secrecy_ask"},
    "Publish that a unit took a good practice up": {"people:secrecy_ask"},
    "Answer the objection: the result of the ended notice waits for it": set().union(*_DOORS.values()),
    "Handle the objection": _DOORS["accept"],
    "Approve that the objection is not taken up, or send it back": _DOORS["approve"],
    "Look into the objection and write down what you found": _DOORS["report"],
    "Draft the answer to the objection": _DOORS["conclude"],
    "Approve the answer to the objection, or send it back": _DOORS["approve"],
    "Look at the rows of the register and confirm them": {"sites:import_confirm", "sites:import_discard"},
    "Agree the district's own work plan": _AGREE,
    "Name a liaison: the post is vacant": {"sites:liaisons", "sites:district_liaisons"},
    "Name another liaison: the account is switched off": {"sites:hand_over"},
    "Open an account: nobody of the unit can sign in": {"sites:liaison_account"},
    "Fill and file the list": _FILE | {"sites:my_filing"},
    "Mend and file the list again": _FILE,
    "Determine the list that was put forward": {"sites:filing_decide"},
    "File the list that the head of the office has determined": _FILE,
    "File the district's own work plan": _PLAN,
    "Mend and file the district's own work plan again": _PLAN,
    "Carry the measure out and tick it off": {"sites:measure_tick"},
    "Reply to the guidance": {"sites:guidance_reply"},
    "Say what comes of the research visit: guidance, a change in a draft, or nothing": {
        "sites:research_guide"
    },
    "Begin the self-check of the district's own government": {"assessments:own_check_begin"},
    "Go on with the self-check, and put it before the head": {"assessments:own_check_answer"},
    "Add to the self-check what the office asks for": {"assessments:own_check_answer"},
    "Confirm and file the self-check": {"assessments:own_check_file"},
    "Read the self-check of a district's government": {"assessments:own_check_read"},
    "Make the notice known as it says, and record it": {"publicity_desk:outlet_add"},
    "Publish where the notice was made known, or correct it": {
        "publicity_desk:outlet_publish",
        "publicity_desk:outlet_edit",
    },
    "Set the regular recheck, or say why not": _PROPOSED,
    "Set the recheck of a drawn site, or say why not": _PROPOSED,
    "Set the recheck after a complaint, or say why not": _PROPOSED,
    "Draw the rulebook's share of the named sites": {"publicity_desk:recheck_share_draw"},
    "Take the enquiry up, or hand it on": {
        "publicity_desk:enquiry_accept",
        "publicity_desk:enquiry_hand_on",
    },
    "Answer the enquiry": {"publicity_desk:enquiry_draft"},
    "Approve the answer to the enquiry, or send it back": {"publicity_desk:enquiry_approve"},
    "Close the request: it was not completed": {"publicity_desk:enquiry_close"},
    "Publish the frequent question": {"publicity_desk:question_publish", "people:secrecy_ask"},
    "Decide on the commendation": {
        "publicity_desk:commendation_decide",
        "publicity_desk:commendation_take_back",
    },
    "Answer the invitation": {"publicity_desk:event_answer"},
    "Enter who came to the meeting": {"publicity_desk:event_hold"},
    "Write of the meeting that was held": {"publicity_desk:event_article"},
}
# Where the thing is not done in the portal.
ELSEWHERE: dict[str, str] = {}
# What is nobody's to do.
ONLY_TAKES_TIME = {
    "The public appraisal runs",
    "The public notice runs",
    "The office opens the self-assessment",
}


# -- the rule -------------------------------------------------------------------------------------------


def waiting() -> Iterator[tuple[User, Todo]]:
    """Every to-do of every account."""
    for user in User.objects.filter(is_active=True).select_related("organisation"):
        with translation.override("en"):
            found = todos(user)
        for todo in found:
            yield user, todo


def without_a_way(client: Client) -> tuple[list[str], set[str]]:
    """The to-dos that lead to a page where the thing cannot be done; and what all that wait are called."""
    lost, called = [], set()
    for user, todo in waiting():
        called.add(todo.what)
        client.force_login(user)
        page = page_at(client, todo.url)
        if todo.what not in ELSEWHERE and not is_done_at(client, page, DONE_AT.get(todo.what, set())):
            lost.append(f"{user.role} {todo.what}: {page.address} {sorted(sent_to(page))}")
    return lost, called


def page_at(client: Client, address: str) -> Page:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200, address
    where = answer.redirect_chain[-1][0] if answer.redirect_chain else address
    return Page(where, answer.content.decode())


def sent_to(page: Page) -> set[str]:
    return {view_of(form.action) for form in page.forms if form.method == "post"}


def is_done_at(client: Client, page: Page, wanted: set[str]) -> bool:
    if sent_to(page) & wanted:
        return True
    links = (urljoin(page.address, link) for tag, link in page.links if tag == "a")
    return any(sent_to(page_at(client, link)) & wanted for link in links if view_of(link) in wanted)


# -- what waits in the scenes: each makes what it is about, and gives the day it is looked at ------------


def stages() -> str:
    """A site at each stage, with its people."""
    making.reviewed_list()
    for level in (Level.CITY, Level.DISTRICT):
        for stage in (Stage.DETERMINED, Stage.BUILDING, Stage.SELF_ASSESSED):
            factories.liaison_of(factories.site(stage, level=level, of=factories.district("海南")))
    builders.leader()
    for stage in (Stage.RECTIFIED, Stage.NOT_ACCEPTED, Stage.ACCEPTED):
        factories.liaison_of(factories.site(stage))
    factories.user(Role.LIAISON, factories.programme().designated_units.first().organisation)
    returned = factories.filing(factories.district("乌达"), Level.DISTRICT, FilingState.RETURNED)
    for district in (returned.organisation, factories.district("海南")):
        factories.user(Role.DISTRICT, factories.district_office(district))
    builders.open_round(RoundKind.SELF)
    return "2008-03-21"


def districts() -> str:
    """A list before the head of a district's office, another that was determined, answers to be confirmed."""
    forward, clerk = making.complete_list()
    making.head(forward.organisation)
    put_forward(filing=forward, by=clerk)
    other = making.clerk(factories.district("乌达"))
    determined = making.own_list(other)
    for _n in range(4):
        making.add_site(determined, other)
    making.decide(determined, other)
    site = builders.building(level=Level.DISTRICT, of=factories.district("海南"))
    builders.district(site)
    builders.inspected(site)
    builders.answered(site)
    return "2008-04-18"


def inspection() -> str:
    """Sites whose team has still to be at work, deliberates, asks for a consent, or has to sign."""
    being, apart, asking, ready = (builders.building() for _ in range(4))
    for site in (being, apart, asking, ready):
        builders.self_assessed(site)
    visit = builders.assigned(being)
    builders.own_sheet(visit, visit.assignment.team.leader)
    builders.apart(apart, 0, 1)
    final = builders.visited(asking)
    item = standard_items(final)[0]
    final.scores.filter(item=item).update(level=ScoreLevel.INAPPLICABLE, points=0, reason="示例")
    builders.visited(ready)
    return "2008-04-08"


def hearing() -> str:
    """Findings put to a unit."""
    builders.put(builders.building())
    return "2008-04-08"


def heard() -> str:
    """The unit was heard, or has let its day pass."""
    agreed, disputed = builders.building(), builders.building()
    for site in (agreed, disputed):
        builders.put(site)
    with builders.on("2008-04-09"):
        heard_by.agree_to_rest(site=agreed, by=builders.liaison(agreed))
        finding = builders.findings(disputed)[0]
        heard_by.comment(finding=finding, agrees=False, text="示例", by=builders.liaison(disputed))
        heard_by.agree_to_rest(site=disputed, by=builders.liaison(disputed))
    return "2008-04-09"


def rectification() -> str:
    """Findings to be answered, and answers to be looked at."""
    builders.inspected(builders.building())
    answered, verified = builders.building(), builders.building()
    for site in (answered, verified):
        builders.inspected(site)
        builders.answered(site)
    with builders.on("2008-04-18"):
        for finding in builders.findings(verified):
            mending.verify(finding=finding, text="", by=builders.office())
    return "2008-04-18"


def late_rectification() -> str:
    builders.inspected(builders.building())
    return "2008-05-20"


def acceptances() -> str:
    """A visit to make, a sheet to sign, a result to recommend, to decide, and a failure to reopen."""
    to_visit, to_sign, to_recommend, too_few, to_decide, failed = (
        factories.site(Stage.RECTIFIED) for _ in range(6)
    )
    builders.assigned(to_visit, kind=RoundKind.ACCEPTANCE)
    builders.visited(to_sign, kind=RoundKind.ACCEPTANCE)
    for site in (to_recommend, too_few, to_decide, failed):
        builders.on_site(site, weak=1)
    builders.appraised(to_recommend)
    builders.appraised(too_few, sample=3)
    builders.recommended(to_decide)
    result = builders.recommended(failed, Verdict.FAIL)
    with builders.on("2008-05-08"):
        acceptance.decide(
            acceptance=result,
            verdict=Verdict.FAIL,
            note="示例",
            resolution=resolved("acceptance"),
            by=builders.leader(),
        )
        scene.appraisal(days=5)
    return "2008-05-14"


def paper_answers() -> str:
    """Forms entered from paper: to be drawn from, to be entered again, and with differences."""
    office, colleague = builders.office(), factories.user(Role.OFFICE)
    with builders.on("2008-05-05"):
        undrawn, waiting, differing = (scene.appraisal() for _ in range(3))
        for window in (undrawn, waiting, differing):
            scene.entered(window, office)
        scene.drawn(waiting, office)
        scene.entered_again(scene.drawn(differing, office)[0], colleague, step=0)
    return "2008-05-10"


def visits_and_events() -> str:
    """A research visit of which nothing came yet; events to answer, to be over, to be told of."""
    site, office = factories.site(Stage.NAMED), builders.office()
    factories.liaison_of(site)
    with builders.on("2008-05-12"):
        words = {"theme": "示例", "on": today(), "took_part": "示例", "found": "示例"}
        research.record(programme=site.programme, words=words, sites=[site], by=office)
        told = scene.event(site, by=office, held_on=today())
        events.hold(event=told, came={told.invitations.get().pk: 1}, by=office)
        scene.event(site, by=office, held_on=today())
        scene.event(site, by=office)
    return "2008-05-14"


def own_checks_begun() -> str:
    """Of two districts: one is being drafted, the other has still to begin."""
    own_checking.begun(making.clerk())
    late = making.clerk(factories.district("乌达"))
    factories.filing(late.organisation.district, Level.DISTRICT)
    return "2008-03-20"


def own_checks() -> str:
    """Before the head, with the office, and sent back for more."""
    for name, state in (("海勃湾", "forward"), ("海南", "filed"), ("乌达", "returned")):
        own_checking.standing(making.clerk(factories.district(name)), state)
    return "2008-03-20"


def instruction() -> str:
    """What a member of the leading group wrote on a paper."""
    site = factories.site(Stage.RECTIFYING)
    factories.liaison_of(site)
    with builders.on("2008-05-12"):
        instructions.give(
            document=issue_paper(DocumentKind.RECTIFICATION_SUMMARY, site),
            text="示例批示",
            to=[site.organisation],
            due_on=None,
            by=factories.user(Role.LEADING_GROUP),
        )
    return "2008-05-13"


def reports_upward() -> str:
    """The first phase is reported on, the second drafted, the third not yet."""
    phases = list(factories.programme().phases.all())
    words = dict.fromkeys(upward.WORDS, "示例")
    with builders.on("2008-05-02"):
        first, _second = (upward.draft(phase=one, words=words, by=builders.office()) for one in phases[:2])
        upward.issue_report(report=first, by=factories.user(Role.LEADING_GROUP))
    return "2008-05-02"


def objection() -> str:
    with builders.on("2008-05-05"):
        notice = scene.publish(*scene.accepted(3))
        first, second, third = (entry.site for entry in notice.entries.order_by("pk"))
        scene.object_to(notice, first)
        scene.take_up(scene.object_to(notice, second))
        scene.look_into(scene.take_up(scene.object_to(notice, third)))
        scene.draft(scene.look_into(scene.take_up(scene.object_to(notice, third))), "not_upheld")
        handling.decline(objection=scene.object_to(notice, first), reply="示例", by=builders.office())
        factories.user(Role.OFFICE)
        factories.user(Role.LEADING_GROUP)
    return "2008-05-06"


def enquiry() -> str:
    """One that has come in, one that lies with a unit, one whose answer is drafted; a drafted question."""
    builders.leader()
    with builders.on("2008-05-05"):
        by, unit = factories.user(Role.OFFICE), factories.user(Role.LIAISON)
        enquiring.ask()
        enquiring.handed(enquiring.ask(), unit.organisation, by=by)
        enquiring.drafted(enquiring.ask(), by=by)
        enquiring.answered(enquiring.ask(EnquiryKind.INFORMATION), result="complete")
        Enquiry.objects.filter(state="to_complete").update(due_on="2008-05-05")
        questions.keep(question=None, asked="示例？", answer="示例", topic=EnquiryTopic.OTHER, by=by)
    return "2008-05-06"


def moved() -> str:
    """What the office proposes, of each kind that can be open at once; where a notice was made known."""
    with builders.on("2008-05-05"):
        notice, office = scene.publish(), builders.office()
        factories.user(Role.LEADING_GROUP)
        reviewing.clear("outlet", scene.outlet(notice))
        motions.move(kind="notice.withdraw", record=notice, values={"reason": "示例"}, by=office)
        factories.user(Role.OFFICE)
    return "2008-05-06"


def ended_notice() -> str:
    with builders.on("2008-05-05"):
        notice = scene.publish(*scene.accepted(2))
        scene.object_to(notice)
        scene.take_up(scene.object_to(notice, notice.entries.last().site))
        factories.user(Role.LEADING_GROUP)
    notices.close_ended(datetime.date(2008, 5, 14))
    return "2008-05-14"


def tracked() -> str:
    """Named sites: to be rechecked, and one revoked."""
    plain, revoked = scene.named(*scene.accepted(2))
    office = builders.office()
    with builders.on("2008-05-20"):
        day = datetime.date(2008, 5, 20)
        titles.hand_over_plaque(naming=revoked, received_by="示例", handed_on=day, by=office)
        scene.warned(revoked, working_days=3)
        tracking.plan_recheck(naming=plain, due_on=datetime.date(2008, 6, 10), by=office)
    with builders.on("2008-06-02"):
        scene.revoked(revoked)
    return "2008-06-02"


def proposed() -> str:
    """Sites to be rechecked by the rulebook: regularly, drawn, and complained of after the last visit."""
    complained, *_others = scene.named(*scene.accepted(3))
    with builders.on("2009-05-04"):
        scene.complained(complained)
        scene.rechecked(complained, on="2009-05-01", is_met=True)
        proposals.draw_share(programme=factories.programme(), by=builders.office())
    return "2009-05-06"


def warnings() -> str:
    """Warned sites: one that mends, one whose time is over, answered, rechecked well and not well."""
    mends, over, answered, mended, failed = sites = scene.named(*scene.accepted(5))
    for naming in sites:
        factories.liaison_of(naming.site)
    with builders.on("2008-05-20"):
        for naming in sites:
            scene.warned(naming, working_days=3 if naming == over else 30)
    with builders.on("2008-06-02"):
        for naming in (answered, mended, failed):
            scene.answers(naming)
        scene.rechecked(mended, is_met=True)
        scene.rechecked(failed)
    assert mends.site.stage == Stage.WARNED
    return "2008-06-02"


def hearings() -> str:
    """Revocations that are considered: the unit is being heard, was heard, or let its day pass."""
    heard, silent, being_heard = sites = scene.named(*scene.accepted(3))
    for naming in sites:
        factories.liaison_of(naming.site)
    with builders.on("2008-05-20"):
        for naming in sites:
            scene.warned(naming, working_days=3)
    with builders.on("2008-06-02"):
        scene.heard(silent, "")
    with builders.on("2008-06-16"):
        scene.heard(heard)
        scene.heard(being_heard, "")
        builders.leader()
    return "2008-06-16"


def posts() -> str:
    """Posts without a liaison, without an account, or with one that is switched off."""
    without, no_account, off = (factories.site(Stage.DETERMINED, liaison=False) for _ in range(3))
    factories.liaison_of(without)
    Liaison.objects.create(site=no_account, name="王小明", phone="0473-0000000")
    left, _stays = factories.liaison_of(off), factories.liaison_of(off)
    Liaison.objects.create(site=off, name=left.name, phone="0473-0000000", user=left)
    User.objects.filter(pk=left.pk).update(is_active=False)
    builders.office()
    return "2008-03-12"


def plans() -> str:
    """Plans that wait, came back, or have a measure that is due."""
    for state in ("filed", "returned"):
        site = factories.site(Stage.DETERMINED, level=Level.DISTRICT, of=factories.district())
        by = factories.liaison_of(site)
        about = {"version": 1, "goals": "示例", "filed_by": by, "filed_on": "2008-01-10"}
        WorkPlan.objects.create(site=site, state=state, **about)
    WorkPlan.objects.create(filing=site.filing, state="filed", **about)
    there = factories.site(Stage.DETERMINED, level=Level.DISTRICT, of=factories.district("乌达"))
    WorkPlan.objects.create(filing=there.filing, state="returned", **about)
    factories.user(Role.DISTRICT, factories.district_office(factories.district()))
    factories.user(Role.DISTRICT, factories.district_office(factories.district("乌达")))
    building = factories.site(Stage.BUILDING)
    unit = factories.liaison_of(building)
    plan = WorkPlan.objects.create(site=building, state="agreed", **{**about, "filed_by": unit})
    Measure.objects.create(
        plan=plan, ordinal=1, text="示例", person="示例", starts_on="2008-02-01", ends_on="2008-03-11"
    )
    GuidanceNote.objects.create(site=building, by=builders.office(), on="2008-01-09", text="示例")
    return "2008-03-12"


def replacements() -> str:
    """Windows to be replaced: to be reviewed, and to be decided."""
    for is_reviewed in (False, True):
        site = factories.site(Stage.DETERMINED)
        unit = factories.liaison_of(site)
        asked = ask_replacement(
            site=site,
            reason="示例",
            by=unit,
            organisation=site.organisation,
            window_name="示例新厅",
            address="示例路2号（示例）",
        )
        if is_reviewed:
            review_replacement(replacement=asked, is_supported=True, opinion="示例", by=builders.office())
    builders.leader()
    return "2008-02-12"


def loose_ends() -> str:
    """Papers, registers, draws, articles, rechecks by a team."""
    office = builders.office()
    paper = Document.objects.create(
        programme=factories.programme(), kind="naming_decision", series="示例", year=2008, number=1,
        title="示例", context={}, issued_on="2008-01-10", created_by=office, state="failed",
    )  # fmt: skip
    paper.sites.add(factories.site(Stage.NAMED))
    job = ImportJob(register="sites", file_name="示例.xlsx", state="previewed", by=office)
    job.file.save("x.xlsx", ContentFile(b"x"), save=True)
    builders.self_assessed(builders.building())
    builders.waiting_draw(builders.team())
    site = factories.site(Stage.NAMED)
    with pinned(datetime.date(2008, 6, 10)):
        builders.assigned(site, kind=RoundKind.RECHECK)
        scene.drafted(site, by=factories.liaison_of(site))
        practice = scene.article(site)
        unit = factories.unit()
        other = factories.user(Role.LIAISON, unit)
        factories.site(Stage.NAMED, organisation=unit)
        reuse.record(
            article=practice,
            organisation=unit,
            note="示例",
            on=datetime.date(2008, 6, 10),
            by=other,
        )
    return "2008-06-10"


def opinions() -> str:
    """A draft of the rulebook: a district has proposed something, a unit has still to answer."""
    with builders.on("2008-01-10"):
        district = factories.user(Role.DISTRICT, factories.district_office(factories.district()))
        factories.user(Role.LIAISON)
        asked = drafting.asked().opinions.get(organisation=district.organisation)
        drafting.gives(asked, "改一处（示例）", by=district)
    return "2008-01-11"


def leading_group() -> str:
    """A meeting to be recorded, two held, one whose minutes are confirmed; an item going round; a version."""
    office, members = builders.office(), [factories.user(Role.LEADING_GROUP) for _ in range(3)]
    campaign, chair = factories.programme().pk, members[0]
    item = decided.Item(ResolutionKind.OTHER, "示例事项")
    for day in (3, 4):
        on = datetime.date(2008, 3, day)
        with pinned(on):
            decided.note_decision(
                campaign=campaign, item=item, on=on, place="示例", chair=chair, present=members, by=office
            )
    decided.confirm_minutes(meeting=Meeting.objects.latest("on"), by=chair)
    on = datetime.date(2008, 3, 10)
    with pinned(on):
        decided.plan_meeting(campaign=campaign, on=on, place="示例", chair=chair, members=members, by=office)
        factories.programme().designated_units.update(resolution=None)
        decided.circulate(campaign=campaign, item=item, members=members, by=office)
        draft = drafting.draft()
        reviewing.clear("standard", draft)
        values = {"adopt": True, "seen": of_version(draft)}
        motions.move(kind="standard.publish", record=draft, values=values, by=office)
    return "2008-03-12"


def commendations() -> str:
    """A list before the leading group, reviewed for secrets, and one that is still being reviewed."""
    factories.user(Role.LEADING_GROUP)
    with builders.on("2008-05-20"):
        scene.put_forward(scene.commendation())
        commending.put_forward(commendation=scene.commendation(), by=builders.office())
    return "2008-05-21"


SCENES: tuple[Callable[[], str], ...] = (
    opinions,
    stages,
    districts,
    inspection,
    hearing,
    heard,
    rectification,
    late_rectification,
    acceptances,
    paper_answers,
    visits_and_events,
    own_checks_begun,
    own_checks,
    instruction,
    reports_upward,
    objection,
    enquiry,
    moved,
    ended_notice,
    tracked,
    proposed,
    warnings,
    hearings,
    leading_group,
    commendations,
    posts,
    plans,
    replacements,
    loose_ends,
)


def labels() -> Iterator[str]:
    """What everything that can wait is called: what the rooms offer, and the steps of the road."""
    for source in TODOS:
        yield from (str(kind.what) for kind in source.kinds.values())
    yield from labels_of_the_road()


def labels_of_the_road() -> Iterator[str]:
    """What the next steps of sites are called."""
    for call in ast.walk(ast.parse(inspect.getsource(next_step))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            if call.func.id == "_" and isinstance(call.args[0], ast.Constant):
                yield str(call.args[0].value)
            if call.func.id == "_action" and isinstance(call.args[1], ast.Attribute):
                yield str(Action[call.args[1].attr].label)


def test_of_everything_that_can_wait_it_is_said_where_it_is_done():
    with translation.override("en"):
        called = set(labels())
    assert called - set(DONE_AT) - set(ELSEWHERE) - ONLY_TAKES_TIME == set()
    assert set(DONE_AT) | set(ELSEWHERE) | ONLY_TAKES_TIME == called


def test_every_to_do_of_the_demo_leads_to_where_it_is_done(client, demo):
    lost, called = without_a_way(client)
    assert not lost, "\n".join(lost)
    assert len(called) > 20


@pytest.mark.parametrize("make", SCENES, ids=lambda make: make.__name__)
def test_every_to_do_of_a_scene_leads_to_where_it_is_done(client, on, make):
    on(make())
    lost, called = without_a_way(client)
    assert not lost, "\n".join(lost)
    assert called
