"""The draw by itself: the same twice, within its bars and its limit, as even as can be."""

import hashlib
from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assessments.drawing import LeftOver, TooFew, Why, draw, form_crews, ordered, rank

SEEDS = st.text(max_size=20)


def person(number, unit="", load=0, barred=()):
    code = f"ducha{number}"
    return {
        "code": code,
        "name": code,
        "unit": unit or code,
        "load": load,
        "barred": dict.fromkeys(barred, "tie"),
    }


def place(number):
    return {"code": str(number), "name": f"示例窗口{number}", "unit": "示例单位"}


@st.composite
def standing_teams(draw_from):
    """Conditions of a draw over teams that stand: some bars, some loads, a limit that may be too low."""
    sizes = draw_from(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    sites = [place(number) for number in range(draw_from(st.integers(0, 9)))]
    codes = [site["code"] for site in sites]
    people, teams = [], []
    for number, size in enumerate(sizes):
        crew = [
            person(
                f"{number}-{each}",
                load=draw_from(st.integers(0, 2)),
                barred=draw_from(st.lists(st.sampled_from(codes), max_size=3)) if codes else (),
            )
            for each in range(size)
        ]
        people += crew
        teams.append({"name": f"督查{number}组", "members": [one["code"] for one in crew]})
    return {"people": people, "sites": sites, "limit": draw_from(st.integers(1, 9)), "teams": teams}


@st.composite
def pools(draw_from):
    """People of some units, and how many teams of which size are wanted of them."""
    units = draw_from(st.lists(st.integers(0, 4), min_size=2, max_size=14))
    people = [person(number, unit=f"示例单位{unit}") for number, unit in enumerate(units)]
    return people, draw_from(st.integers(1, 4)), draw_from(st.integers(2, 3))


def result_of(conditions, seed):
    try:
        return draw(conditions, seed)
    except LeftOver:
        assume(False)


def may_go(conditions, team, site):
    known = {one["code"]: one for one in conditions["people"]}
    return not any(site in known[code]["barred"] for code in team["members"])


def carried(conditions, team):
    known = {one["code"]: one for one in conditions["people"]}
    return max(known[code]["load"] for code in team["members"])


def test_rank_is_the_sha_256_of_seed_and_code():
    assert rank("2008", "ducha1") == hashlib.sha256(b"2008:ducha1").hexdigest()
    assert ordered("2008", ["a", "b", "c"]) == sorted("abc", key=lambda code: rank("2008", code))


@given(standing_teams(), SEEDS)
def test_same_seed_same_result(conditions, seed):
    assert result_of(conditions, seed) == result_of(conditions, seed)


@given(standing_teams(), SEEDS)
def test_every_site_once_and_no_bar_broken(conditions, seed):
    teams = result_of(conditions, seed)["teams"]
    assert sorted(site for team in teams for site in team["sites"]) == sorted(
        site["code"] for site in conditions["sites"]
    )
    assert all(may_go(conditions, team, site) for team in teams for site in team["sites"])


@given(standing_teams(), SEEDS)
def test_nobody_beyond_the_limit(conditions, seed):
    for team in result_of(conditions, seed)["teams"]:
        assert not team["sites"] or len(team["sites"]) + carried(conditions, team) <= conditions["limit"]


@given(standing_teams(), SEEDS)
def test_no_site_could_go_to_a_team_with_less(conditions, seed):
    """As even as the bars allow: handing one site on never makes it more even."""
    teams = result_of(conditions, seed)["teams"]
    load = {team["name"]: len(team["sites"]) + carried(conditions, team) for team in teams}
    for team in teams:
        for site in team["sites"]:
            for other in teams:
                if may_go(conditions, other, site):
                    assert load[team["name"]] - load[other["name"]] <= 1


@given(st.integers(1, 5), st.integers(0, 12), SEEDS)
def test_without_bars_teams_differ_by_one_at_most(team_count, site_count, seed):
    people = [person(number) for number in range(team_count)]
    teams = [{"name": one["code"], "members": [one["code"]]} for one in people]
    sites = [place(number) for number in range(site_count)]
    drawn = draw({"people": people, "sites": sites, "limit": 99, "teams": teams}, seed)["teams"]
    sizes = [len(team["sites"]) for team in drawn]
    assert max(sizes) - min(sizes) <= 1


@given(standing_teams(), SEEDS)
def test_what_is_left_over_is_barred_or_too_much(conditions, seed):
    try:
        draw(conditions, seed)
    except LeftOver as error:
        for site, why in error.sites.items():
            open_to = [team for team in conditions["teams"] if may_go(conditions, team, site)]
            assert (why == Why.BARRED) == (not open_to)
        room = sum(max(0, conditions["limit"] - carried(conditions, team)) for team in conditions["teams"])
        if Why.BARRED not in error.sites.values() and not any(one["barred"] for one in conditions["people"]):
            assert room < len(conditions["sites"])


def test_site_is_handed_on_where_only_one_team_may_take_another():
    """Both teams may take 1, only the first may take 2: whatever the order, each gets one."""
    people = [person(1), person(2, barred=["2"])]
    teams = [{"name": "甲", "members": ["ducha1"]}, {"name": "乙", "members": ["ducha2"]}]
    for seed in range(20):
        conditions = {"people": people, "sites": [place(1), place(2)], "limit": 1, "teams": teams}
        drawn = draw(conditions, str(seed))["teams"]
        assert [team["sites"] for team in drawn] == [["2"], ["1"]]


def test_person_in_two_teams_counts_once_for_all():
    teams = [{"name": "甲", "members": ["ducha1"]}, {"name": "乙", "members": ["ducha1"]}]
    conditions = {"people": [person(1)], "sites": [place(1), place(2)], "limit": 1, "teams": teams}
    with pytest.raises(LeftOver):
        draw(conditions, "x")


def missing_and_full_are_right(error, pool, names, seed):
    """So many more do, each of a unit of its own; one fewer does not, nor does anybody of a full unit."""
    people, _team_count, size = pool
    more = [person(f"more{number}") for number in range(error.missing)]
    assert form_crews([*people, *more], names, size, seed)
    with pytest.raises(TooFew):
        form_crews([*people, *more[1:]], names, size, seed)
    of_full = [person(f"{unit}{number}", unit=unit) for unit in error.full for number in range(9)]
    with pytest.raises(TooFew) as still:
        form_crews([*people, *of_full], names, size, seed)
    assert still.value.missing == error.missing


@given(pools(), SEEDS)
def test_drawn_teams_are_of_two_units_and_share_nobody(pool, seed):
    people, team_count, size = pool
    names = [f"督查{number}组" for number in range(team_count)]
    unit_of = {one["code"]: one["unit"] for one in people}
    counted = Counter(unit_of.values())
    possible = sum(min(n, team_count * (size - 1)) for n in counted.values()) >= team_count * size
    try:
        crews = form_crews(people, names, size, seed)
    except TooFew as error:
        assert not possible
        missing_and_full_are_right(error, pool, names, seed)
        return
    assert possible
    members = [code for crew in crews for code in crew["members"]]
    assert len(set(members)) == len(members) == team_count * size
    assert all(len({unit_of[code] for code in crew["members"]}) >= 2 for crew in crews)
    assert all(crew["members"] == ordered(seed, crew["members"]) for crew in crews)
    assert crews == form_crews(people, names, size, seed)


@given(pools(), st.integers(1, 6), st.integers(1, 9), SEEDS)
def test_random_draw_takes_as_many_sites_as_asked_for(pool, wanted, limit, seed):
    people, team_count, size = pool
    sites = [place(number) for number in range(8)]
    conditions = {
        "people": people,
        "sites": sites,
        "limit": limit,
        "names": [f"督查{number}组" for number in range(team_count)],
        "size": size,
        "site_count": wanted,
    }
    try:
        drawn = draw(conditions, seed)["teams"]
    except TooFew:
        return
    except LeftOver:
        assert wanted > limit * team_count
        return
    taken = [site for team in drawn for site in team["sites"]]
    assert sorted(taken) == sorted(ordered(seed, (site["code"] for site in sites))[:wanted])
    assert all(len(team["sites"]) <= limit for team in drawn)


# -- worked by hand ------------------------------------------------------------

# The order of SHA-256 of "2008:code": teams A, C, B; sites 5, 6, 1, 3, 2, 4; people 6, 2, 4, 7, 3, 1, 5.
SEED = "2008"


def test_order_that_the_hand_worked_draws_go_by():
    assert ordered(SEED, "ABC") == ["A", "C", "B"]
    assert ordered(SEED, [f"s{n}" for n in range(1, 7)]) == ["s5", "s6", "s1", "s3", "s2", "s4"]
    assert ordered(SEED, [f"p{n}" for n in range(1, 8)]) == ["p6", "p2", "p4", "p7", "p3", "p1", "p5"]


def one(code, unit="", load=0, barred=""):
    return {"code": code, "name": code, "unit": unit or code, "load": load, "barred": barred.split()}


def drawn(teams, people, sites, limit=9, seed=SEED):
    """Each team's sites, in the teams' own order."""
    conditions = {
        "people": people,
        "sites": [{"code": code, "name": code, "unit": ""} for code in sites.split()],
        "limit": limit,
        "teams": [{"name": name, "members": members.split()} for name, members in teams.items()],
    }
    result = draw(conditions, seed)["teams"]
    assert [(team["name"], " ".join(team["members"])) for team in result] == list(teams.items())
    return {team["name"]: " ".join(team["sites"]) for team in result}


def left_over(*args, **more):
    with pytest.raises(LeftOver) as found:
        drawn(*args, **more)
    assert str(found.value) == ", ".join(found.value.sites)
    return found.value.sites


def test_each_site_goes_to_whom_has_fewest_of_equals_to_the_first():
    """C has one already: 5 to A, 6 to B, 1 to A (all one), 3 to C, 2 to B, 4 to A (all two)."""
    people = [one("p1"), one("p2"), one("p3", load=1)]
    assert drawn({"A": "p1", "B": "p2", "C": "p3"}, people, "s1 s2 s3 s4 s5 s6") == {
        "A": "s5 s1 s4",
        "B": "s6 s2",
        "C": "s3",
    }


def test_what_a_team_has_is_what_its_busiest_member_has():
    people = [one("p1"), one("p2", load=2), one("p3", load=1)]
    assert drawn({"A": "p1 p2", "B": "p3"}, people, "s5 s6") == {"A": "s6", "B": "s5"}


def test_site_is_handed_on_to_make_room():
    """B may not go to 1 and 3: 5 to A, 6 to B, 1 to A; at 3 A has two, so 5 is handed on to B."""
    people = [one("p1"), one("p2", barred="s1 s3")]
    assert drawn({"A": "p1", "B": "p2"}, people, "s1 s3 s5 s6") == {"A": "s1 s3", "B": "s5 s6"}


def test_site_is_handed_on_over_two_teams():
    """Only A may take 1, B alone 5 beside A, C alone 6 beside B: all three move up."""
    people = [one("p1", barred="s6"), one("p2", barred="s1"), one("p3", barred="s1 s5")]
    assert drawn({"A": "p1", "B": "p2", "C": "p3"}, people, "s1 s5 s6", limit=1) == {
        "A": "s1",
        "B": "s5",
        "C": "s6",
    }


def test_one_barred_member_keeps_the_whole_team_away():
    people = [one("p1"), one("p2", barred="s5"), one("p3")]
    assert drawn({"A": "p1 p2", "B": "p3"}, people, "s5") == {"A": "", "B": "s5"}


def test_site_that_everybody_is_barred_from_is_left_over():
    people = [one("p1", barred="s5"), one("p2", barred="s5")]
    assert left_over({"A": "p1", "B": "p2"}, people, "s5 s6") == {"s5": Why.BARRED}


def test_sites_beyond_the_limit_are_left_over():
    assert left_over({"A": "p1"}, [one("p1", load=2)], "s1 s5 s6", limit=3) == {
        "s6": Why.FULL,
        "s1": Why.FULL,
    }
    assert drawn({"A": "p1"}, [one("p1", load=2)], "s5", limit=3) == {"A": "s5"}


def test_who_sits_in_two_teams_has_the_sites_of_both():
    """One has been given already: 5 to C, 6 to A, 1 to C, 3 to B, so that person 1 comes to three."""
    teams, people = {"A": "p1", "B": "p1", "C": "p3"}, [one("p1", load=1), one("p3")]
    assert drawn(teams, people, "s5 s6 s1 s3", limit=3) == {"A": "s6", "B": "s3", "C": "s5 s1"}
    assert left_over(teams, people, "s5 s6 s1 s3", limit=2) == {"s6": Why.FULL, "s3": Why.FULL}
    # Whoever else is in one of them does not make it less.
    teams, people = {"A": "p1 p2", "B": "p1", "C": "p3"}, [*people, one("p2")]
    assert left_over(teams, people, "s5 s6 s1 s3", limit=2) == {"s6": Why.FULL, "s3": Why.FULL}


@pytest.mark.parametrize(
    ("units", "names", "size", "crews"),
    [
        # No more than two of U, so that each team has room for another one: 4 is passed over.
        ("p6U p2U p4U p7V p3W p1V p5W", "甲乙", 2, ["p6 p7", "p2 p3"]),
        # By unit U: 6, 4, 3, V: 2, 7, 1; dealt one by one; in each team the first in order leads.
        ("p1V p2V p3U p4U p6U p7V", "甲乙", 3, ["p6 p7 p3", "p2 p4 p1"]),
        ("p6U p2U p4V", "甲", 2, ["p6 p4"]),
    ],
)
def test_teams_worked_by_hand(units, names, size, crews):
    people = [one(code[:2], unit=code[2]) for code in units.split()]
    made = form_crews(people, names, size, SEED)
    assert [(crew["name"], " ".join(crew["members"])) for crew in made] == list(
        zip(names, crews, strict=True)
    )


@pytest.mark.parametrize(
    ("units", "missing", "full"),
    [("p6U p2U p4U", 2, ["U"]), ("p6U p2U p4U p7V", 1, ["U"]), ("p6U p7V", 2, []), ("", 4, [])],
)
def test_too_few_for_two_teams_of_two(units, missing, full):
    people = [one(code[:2], unit=code[2]) for code in units.split()]
    with pytest.raises(TooFew) as found:
        form_crews(people, "甲乙", 2, SEED)
    assert (found.value.missing, found.value.full) == (missing, full)
    assert found.value.args == (missing, full)


def test_random_draw_takes_two_a_team_and_every_site_unless_it_is_said():
    conditions = {
        "people": [one("p1"), one("p2"), one("p3")],
        "sites": [{"code": f"s{n}", "name": "", "unit": ""} for n in (1, 5, 6)],
        "limit": 9,
        "names": ["甲"],
    }
    assert draw(conditions, SEED)["teams"] == [
        {"name": "甲", "members": ["p2", "p3"], "sites": ["s5", "s6", "s1"]}
    ]
    assert draw({**conditions, "site_count": 2, "size": 3}, SEED)["teams"] == [
        {"name": "甲", "members": ["p2", "p3", "p1"], "sites": ["s5", "s6"]}
    ]


def test_draw_without_teams_gives_nothing_out():
    assert draw({"people": [], "sites": [], "limit": 9}, SEED) == {"teams": []}
