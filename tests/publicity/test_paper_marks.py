"""What strikes about answers entered from paper."""

import datetime

import pytest

from core.codes import is_checked, with_check
from documents.models import CODE_LETTERS
from publicity.models.appraisal import new_form_code
from publicity.paper_marks import Typed, alike, how_many, same_minute

START = datetime.datetime(2008, 5, 5, 10, 0, tzinfo=datetime.UTC)
WELL, POOR = (3, 3, 3, 3, 3), (0, 0, 0, 0, 0)


def typed(*answers, by=1, seconds=90):
    return [
        Typed(by, START + datetime.timedelta(seconds=turn * seconds), steps)
        for turn, steps in enumerate(answers)
    ]


@pytest.mark.parametrize(
    ("answers", "lengths"),
    [
        ([WELL, WELL], []),
        ([WELL, WELL, WELL], [3]),
        ([WELL, WELL, POOR, WELL], []),
        ([WELL] * 4 + [POOR] * 3, [4, 3]),
    ],
)
def test_three_like_answers_in_a_row_strike(answers, lengths):
    assert [len(group) for group in alike(typed(*answers))] == lengths


def test_like_answers_of_two_clerks_are_no_run():
    assert alike(typed(WELL, WELL) + typed(WELL, WELL, by=2)) == []


def test_what_another_clerk_types_between_does_not_hide_a_run():
    between = Typed(2, START + datetime.timedelta(seconds=1), POOR)
    assert how_many(alike([*typed(WELL, WELL, WELL), between])) == 3


def test_answers_of_one_minute_strike():
    assert same_minute(typed(WELL, POOR, WELL, seconds=60)) == []
    assert [len(group) for group in same_minute(typed(WELL, POOR, WELL, seconds=30))] == [2]
    assert same_minute([*typed(WELL), *typed(WELL, by=2)]) == []


def test_nineteen_in_eight_seconds_are_all_marked():
    found = typed(*[WELL] * 19, seconds=0.4)
    assert (how_many(alike(found)), how_many(same_minute(found))) == (19, 19)


def test_code_of_a_form_shows_each_wrong_letter():
    code = new_form_code()
    assert len(code) == 9
    assert is_checked(code, CODE_LETTERS)
    for place in range(len(code)):
        wrong = [
            code[:place] + letter + code[place + 1 :] for letter in CODE_LETTERS if letter != code[place]
        ]
        assert not any(is_checked(one, CODE_LETTERS) for one in wrong)


def test_code_of_a_form_shows_neighbours_that_changed_places():
    code = with_check("23456789", CODE_LETTERS)
    for place in range(len(code) - 1):
        changed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assert not is_checked(changed, CODE_LETTERS)


@pytest.mark.parametrize("code", ["0", "IIIIIIII1", "示例"])
def test_what_is_no_code_is_not_right(code):
    assert not is_checked(code, CODE_LETTERS)
