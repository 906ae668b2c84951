"""What a benchmark's line says, and how turns become a ratio."""

import os

import pytest

from bench import Figure
from bench._serving import Page, Server, Side, Turn
from bench.pages import beside_bare, grown

LINES = [
    (Figure("a", 0.804, "x", at_least=0.8), True, "a 0.80 x >=0.8 ok"),
    (Figure("a", 0.796, "x", at_least=0.8), False, "a 0.80 x >=0.8 short"),
    (Figure("b", 8, "", at_most=8), True, "b 8.00  <=8 ok"),
    (Figure("b", 9, "", at_most=8, note="a save"), False, "b 9.00  <=8 short (a save)"),
    (Figure("c", 3, "%", note="wrk"), True, "c 3.00 % (wrk)"),
]


@pytest.mark.parametrize(("figure", "is_ok", "line"), LINES)
def test_figure_says_whether_it_is_what_it_should_be(figure, is_ok, line):
    assert (figure.is_ok, str(figure)) == (is_ok, line)


def side(*milliseconds, rate=100):
    """A side whose turns of two seconds had these costs of an answer; the client worked for half a second."""
    answers = 2 * rate
    turns = [Turn(answers, 2.0, each * answers / 1000, 0.5) for each in milliseconds]
    return Side(Server(0, ()), Page("/"), turns=turns)


def test_sides_are_compared_turn_by_turn():
    # In the third turn the machine was busy; both felt it.
    ours, bare = side(10, 10, 40, rate=50), side(2, 2.5, 8)
    assert ours.milliseconds == pytest.approx(10)
    assert ours.cost_beside(bare) == pytest.approx(5)
    assert ours.rate_beside(bare) == pytest.approx(0.5)
    assert ours.share_of_client == pytest.approx(0.25 / os.cpu_count())


def test_page_is_told_beside_the_bare_one_and_beside_itself_with_fewer_sites():
    many, few, bare = side(12), side(10), side(2)
    assert str(beside_bare("home", few, bare, 0.2, 7)) == (
        "home 0.20 x >=0.2 ok (10.0 to 2.0 ms of CPU, 7 queries, 1.00 x as many a second)"
    )
    assert str(grown("home", many, few, 1.1, 8)) == (
        "home 1.20 x <=1.1 short (12.0 to 10.0 ms of CPU, 8 queries, 1.00 x as many a second)"
    )


def test_work_of_a_process_is_read_from_the_kernel():
    me = Server(0, (os.getpid(),))
    assert me.cpu() == pytest.approx(sum(os.times()[:2]), abs=0.1)
