"""What a phone counts without network is what the portal counts: thousands of sheets, to the hundredth."""

import random
from decimal import Decimal
from typing import Any

import pytest

from assessments.enums import ScoreLevel
from assessments.judging import points_needed
from assessments.scoring import (
    MAX_FAULTS,
    Mark,
    level_of,
    points_after_faults,
    points_for,
    score_sheet,
)
from deploy.console import ROOT

pytestmark = pytest.mark.e2e

SHEETS = 3000
LEVELS = [*ScoreLevel.values, None]


@pytest.fixture
def page(browser):
    page = browser.new_page()
    page.add_script_tag(content=(ROOT / "static/portal/scoring.js").read_text().replace('"use strict";', ""))
    yield page
    page.close()


def points(rng: random.Random, most: int = 3000) -> Decimal:
    return Decimal(rng.randint(1, most)) / 100


def an_item(rng: random.Random, number: int) -> dict[str, Any]:
    maximum = points(rng, 1000)
    level = rng.choice(LEVELS)
    earned = maximum if level == "met" else Decimal(0)
    if level == "partly":
        earned = Decimal(rng.randint(0, int(maximum * 100))) / 100
    return {
        "item": number,
        "points": earned,
        "maximum": maximum,
        "level": level,
        "due": rng.random() > 0.1,
    }


def a_sheet(rng: random.Random) -> list[tuple[Decimal, list[dict[str, Any]]]]:
    numbers = iter(range(200))
    return [
        (points(rng), [an_item(rng, next(numbers)) for _each in range(rng.randint(1, 9))])
        for _section in range(rng.randint(1, 5))
    ]


def cents(number: Decimal) -> int:
    return int(number * 100)


def test_sums_are_the_portals(page) -> None:
    rng = random.Random(18)  # noqa: S311
    sheets = [(a_sheet(rng), Decimal(rng.randint(0, 10000)) / 100) for _each in range(SHEETS)]
    told = [
        {
            "partly": 50,
            "pass": cents(pass_mark),
            "sections": [
                {
                    "points": cents(of),
                    "items": [
                        {
                            "item": each["item"],
                            "max": cents(each["maximum"]),
                            "due": each["due"],
                            "level": each["level"],
                            "points": cents(each["points"]),
                        }
                        for each in items
                    ],
                }
                for of, items in sheet
            ],
        }
        for sheet, pass_mark in sheets
    ]
    found = page.evaluate("all => all.map((rules) => scoring.total(rules, new Map()))", told)
    for (sheet, pass_mark), of_script in zip(sheets, found, strict=True):
        score = score_sheet(
            (of, [Mark(each["points"], each["maximum"], each["level"], each["due"]) for each in items])
            for of, items in sheet
        )
        assert of_script == {
            "points": cents(score.points),
            "maximum": cents(score.maximum),
            "items": score.items,
            "unmarked": score.unmarked,
            "pass": cents(points_needed(pass_mark, score.maximum)),
            "sections": [
                {
                    "points": cents(each.points),
                    "maximum": cents(each.maximum),
                    "items": each.items,
                    "unmarked": each.unmarked,
                }
                for each in score.sections
            ],
        }


def test_marks_are_the_portals(page) -> None:
    rng = random.Random(81)  # noqa: S311
    asked, expected = [], []
    for _each in range(SHEETS):
        maximum, percent = points(rng, 1000), rng.randint(1, 99)
        level, own = rng.choice(ScoreLevel.values), rng.choice(["", f"{points(rng, 1000)}"])
        asked.append(
            {"percent": percent, "max": cents(maximum), "off": 0, "level": level, "points": own, "faults": ""}
        )
        try:
            given = Decimal(own) if own and level == ScoreLevel.PARTLY else None
            earned = points_for(level, maximum, partly_percent=percent, given=given)
            expected.append({"level": level, "points": cents(earned)})
        except ValueError:
            expected.append({"lacks": "points"})
    for _each in range(SHEETS):
        maximum, off, faults = points(rng, 1000), points(rng, 300), rng.randint(0, MAX_FAULTS + 100)
        asked.append(
            {
                "percent": 50,
                "max": cents(maximum),
                "off": cents(off),
                "level": "",
                "points": "",
                "faults": str(faults),
            }
        )
        earned = points_after_faults(maximum, off, faults)
        told = {"points": cents(earned), "level": str(level_of(earned, maximum))}
        expected.append(told if faults <= MAX_FAULTS else {"lacks": "faults"})
    script = """all => all.map(({ percent, max, off, ...fields }) =>
      scoring.marked({ partly: percent }, { max, off, out: true }, { ...fields, reason: "示例" }))"""
    assert page.evaluate(script, asked) == expected


@pytest.mark.parametrize(
    ("fields", "lacks"),
    [
        ({"level": ""}, "level"),
        ({"level": "inapplicable", "reason": "示例"}, "level"),  # the plan demands this item
        ({"level": "unmet", "reason": "  "}, "reason"),
        ({"level": "partly", "points": "0", "reason": "示例"}, "points"),
        ({"level": "partly", "points": "3", "reason": "示例"}, "points"),
        ({"level": "partly", "points": "zwei", "reason": "示例"}, "points"),
    ],
)
def test_what_the_portal_would_refuse_is_known_before(page, fields, lacks) -> None:
    typed = {"level": "", "points": "", "faults": "", "reason": ""} | fields
    script = "fields => scoring.marked({ partly: 50 }, { max: 300, off: 0, out: false }, fields)"
    assert page.evaluate(script, typed) == {"lacks": lacks}
