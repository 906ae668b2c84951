"""Who may what by the role alone, room by room: a table written by hand from the plan.

Whatever a room's rules ask of a person alone stands here, and among the room's own tests what they ask
about a record.
"""

import inspect
from importlib import import_module

import pytest
from django.core.exceptions import PermissionDenied

from accounts.enums import Role
from accounts.models import User
from accounts.rules import is_over_the_office, require_city, require_office

# leading group, office, district, inspector, a unit's liaison, system and security administrator, auditor
L, O, D, I, U, S, C, A = Role  # noqa: E741
CITY, OVER = {L, O}, {L, O, D}
# An account has no role before somebody gives it one.
NONE = ""

MAY = {
    "accounts": {
        "is_leading_group": {L},
        "is_office": {O},
        "is_district_office": {D},
        "is_inspector": {I},
        "is_liaison": {U},
        "is_system_administrator": {S},
        "is_security_administrator": {C},
        "is_auditor": {A},
        "is_administrator": {S, C, A},
        # As it is set: for nobody by tests/settings.py; test_second_factor.py has the real one.
        "needs_second_factor": set(),
        "takes_part": {L, O, D, I, U, A},
        "sees_city": CITY,
        "oversees": OVER,
        "manages_people": {O, D, S, C},
        "adds_to_registers": {O, D, S},
        "makes_links": {O, D, C},
        "decides_motions": {L, O, C},
        "sees_motions": {L, O, S, C},
        "reviews_secrecy": CITY,
    },
    "standards": {
        "reads_versions": {L, O, D, I, U, A},
        "reads_drafts": CITY,
        "answers_for_organisation": {D, U},
        "writes_versions": {O},
    },
    "sites": {},
    "documents": {
        "reads_all_papers": CITY,
        "is_to_judge_afresh": {I},
        "signs_for_papers": {L, O, D, I, U},
        "keeps_copies": {O},
        "words_papers": {O},
        "instructs": {L},
        "answers_instructions": {O, D, U},
        "has_instructions": {L, O, D, U},
    },
    "assessments": {
        "may_stand_aside": {*OVER, I},
        "reads_recusals": CITY,
        "runs_rounds": {O},
        "follows_rounds": CITY,
        "reads_draws": {*CITY, A},
        "has_sheets": {I, U},
        "consents": {O},
        "unlocks": {O},
        "looks_for_copies": {*CITY, I},
        "knows_strangers": {I},
        "sees_camera_data": {O},
        "checks_rectification": {O},
        "reads_acceptances": CITY,
        "recommends": {O},
        "decides": {L},
    },
    "publicity": {
        "reads_notices": CITY,
        "keeps_search_words": {O},
        "knows_objections": CITY,
        "reads_objections": CITY,
        "handles_objections": {O},
        "knows_enquiries": {*OVER, U},
        "reads_all_enquiries": CITY,
        "answers_enquiries": {O, D, U},
        "hands_enquiries_on": {O, D},
        "handles_enquiries": {O},
        "reads_complaints": CITY,
        "reads_rechecks": OVER,
        "reads_recheck_draws": {*CITY, A},
        "reads_appraisals": CITY,
        "hangs_up_posters": {*OVER, U},
        "reads_articles": {*OVER, U},
        "writes_articles": {O, D, U},
        "reads_commendations": CITY,
        "reads_events": {*OVER, U},
        "answers_invitations": {D, U},
    },
    "desk": {
        "reads_trail": {A},
        "reads_health": {S},
        "has_work": {L, O, D, I, U, S, C},
        "reads_deadlines": {L, O, D, I, U},
        "reads_every_deadline": CITY,
        "reads_reminders": CITY,
        "reminds": {O, D},
        "answers_for_others": {*OVER, I},
        "asks_for_dossiers": {*OVER, U},
    },
}


def predicates(room: str) -> dict[str, object]:
    """The functions of a room's rules that ask for a person, and answer yes or no."""
    module = import_module(f"{room}.rules")
    found = {}
    for name, function in inspect.getmembers(module, inspect.isfunction):
        asks = [
            parameter.name
            for parameter in inspect.signature(function).parameters.values()
            if parameter.default is parameter.empty
        ]
        is_own = function.__module__ == module.__name__
        if is_own and asks == ["user"] and function.__annotations__["return"] is bool:
            found[name] = function
    return found


@pytest.mark.parametrize("room", MAY)
def test_every_rule_about_a_person_alone_is_in_the_table(room):
    assert set(predicates(room)) == set(MAY[room])


@pytest.mark.parametrize("room", MAY)
def test_who_may(room):
    for name, ask in predicates(room).items():
        for role in (*Role, NONE):
            assert ask(User(role=role)) is (role in MAY[room][name]), (name, role)


def test_administrators_share_no_right_but_to_look_at_people():
    """三员: what one may do the two others may not; "is" says who somebody is, and is no right."""
    shared = {
        name
        for room, table in MAY.items()
        for name, roles in table.items()
        if not name.startswith("is_") and len({S, C, A} & roles) > 1
    }
    assert shared == {"manages_people", "sees_motions", "has_work"}


@pytest.mark.parametrize(("require", "who"), [(require_office, {O}), (require_city, CITY)])
def test_others_are_denied(require, who):
    for role in (*Role, NONE):
        if role in who:
            require(User(role=role))
        else:
            with pytest.raises(PermissionDenied):
                require(User(role=role))


def test_leading_group_and_administrators_are_over_the_office():
    assert [role for role in (*Role, NONE) if is_over_the_office(role)] == [L, S, C, A]
