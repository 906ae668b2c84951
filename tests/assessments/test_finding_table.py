"""The table of a finding's steps, row by row, against one by hand; `test_finding_steps` takes the steps."""

from typing import NamedTuple

import pytest
from django.utils import translation

from accounts.enums import Role
from accounts.models import Organisation, User
from assessments.enums import FindingState, ReplyKind
from assessments.finding_steps import LEFT_OUT, STEPS, UNLOCKED, Button, Step
from sites.enums import Level
from sites.models import Filing, Programme, Site

UNIT = Organisation(pk=1)
DISTRICT = Organisation(pk=3)
SITE = Site(
    organisation=UNIT,
    level=Level.DISTRICT,
    programme=Programme(),
    filing=Filing(organisation=DISTRICT, level=Level.DISTRICT),
)
PEOPLE = {role: User(role=role, organisation=UNIT) for role in Role}
PEOPLE[Role.DISTRICT].organisation = Organisation(pk=4, district=DISTRICT)
STRANGER = User(role=Role.LIAISON, organisation=Organisation(pk=2))


class Row(NamedTuple):
    """From where to where, who, after which last words (`-`: none yet), the day set for it, what it says.

    `said` has those of refusal, wants and tells that are there; `buttons` each page's name with its own last
    words, `!` where it is posted at once and `+` where that asks for a note.
    """

    sources: str
    targets: str
    who: str
    after: str = ""
    due: str = ""
    said: str = ""
    buttons: str = ""


EXPECTED = {
    "raise": Row("", "put open", "inspector office leading_group"),
    "agree": Row(
        "put", "", "liaison", "- agree disagree retract", "reply_by", "refusal", "finding_comment(-)!"
    ),
    "disagree": Row(
        "put",
        "",
        "liaison",
        "- agree disagree retract",
        "reply_by",
        "refusal wants",
        "finding_comment(-) finding_comment(disagree) finding_comment()",
    ),
    "retract": Row("put", "", "liaison", "disagree"),
    "uphold": Row("put", "", "office", "disagree", "", "refusal wants", "finding_uphold()"),
    "withdraw": Row("put", "withdrawn", "office", "", "", "wants tells", "finding_withdraw()"),
    "notice": Row("put", "open", "leading_group office"),
    "answer": Row("open sent_back", "answered", "liaison", "", "deadline", "wants", "finding_answer()"),
    "confirm": Row("answered", "confirmed", "district", "", "", "", "finding_confirm()!+"),
    "return": Row("answered", "sent_back", "district", "", "", "wants tells", "finding_return()"),
    "verify": Row("answered confirmed", "verified", "office", "", "", "", "finding_verify()!+"),
    "send_back": Row(
        "answered confirmed", "sent_back", "office", "", "", "wants tells", "finding_send_back()"
    ),
    "extend": Row("open sent_back", "", "office", "", "deadline", "wants tells", "finding_extend()"),
    "escalate": Row("open sent_back", "", ""),
}


def words(after) -> str:
    return " ".join("-" if word is None else str(word) for word in after)


def button(shown: Button) -> str:
    assert str(shown.label)
    posted = "!" * shown.at_once + "+" * bool(shown.note)
    return f"{shown.url.removeprefix('assessments:')}({words(shown.after)}){posted}"


def row(step: Step) -> Row:
    assert [role for role, person in PEOPLE.items() if step.who(person, SITE)] == [
        role for role in Role if role in step.roles
    ]
    assert not step.who(STRANGER, SITE)
    return Row(
        " ".join(sorted(step.sources)),
        " ".join(step.targets),
        " ".join(step.roles),
        words(step.after),
        step.due,
        " ".join(name for name in ("refusal", "wants", "tells") if str(getattr(step, name))),
        " ".join(button(shown) for shown in step.buttons),
    )


def test_table_is_the_one_written_by_hand():
    assert {str(word): row(step) for word, step in STEPS.items()} == EXPECTED


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (LEFT_OUT, Row("open", "withdrawn", "office")),
        (UNLOCKED, Row("answered confirmed open put sent_back", "withdrawn", "office")),
    ],
)
def test_step_beside_the_table(step, expected):
    assert row(step) == expected


def test_finding_is_afterwards_what_the_step_leads_to_or_what_it_was():
    assert STEPS[ReplyKind.VERIFY].leads_to == FindingState.VERIFIED
    assert STEPS[ReplyKind.RAISE].leads_to == FindingState.PUT
    assert STEPS[ReplyKind.UPHOLD].leads_to == FindingState.PUT


@pytest.mark.parametrize(
    ("step", "state", "view", "shown"),
    [
        ("agree", "put", None, "hand-thumbs-up"),
        ("agree", "put", "disagree", None),
        ("agree", "open", None, None),
        ("disagree", "put", None, "chat-left-text"),
        ("disagree", "put", "disagree", "chat-left-text"),
        ("disagree", "put", "agree", "chat-left-text"),
        ("disagree", "put", "uphold", None),
        ("uphold", "put", "disagree", ""),
        ("uphold", "put", None, None),
        ("withdraw", "put", "uphold", ""),
        ("answer", "sent_back", "uphold", "reply"),
        ("answer", "answered", None, None),
        ("confirm", "answered", None, "check-lg"),
        ("return", "answered", None, "arrow-return-left"),
        ("verify", "answered", None, None),
        ("verify", "confirmed", None, "check-circle"),
        ("send_back", "answered", None, None),
        ("send_back", "confirmed", None, "arrow-return-left"),
        ("extend", "open", None, "calendar-plus"),
        ("notice", "put", None, None),
    ],
)
def test_button_for_a_state_and_the_last_word(step, state, view, shown):
    found = STEPS[ReplyKind(step)].button(state, view, SITE)
    assert (found.icon if found else None) == shown


def test_comment_has_another_button_for_each_last_word():
    step = STEPS[ReplyKind.DISAGREE]
    labels = [str(step.button("put", view, SITE).label) for view in (None, "disagree", "agree")]
    assert labels == [str(each.label) for each in step.buttons]


@pytest.mark.parametrize("kind", [ReplyKind.AGREE, ReplyKind.DISAGREE])
def test_unit_that_has_its_answer_is_told_so_and_not_that_it_disagreed_with_nothing(kind):
    with translation.override("en"):
        assert str(STEPS[kind].refusal) == "The office has answered your disagreement; the finding is kept."
