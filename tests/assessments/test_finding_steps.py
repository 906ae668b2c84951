"""Every role × state × last word × step of a finding, against one table written by hand; docs/findings.md."""

import datetime

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.enums import Role
from assessments.enums import FindingState, ReplyKind
from assessments.finding_steps import STEPS
from assessments.management.commands.finding_table import markdown
from assessments.models import Finding, FindingReply
from assessments.pages.thread import threads
from assessments.queries import findings_of
from assessments.services import hearing, rectification, thread
from sites.enums import Stage
from sites.models import Site
from sites.workflow import InvalidTransition
from tests import factories
from tests.assessments import builders
from tests.scenes import made_once

pytestmark = pytest.mark.django_db

HEARD = ("agree", "retract", "uphold")
WITH_UNIT = ("open", "sent_back")
TO_VERIFY = ("answered", "confirmed")
# Once the notice is out it does not matter what was said before; these two are tried.
ANY_WORD = (None, "disagree")
# Step → who may take it, and (state, last word of the hearing) → (state after it, word left in the thread).
# The office drafts the notice; another person of the office, or one of the leading group, signs it.
ALSO = {("notice", Role.LEADING_GROUP)}
EXPECTED = {
    "agree": (
        Role.LIAISON,
        {
            ("put", None): ("put", "agree"),
            ("put", "agree"): ("put", "agree"),
            ("put", "retract"): ("put", "agree"),
            ("put", "disagree"): ("put", "retract"),
        },
    ),
    "disagree": (
        Role.LIAISON,
        {("put", word): ("put", "disagree") for word in (None, "agree", "disagree", "retract")},
    ),
    "retract": (Role.LIAISON, {("put", "disagree"): ("put", "retract")}),
    "uphold": (Role.OFFICE, {("put", "disagree"): ("put", "uphold")}),
    "withdraw": (
        Role.OFFICE,
        {("put", word): ("withdrawn", "withdraw") for word in (None, "disagree", *HEARD)},
    ),
    "notice": (Role.OFFICE, {("put", word): ("open", "notice") for word in (None, *HEARD)}),
    "answer": (
        Role.LIAISON,
        {(state, word): ("answered", "answer") for state in WITH_UNIT for word in ANY_WORD},
    ),
    "verify": (
        Role.OFFICE,
        {(state, word): ("verified", "verify") for state in TO_VERIFY for word in ANY_WORD},
    ),
    "send_back": (
        Role.OFFICE,
        {(state, word): ("sent_back", "send_back") for state in TO_VERIFY for word in ANY_WORD},
    ),
    "extend": (
        Role.OFFICE,
        {(state, word): (state, "extend") for state in WITH_UNIT for word in ANY_WORD},
    ),
}
# (role, state, last word) → the buttons; none anywhere else.
OFFERED = {
    (Role.LIAISON, "put", None): {"agree", "disagree"},
    (Role.LIAISON, "put", "agree"): {"disagree"},
    (Role.LIAISON, "put", "disagree"): {"disagree"},
    (Role.LIAISON, "put", "retract"): {"disagree"},
    **{(Role.LIAISON, state, word): {"answer"} for state in WITH_UNIT for word in ANY_WORD},
    (Role.OFFICE, "put", "disagree"): {"uphold", "withdraw"},
    **{(Role.OFFICE, "put", word): {"withdraw"} for word in (None, *HEARD)},
    **{(Role.OFFICE, state, word): {"extend"} for state in WITH_UNIT for word in ANY_WORD},
    **{(Role.OFFICE, state, word): {"verify", "send_back"} for state in TO_VERIFY for word in ANY_WORD},
}
NEED_WORDS = {"disagree", "uphold", "withdraw", "answer", "send_back", "extend"}
# At a district's sites alone: `test_confirmation`.
AT_DISTRICTS = {"confirm", "return"}
# Of no person's doing on a finding that is there.
BY_ITSELF = {"raise", "escalate"}
TAKE = {
    "agree": lambda **more: hearing.comment(agrees=True, **more),
    "disagree": lambda **more: hearing.comment(agrees=False, **more),
    "retract": lambda **more: thread.take(step=ReplyKind.RETRACT, **more),
    "uphold": hearing.uphold,
    "withdraw": hearing.withdraw,
    "notice": lambda finding, by, **_more: hearing.issue_notice(site=finding.assessment.site, by=by),
    "answer": lambda **more: rectification.answer(files=(), **more),
    "verify": rectification.verify,
    "send_back": rectification.send_back,
    "extend": lambda text, **more: rectification.extend(reason=text, working_days=5, **more),
}
# Where a finding can stand.
PLACES = [
    *(("put", word) for word in (None, "disagree", *HEARD)),
    *((state, word) for state in FindingState.values if state != "put" for word in ANY_WORD),
]


