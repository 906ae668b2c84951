"""The table of an objection's steps, row by row, against one by hand; `test_objection_steps` takes them."""

from typing import NamedTuple

from accounts.enums import Role
from accounts.models import User
from publicity.objection_steps import IN_TURN, PARTS, STEPS


class Row(NamedTuple):
    """From where to where, what it leaves, who by role, whose earlier part forbids it, and what it says.

    `turn`: whoever is next reads `what` and is told; `words`: it needs a reason or a text; `alone`: whoever
    has that part takes it, and nobody else.
    """

    sources: str
    targets: str
    deed: str
    roles: str
    never: str = ""
    turn: bool = False
    words: bool = True
    alone: str = ""


CITY = "office leading_group"
EVERY_PART = "accepted_by investigator drafted_by"
EXPECTED = {
    "accept": Row("received", "accepted", "accept", "office", turn=True, words=False),
    "decline": Row("received", "declining", "decline", "office"),
    "approve_declining": Row("declining", "declined", "approve", CITY, "drafted_by", turn=True, words=False),
    "send_back_declining": Row("declining", "received", "send_back", CITY, "drafted_by"),
    "take_back_declining": Row("declining", "received", "take_back", "office", alone="drafted_by"),
    "take_back": Row("drafted", "looked_into", "take_back", "office", alone="drafted_by"),
    "reassign": Row("accepted looked_into", "accepted", "reassign", "office", words=False),
    "report": Row("accepted", "looked_into", "report", "", "accepted_by", turn=True),
    "conclude": Row("looked_into", "drafted", "conclude", "office", "accepted_by investigator", turn=True),
    "approve": Row(
        "drafted", "upheld partly not_upheld", "approve", CITY, EVERY_PART, turn=True, words=False
    ),
    "send_back": Row("drafted", "looked_into", "send_back", CITY, EVERY_PART),
}


def test_table_is_the_one_written_by_hand():
    found = {}
    for name, step in STEPS.items():
        assert bool(step.what) is bool(step.tells), name
        assert str(step.says), name
        found[name] = Row(
            " ".join(step.sources),
            " ".join(step.targets),
            step.deed,
            " ".join(step.roles),
            " ".join(step.never),
            bool(step.what),
            step.words,
            step.alone,
        )
    assert found == EXPECTED


def test_who_takes_a_step_by_role():
    """The named investigator alone looks into it, whatever the role."""
    for name, step in STEPS.items():
        able = [role for role in Role if step.who and step.who(User(role=role))]
        assert sorted(able) == sorted(EXPECTED[name].roles.split()), name
        assert (step.who is None) is (name == "report"), name


def test_parts_that_somebody_had():
    assert {field: part.deeds for field, part in PARTS.items()} == {
        "accepted_by": ("accept",),
        "investigator": ("report",),
        "drafted_by": ("decline", "conclude"),
    }
    assert len({str(part.told) for part in PARTS.values()}) == len(PARTS)


def test_each_open_state_waits_for_one_step():
    assert dict(IN_TURN) == {
        "received": STEPS["accept"],
        "declining": STEPS["approve_declining"],
        "accepted": STEPS["report"],
        "looked_into": STEPS["conclude"],
        "drafted": STEPS["approve"],
    }


def test_same_is_said_of_approving_and_of_sending_back():
    assert STEPS["approve"].says == STEPS["send_back"].says
    assert STEPS["approve_declining"].says == STEPS["send_back_declining"].says
