"""The steps of an enquiry: the table row by row, and each role at each state."""

import datetime
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied

from accounts.enums import Role
from accounts.models import User
from publicity.enquiry_steps import IN_TURN, STEPS
from publicity.enums import EnquiryKind, EnquiryState
from publicity.management.commands.enquiry_table import markdown
from publicity.models import Enquiry
from publicity.pages.enquiry import EnquiryPage
from publicity.services import answering
from sites.calendar import today
from sites.workflow import InvalidTransition
from tests import factories
from tests.publicity import enquiring

pytestmark = pytest.mark.django_db


class Row(NamedTuple):
    """From where to where, what it leaves, who by role, and the rule beside it."""

    sources: str
    targets: str
    deed: str
    roles: str
    rule: str = ""
    turn: bool = False
    request: bool = False


EXPECTED = {
    "accept": Row("received", "answering", "accept", "office", turn=True),
    "hand_on": Row("received answering", "answering", "hand_on", "district office", "holder"),
    "hand_back": Row("answering", "answering", "hand_back", "district liaison office", "holder"),
    "extend": Row("answering", "answering", "extend", "office", request=True),
    "draft": Row("answering", "drafted", "draft", "district liaison office", "holder", turn=True),
    "approve": Row("drafted", "replied to_complete", "approve", "leading_group office", "another", turn=True),
    "send_back": Row("drafted", "answering", "send_back", "leading_group office", "another"),
    "take_back": Row("drafted", "answering", "take_back", "district liaison office", "drafter"),
    "close": Row("to_complete", "replied", "close", "office", request=True),
}


def test_table_is_the_one_written_by_hand():
    found = {}
    for name, step in STEPS.items():
        assert bool(step.what) is bool(step.tells), name
        rules = {"holder": step.of_holder, "another": step.by_another, "drafter": step.by_drafter}
        found[name] = Row(
            " ".join(step.sources),
            " ".join(step.targets),
            step.deed,
            " ".join(sorted(role for role in Role if step.who(User(role=role)))),
            " ".join(rule for rule, holds in rules.items() if holds),
            bool(step.what),
            step.of_information,
        )
    assert found == EXPECTED


def test_each_running_state_waits_for_one_step():
    assert {state: step.deed for state, step in IN_TURN.items()} == {
        "received": "accept",
        "answering": "draft",
        "drafted": "approve",
    }
    assert set(IN_TURN) == set(EnquiryState.RUNNING)


def test_document_is_drawn_from_the_table():
    page = (settings.BASE_DIR / "docs" / "enquiries.md").read_text(encoding="utf-8")
    assert page == markdown()


# With whom a request lies, walked to each state; who of the others may take which step there.
def in_state(state: str, *, district: User) -> Enquiry:
    asked = enquiring.ask(EnquiryKind.INFORMATION)
    if state != "received":
        enquiring.handed(asked, district.organisation)
    if state in {"drafted", "to_complete", "replied"}:
        enquiring.drafted(asked, by=district, result="complete" if state == "to_complete" else "open")
    if state in {"to_complete", "replied"}:
        enquiring.answered(asked)
    if state == "to_complete":
        Enquiry.objects.update(due_on=today() - datetime.timedelta(days=1))
        asked.refresh_from_db()
    return asked


def verb(name: str, asked: Enquiry, by: User):
    typed: dict[str, dict[str, Any]] = {
        "accept": {},
        "hand_on": {"body": factories.user(Role.LIAISON, factories.unit(factories.district())).organisation},
        "draft": {"reply": "示例", "result": "open"},
        "approve": {"seen": asked.steps.last().pk if asked.steps.exists() else 0},
    }
    return getattr(answering, name)(enquiry=asked, by=by, **typed.get(name, {"reason": "示例理由"}))


# state → who may do what; the request lies with the district office from the second state on.
MAY = {
    "received": {"office": {"accept", "hand_on"}},
    "answering": {"office": {"extend", "hand_back"}, "holder": {"hand_on", "hand_back", "draft"}},
    "drafted": {
        "office": {"approve", "send_back"},
        "leading_group": {"approve", "send_back"},
        "holder": {"take_back"},
    },
    "to_complete": {"office": {"close"}},
    "replied": {},
}
PEOPLE = ("office", "leading_group", "holder", "district", "liaison", "inspector", "auditor", "system_admin")


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("state", EnquiryState.values)
def test_each_step_at_each_state_by_everybody(on, state, name):
    """Whoever may not is refused and nothing is written; the page offers what may be done, no more."""
    on("2008-05-05")
    own, other = factories.district("海勃湾"), factories.district("乌达")
    holder = factories.user(Role.DISTRICT, factories.district_office(own))
    for who in PEOPLE:
        role = {"holder": Role.DISTRICT}.get(who, who)
        person = {
            "holder": holder,
            "district": factories.user(Role.DISTRICT, factories.district_office(other)),
        }.get(who) or factories.user(role)
        asked = in_state(state, district=holder)
        allowed = name in MAY[state].get(who, set())
        assert (name in EnquiryPage(asked, person).steps) is allowed, who
        before = asked.steps.count()
        if allowed:
            verb(name, asked, person)
            assert asked.state in STEPS[name].targets
            assert asked.steps.last().deed == STEPS[name].deed
        else:
            with pytest.raises((PermissionDenied, InvalidTransition)):
                verb(name, asked, person)
            assert asked.steps.count() == before