@made_once("2008-04-14")
def site():
    """One finding, put to the unit on 8 April; its three working days to comment are over."""
    made = builders.building()
    builders.put(made, weak=1)
    return made


def actor(role, site):
    return builders.liaison(site) if role == Role.LIAISON else factories.user(role)


def stand(finding, state, word):
    """Put the finding there, read anew."""
    Finding.objects.filter(pk=finding.pk).update(state=state, deadline=datetime.date(2008, 4, 22))
    if word:
        FindingReply.objects.create(
            finding=finding, kind=word, text="先前的话", by=builders.office(), on=datetime.date(2008, 4, 9)
        )
    return Finding.objects.select_related("assessment__site__programme").get(pk=finding.pk)


def attempt(step, finding, by, text="示例理由"):
    """The state after it and the words that were left."""
    before = finding.replies.count()
    try:
        with transaction.atomic():
            TAKE[step](finding=finding, by=by, text=text)
    except PermissionDenied:
        return "denied"
    except (InvalidTransition, ValidationError):
        return "refused"
    finding.refresh_from_db()
    return finding.state, *[reply.kind for reply in list(finding.replies.all())[before:]]


def test_table_has_every_step():
    assert set(STEPS) == set(ReplyKind) == {*EXPECTED, *BY_ITSELF, *AT_DISTRICTS}


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("step", EXPECTED)
def test_step_of_role_from_every_place(step, role, site, finding):
    by = actor(role, site)
    who, leads = EXPECTED[step]
    for place in PLACES:
        with transaction.atomic():
            stood = stand(finding, *place)
            may = role == who or (step, role) in ALSO
            expected = leads.get(place, "refused") if may else "denied"
            assert attempt(step, stood, by) == expected, place
            transaction.set_rollback(True)


@pytest.mark.parametrize("step", EXPECTED)
def test_row_says_from_where_and_who(step, site):
    row = STEPS[step]
    assert {state for state, _word in EXPECTED[step][1]} == set(row.sources)
    assert [role for role in Role if row.who(actor(role, site), site)] == list(row.roles)


def test_unlocking_the_sheet_withdraws_from_every_place_but_settled(site, finding):
    for state, word in PLACES:
        with transaction.atomic():
            stood = stand(finding, state, word)
            hearing.withdraw_all(assessment=stood.assessment, reason="示例理由", by=builders.office())
            stood.refresh_from_db()
            assert stood.state == (state if state == "verified" else "withdrawn")
            left = [] if state in ("verified", "withdrawn") else ["withdraw"]
            assert [reply.kind for reply in stood.replies.all()][1 + bool(word) :] == left
            transaction.set_rollback(True)


@pytest.mark.parametrize("role", Role.values)
def test_page_offers_what_can_be_taken(role, site, finding):
    reader = actor(role, site)
    for place in PLACES:
        with transaction.atomic():
            stand(finding, *place)
            (shown,) = threads(site, findings_of(site).with_view(), reader)
            assert set(shown.acts) == OFFERED.get((role, *place), set()), place
            transaction.set_rollback(True)


def test_nothing_is_offered_that_would_be_refused():
    for (role, *place), steps in OFFERED.items():
        assert {who for step in steps for who in [EXPECTED[step][0]]} == {role}
        assert all(tuple(place) in EXPECTED[step][1] for step in steps)


@pytest.mark.parametrize("step", EXPECTED)
def test_step_without_words(step, site, finding):
    who, leads = EXPECTED[step]
    place, left = next(iter(leads.items()))
    expected = "refused" if step in NEED_WORDS else left
    assert attempt(step, stand(finding, *place), actor(who, site), text="  ") == expected


@pytest.mark.parametrize("step", EXPECTED)
def test_step_of_a_site_that_is_not_in_rectification(step, site, finding):
    who, leads = EXPECTED[step]
    by, place = actor(who, site), next(iter(leads))
    for stage in set(Stage) - {Stage.RECTIFYING}:
        Site.objects.filter(pk=site.pk).update(stage=stage)
        with transaction.atomic():
            assert attempt(step, stand(finding, *place), by) == "refused"
            transaction.set_rollback(True)


def test_page_is_drawn_from_the_table():
    page = (settings.BASE_DIR / "docs" / "findings.md").read_text(encoding="utf-8")
    assert page == markdown()
