"""How a total was counted, on a real sheet and in the worked example: the words must make the sums."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.enums import Role
from assessments.enums import Band, MarkState, ScoreLevel
from assessments.marks import section_marks, sheet_score, standard_items
from assessments.pages.worked_example import worked_example
from assessments.pages.working import working_of
from assessments.services import not_due
from standards.enums import Kind
from standards.models import Item, Rulebook, Standard
from tests import factories
from tests.assessments import builders
from tests.assessments.test_queries import asked
from tests.standards import drafting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def sheet(on):
    """A service sheet: all met but the first item, of whose 3 points it has half."""
    on("2008-03-20")
    sheet = builders.self_sheet(builders.building(kind=Kind.SERVICE))
    builders.fill(sheet, builders.liaison(sheet.assessment.site), weak=1)
    return sheet


def working(sheet):
    return working_of(section_marks(sheet), sheet.assessment.round.rulebook)


def line_of(shown, code):
    return next(line for part in shown.sections for line in part.items if line.item.code == code)


def test_sum_of_a_plain_sheet(sheet):
    """3 × 50 % in the first section of 18; everything else in full: 98.5 of 100."""
    shown = working(sheet)

    assert [part.words for part in shown.sections] == [
        "16.5 ÷ 18 × 18 = 16.5",
        "27 ÷ 27 × 27 = 27",
        "32 ÷ 32 × 32 = 32",
        "23 ÷ 23 × 23 = 23",
    ]
    assert shown.total == "16.5 + 27 + 32 + 23 = 98.5"
    assert shown.maximum == "18 + 27 + 32 + 23 = 100"
    assert shown.share_words == "98.5 ÷ 100 × 100 = 98.5"
    assert (shown.pass_points, shown.passes, shown.band) == (Decimal(80), True, Band.EXCELLENT)
    assert line_of(shown, "BS-1.1").words == "3 × 50% = 1.5"
    assert line_of(shown, "BS-1.2").words == "3 in full"


def test_what_is_left_out_says_why(sheet):
    items = {item.code: item for item in standard_items(sheet)}
    sheet.scores.filter(item=items["BS-4.1"]).update(level=ScoreLevel.INAPPLICABLE, points=0, reason="示例")
    sheet.scores.filter(item=items["BS-4.3"]).delete()
    sheet.scores.filter(item=items["BS-4.4"]).update(level=ScoreLevel.UNMET, points=0, reason="示例")
    not_due.declare(
        round=sheet.assessment.round, items=[items["BS-4.2"]], reason="五月才到期", by=builders.office()
    )

    shown = working(sheet)

    # Of 23 points the items of 2 and 2 are left out: 19 count, of which 1 is not looked at and 1 not met.
    assert shown.sections[3].words == "17 ÷ 19 × 23 ≈ 20.58"
    assert "left out" in line_of(shown, "BS-4.1").words
    assert line_of(shown, "BS-4.2").words == "not due in this round, left out: 五月才到期"
    assert line_of(shown, "BS-4.3").words == "nothing so far; its 1 points stay in what can be earned"
    assert line_of(shown, "BS-4.4").words == "0 of 1"


@pytest.mark.parametrize(
    ("faults", "points", "words"),
    [
        (0, "3", "3 − 0 × 0.8 = 3"),
        (2, "1.4", "3 − 2 × 0.8 = 1.4"),
        (5, "0", "3 − 5 × 0.8 = -1; never below 0: 0"),
    ],
)
def test_faults_are_written_out(sheet, faults, points, words):
    first = section_marks(sheet)[0]
    item, score = first.rows[0]
    item.deduction, score.faults, score.points = Decimal("0.8"), faults, Decimal(points)
    score.level = ScoreLevel.PARTLY if 0 < score.points < 3 else ScoreLevel.MET if score.points else "unmet"

    assert line_of(working_of((first,), sheet.assessment.round.rulebook), "BS-1.1").words == words


def test_own_points_of_the_scorer_are_said_to_be_theirs(sheet):
    sheet.scores.filter(item__code="BS-1.1").update(points=Decimal("2.25"))

    assert line_of(working(sheet), "BS-1.1").words == "2.25 of 3, as the scorer gave"


def test_section_of_which_nothing_counts(sheet):
    codes = [item.code for item in standard_items(sheet) if item.section.ordinal == 1]
    not_due.declare(
        round=sheet.assessment.round,
        items=[item for item in standard_items(sheet) if item.code in codes],
        reason="示例",
        by=builders.office(),
    )

    shown = working(sheet)

    assert "counts neither in the points nor in the maximum" in shown.sections[0].words
    assert shown.maximum == "0 + 27 + 32 + 23 = 82"
    # 80 % of 82 are 65.6; all of it is earned.
    assert (shown.pass_points, shown.share) == (Decimal("65.6"), 100)


def test_page_says_the_sum_and_what_is_missing(client, sheet):
    sheet.scores.filter(item__code="BS-2.1").delete()
    client.force_login(builders.liaison(sheet.assessment.site))

    page = client.get(reverse("assessments:sheet_working", args=[sheet.pk])).content.decode()

    assert "16.5 ÷ 18 × 18 = 16.5" in page
    assert "1 item is not looked at yet: the total is what has been earned so far." in page
    assert "80 percent: 80 of 100 points are needed here." in page
    assert page.count("<h1") == 1


def test_sheet_leads_to_its_sum(client, sheet):
    client.force_login(builders.liaison(sheet.assessment.site))

    page = client.get(sheet.get_absolute_url()).content.decode()

    assert reverse("assessments:sheet_working", args=[sheet.pk]) in page
    assert reverse("assessments:sheet_checkup", args=[sheet.pk]) in page


# -- the worked example --------------------------------------------------------


def example(kind=Kind.SERVICE, **rules):
    rulebook = Rulebook.objects.published().get()
    for name, value in rules.items():
        setattr(rulebook, name, value)
    standard = Standard.objects.published().with_items().get(kind=kind)
    return worked_example(list(standard.sections.all()), rulebook)


@pytest.mark.parametrize("kind", Kind.values)
def test_example_has_every_rule_at_work(kind):
    shown = example(kind).working
    lines = [line for part in shown.sections for line in part.items]

    assert {line.mark.state for line in lines} == set(MarkState)
    assert any(" − 3 × " in line.words for line in lines)
    assert any("as the scorer gave" in line.words for line in lines)
    assert any("either is enough" in line.note and line.mark.state == MarkState.MET for line in lines)
    assert not shown.score.is_complete


def test_example_adds_up_by_hand():
    """The service standard's own items and points, by pencil.

    Section one: 3 in full, half of 3, 1.5 of 2, 0 of 2, 2 not looked at: 6 of 12.
    Section four: 3 faults at a quarter of 2 leave 0.5; 2 inapplicable; 1 not due; 1 met; 2 by one of two
    forms: 3.5 of the 5 that count, for the 8 points of all five: 5.6. Together 11.6 of 20, 58 %.
    """
    shown = example().working
    first, last = shown.sections

    assert first.words == "6 ÷ 12 × 12 = 6"
    assert [(line.item.code, line.mark.state, line.mark.points) for line in last.items] == [
        ("BS-4.1", MarkState.PARTLY, Decimal("0.5")),
        ("BS-4.2", MarkState.INAPPLICABLE, 0),
        ("BS-4.3", MarkState.NOT_DUE, 0),
        ("BS-4.4", MarkState.MET, 1),
        ("BS-4.7", MarkState.MET, 2),
    ]
    assert last.words == "3.5 ÷ 5 × 8 = 5.6"
    assert (shown.total, shown.share_words) == ("6 + 5.6 = 11.6", "11.6 ÷ 20 × 100 = 58")
    assert (shown.passes, shown.band) == (False, Band.UNQUALIFIED)


def test_example_writes_nothing():
    before = list(Item.objects.order_by("pk").values())

    example()

    assert list(Item.objects.order_by("pk").values()) == before


def endings(**rules):
    return {ending.words: ending for ending in example(**rules).endings}


def test_endings_with_and_without_bonus():
    found = endings(bonus_cap=Decimal(4), bonus_from=Decimal(85))

    # 92 × 0.8 + 88 × 0.2 = 73.6 + 17.6 = 91.2.
    assert found["A better sheet, nothing added"].points == Decimal("91.2")
    assert found["A bonus of 4"].points == Decimal("95.2")
    assert found["A bonus above the highest"].points == Decimal("95.2")
    # 84 × 0.8 + 17.6 = 84.8, and nothing for the bonus.
    below = found["A bonus, but a standard score below 85"]
    assert (below.points, below.working) == (
        Decimal("84.8"),
        "84×80%＋88×20%＝84.8（加分4未计入：标准得分84低于85）",
    )


def test_veto_is_the_last_band_and_never_passes():
    veto = endings()["A veto: no score helps"]

    assert (veto.points, veto.band, veto.passes) == (Decimal("91.2"), Band.UNQUALIFIED, False)


def test_rulebook_without_a_bonus_has_no_such_ending():
    assert not any("bonus" in words for words in endings(bonus_cap=Decimal(0)))


@pytest.mark.parametrize(
    "role", [Role.OFFICE, Role.LEADING_GROUP, Role.DISTRICT, Role.INSPECTOR, Role.LIAISON]
)
def test_example_is_for_everybody_who_signs_in(client, role):
    address = url(Rulebook.objects.published().get())
    assert client.get(address).status_code == 302
    client.force_login(factories.user(role))

    page = client.get(address)

    assert page.status_code == 200
    assert "A veto: no score helps" in page.content.decode()
    assert client.get(address.replace("service", "nonsense")).status_code == 404


def url(rulebook, kind=Kind.SERVICE):
    return reverse("assessments:worked_example", args=[rulebook.pk, kind])


def test_example_of_a_draft_is_for_the_city(client):
    draft = drafting.draft_rulebook()
    client.force_login(factories.user(Role.INSPECTOR))
    assert client.get(url(draft)).status_code == 404
    client.force_login(builders.leader())
    assert client.get(url(draft)).status_code == 200


def test_rulebook_leads_to_its_examples(client):
    rulebook = Rulebook.objects.published().get()
    client.force_login(builders.office())

    page = client.get(rulebook.get_absolute_url()).content.decode()

    assert all(url(rulebook, kind) in page for kind in Kind.values)


def test_example_asks_little(client):
    rulebook = Rulebook.objects.published().get()
    client.force_login(builders.office())
    client.get(url(rulebook))

    assert asked(client, url(rulebook)) <= 12


def test_sheet_score_is_what_the_working_says(sheet):
    assert working(sheet).score == sheet_score(section_marks(sheet))
