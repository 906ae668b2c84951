"""Marks scored anew under other versions: the arithmetic, and a round as a whole."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.enums import Band, RoundKind, ScoreLevel
from assessments.marks import section_marks, sheet_score
from assessments.models import Acceptance, Score
from assessments.scoring import points_for, rounded, score_sheet
from assessments.simulation import Result, carried, rerun, result, scored_anew
from standards.enums import Kind
from standards.models import Item, Rulebook, Section
from tests.assessments import builders
from tests.standards import drafting

cents = st.integers(1, 2000).map(lambda n: Decimal(n) / 100)


def score(level, points, maximum=Decimal(4)):
    return Score(level=level, points=Decimal(points), max_points=Decimal(maximum))


def item(points, code="ZW-1.1", *, inapplicable=False, section=1, of=Decimal(10)):
    part = Section(pk=section, ordinal=section, points=of)
    return Item(code=code, points=Decimal(points), may_be_inapplicable=inapplicable, section=part)


def mark(given_score, under, old=50, new=50):
    made = carried(given_score, under, old_share=old, new_share=new)
    return made and (made.points, made.maximum, made.level)


@pytest.mark.parametrize(
    ("given_score", "under", "shares", "expected"),
    [
        (score("met", 4), item(6), (50, 50), (6, 6, "met")),
        (score("unmet", 0), item(6), (50, 50), (0, 6, "unmet")),
        (score("partly", 2), item(6), (50, 50), (3, 6, "partly")),
        (score("partly", 2), item(4), (50, 40), (Decimal("1.6"), 4, "partly")),
        (score("partly", 3), item(6), (50, 40), (Decimal("4.5"), 6, "partly")),
        (score("inapplicable", 0), item(6, inapplicable=True), (50, 50), (0, 6, "inapplicable")),
        (score("inapplicable", 0), item(6), (50, 50), None),
    ],
    ids=[
        "met",
        "unmet",
        "partly by the share",
        "another share",
        "own points",
        "inapplicable",
        "must apply now",
    ],
)
def test_mark_is_carried_over(given_score, under, shares, expected):
    assert mark(given_score, under, *shares) == expected


@given(st.sampled_from(ScoreLevel.values), cents, st.integers(1, 99))
def test_mark_under_the_same_version_stays_as_it_is(level, maximum, share):
    earned = points_for(level, maximum, partly_percent=share)

    assert mark(score(level, earned, maximum), item(maximum, inapplicable=True), share, share) == (
        earned,
        maximum,
        level,
    )


@given(cents, cents, st.integers(1, 99), st.integers(1, 99), st.data())
def test_carried_points_stay_within_the_item(maximum, new_maximum, old, new, data):
    points = Decimal(data.draw(st.integers(0, int(maximum * 100)))) / 100

    made = carried(score("partly", points, maximum), item(new_maximum), old_share=old, new_share=new)

    assert 0 <= made.points <= made.maximum


def test_new_item_is_left_out_and_its_section_re_scaled():
    items = [item(4, "ZW-1.1"), item(6, "ZW-1.2")]

    total, not_assessed = scored_anew(items, {"ZW-1.1": score("partly", 2)}, old_share=50, new_share=50)

    assert (total.points, total.maximum, not_assessed) == (5, 10, 1)


def test_section_of_new_items_alone_counts_neither_way():
    items = [item(4), item(6, "ZW-2.1", section=2, of=Decimal(30))]

    total, not_assessed = scored_anew(items, {"ZW-1.1": score("met", 4)}, old_share=50, new_share=50)

    assert (total.points, total.maximum, not_assessed) == (10, 10, 1)


def test_dropped_item_counts_no_more():
    given_scores = {"ZW-1.1": score("met", 4), "ZW-1.9": score("unmet", 0)}

    total, not_assessed = scored_anew([item(4)], given_scores, old_share=50, new_share=50)

    assert (total.points, not_assessed) == (10, 0)


def test_nothing_assessed_makes_no_division_by_nothing():
    total, not_assessed = scored_anew([item(4)], {}, old_share=50, new_share=50)

    assert result(total, Rulebook(), None) == Result(Decimal(0), passes=False, band=Band.UNQUALIFIED)
    assert not_assessed == 1


def test_result_is_judged_out_of_a_hundred():
    total = score_sheet([(Decimal(20), [carried(score("met", 4), item(4), old_share=50, new_share=50)])])

    assert result(total, Rulebook(), None) == Result(Decimal(100), passes=True, band=Band.EXCELLENT)


@pytest.mark.parametrize(
    ("acceptance", "rulebook", "passes"),
    [
        ({}, {}, True),
        ({"appraisal_score": 59}, {}, False),
        ({"appraisal_score": 59}, {"minimum_satisfaction": 50}, True),
        ({"appraisal_sample": 29}, {}, False),
        ({"veto_reason": "泄密"}, {"veto_reasons": ["泄密"]}, False),
        ({"veto_reason": "泄密"}, {"veto_reasons": ["造假"]}, True),
        ({}, {"pass_mark": 99}, False),
        ({"bonus": 5}, {"pass_mark": 100, "bonus_cap": Decimal(5)}, True),
        ({"bonus": 5}, {"pass_mark": 100, "bonus_cap": Decimal(0)}, False),
    ],
)
def test_acceptance_is_judged_by_its_composite(acceptance, rulebook, passes):
    total = score_sheet([(Decimal(100), [carried(score("met", 4), item(4), old_share=50, new_share=50)])])
    known = {"appraisal_score": 90, "appraisal_sample": 60, "bonus": 0, "veto_reason": "", **acceptance}
    numbers = {name: value if isinstance(value, str) else Decimal(value) for name, value in known.items()}

    assert result(total, Rulebook(**rulebook), Acceptance(**numbers)).passes is passes


# -- a round -------------------------------------------------------------------


@pytest.mark.django_db
def test_round_under_its_own_versions_has_its_own_results():
    sheet = builders.inspected(builders.building(), weak=9)
    total = sheet_score(section_marks(sheet))

    run = rerun(
        sheet.assessment.round,
        standards={Kind.GOVERNMENT_AFFAIRS: sheet.assessment.standard},
        rulebook=sheet.assessment.round.rulebook,
        reader=builders.office(),
    )

    (row,) = run.rows
    assert row.old == row.new
    assert row.new.points == rounded(total.points * 100 / total.maximum)
    assert (row.turns, row.not_assessed, run.passed, run.would_pass) == (False, 0, 1, 1)


@pytest.mark.django_db
def test_acceptance_round_has_the_composite_on_record():
    site = builders.building()
    builders.rectified(site)
    final = builders.on_site(site, weak=3)
    made = builders.recommended(site)

    (row,) = rerun(final.assessment.round, standards={}, rulebook=None, reader=builders.office()).rows

    assert (row.old.points, row.new.points) == (made.composite, made.composite)
    assert (row.old.band, row.old.passes) == (made.band, True)


@pytest.mark.django_db
def test_stricter_draft_shows_who_would_fail_and_writes_nothing():
    strong, weak = builders.building(), builders.building()
    builders.inspected(strong, weak=0)
    round_ = builders.inspected(weak, weak=12).assessment.round
    standard, rulebook = drafting.draft(Kind.GOVERNMENT_AFFAIRS), drafting.draft_rulebook()
    Rulebook.objects.filter(pk=rulebook.pk).update(pass_mark=85, partly_met_percent=20)
    rulebook.refresh_from_db()
    section = drafting.section_of(standard)
    values = [drafting.item_values(item) for item in section.items.all()]
    drafting.save(section, [*values[1:], {**values[0], "code": "", "text": "新的检查项"}])
    before = list(Score.objects.order_by("pk").values())

    run = rerun(
        round_, standards={Kind.GOVERNMENT_AFFAIRS: standard}, rulebook=rulebook, reader=builders.office()
    )

    assert [row.sheet.assessment.site for row in run.rows] == [weak, strong]
    assert [row.turns for row in run.rows] == [True, False]
    assert [row.not_assessed for row in run.rows] == [1, 1]
    assert run.rows[0].difference < 0
    assert run.rows[1].new.points == 100
    assert (run.passed, run.would_pass, run.lost, run.gained) == (2, 1, 1, 0)
    assert list(Score.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_site_without_a_signed_sheet_is_shown_by_its_self_assessment():
    site = builders.building()
    builders.self_assessed(site)
    assessment = builders.assigned(site)

    run = rerun(assessment.round, standards={}, rulebook=None, reader=builders.office())

    assert [(row.sheet.role, row.is_self_assessed) for row in run.rows] == [("self", True)]


@pytest.mark.django_db
def test_site_without_any_marks_is_left_out():
    sheet = builders.self_sheet(builders.building())

    assert rerun(sheet.assessment.round, standards={}, rulebook=None, reader=builders.office()).rows == ()


@pytest.mark.django_db
def test_old_round_keeps_its_versions_and_results_after_publication():
    final = builders.inspected(builders.building(), weak=5)
    before = sheet_score(section_marks(final))
    standard = drafting.draft(Kind.GOVERNMENT_AFFAIRS)
    drafting.publish(standard, adopt=True)
    final.refresh_from_db()

    assert final.assessment.round.standards.get(kind=Kind.GOVERNMENT_AFFAIRS).version == 1
    assert final.assessment.standard.version == 1
    assert sheet_score(section_marks(final)) == before
    assert builders.open_round(RoundKind.ACCEPTANCE).standards.get(kind=Kind.GOVERNMENT_AFFAIRS) == standard
