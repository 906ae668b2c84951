"""The two standards as loaded: complete, adding up, and every word of theirs taken from the plan."""

from decimal import Decimal

import pytest

from assessments.pages.sheet_rows import Words
from standards.enums import Kind, VersionState
from standards.models import Item, Rulebook, Section, Standard
from tests import factories

pytestmark = pytest.mark.django_db

SECTION_POINTS = {
    Kind.GOVERNMENT_AFFAIRS: [20, 25, 30, 25],
    Kind.SERVICE: [18, 27, 32, 23],
}


@pytest.mark.parametrize(("kind", "items"), [(Kind.GOVERNMENT_AFFAIRS, 43), (Kind.SERVICE, 68)])
def test_standard_is_in_force_and_complete(kind, items):
    standard = Standard.objects.published().get(kind=kind)

    assert Item.objects.filter(section__standard=standard).count() == items
    assert standard.total == 100
    assert standard.points_are_proposed


@pytest.mark.parametrize("kind", Kind.values)
def test_points_add_up(kind):
    standard = Standard.objects.published().with_items().get(kind=kind)
    sections = list(standard.sections.all())

    assert [section.points for section in sections] == SECTION_POINTS[kind]
    assert sum(section.points for section in sections) == standard.total
    for section in sections:
        assert sum(item.points for item in section.items.all()) == section.points


def test_sections_are_the_plans_own_words():
    text = factories.programme().text
    sections = Section.objects.all()

    assert len(sections) == 8
    for section in sections:
        assert f"{section.ordinal}、{section.name}。{section.text}\n" in text


def test_standards_bear_the_plans_titles():
    lines = factories.programme().text.splitlines()

    titles = Standard.objects.order_by("kind").values_list("title", flat=True)

    assert list(titles) == ["政务公开示范点建设标准", "办事公开示范点建设标准"]
    assert [line for line in lines if line.endswith("建设标准")][1:] == [
        "（一）政务公开示范点建设标准",
        "（二）办事公开示范点建设标准",
    ]


def test_clause_of_every_item_stands_in_its_section_of_the_plan():
    items = Item.objects.select_related("section")

    assert len(items) == 111
    assert [item.code for item in items if item.clause not in item.section.text] == []
    assert [item.code for item in items if item.keyword not in item.clause] == []


def test_every_clause_of_the_plan_has_an_item():
    """No demand is lost: what remains of a section without its items' clauses is punctuation and joints."""
    joints = ("具备以下公开形式：", "按照办事公开的要求，")
    for section in Section.objects.prefetch_related("items"):
        rest = section.text
        for clause in sorted({item.clause for item in section.items.all()}, key=len, reverse=True):
            rest = rest.replace(clause, "")
        for joint in joints:
            rest = rest.replace(joint, "")
        assert rest.strip("；，。、") == "", section


def test_codes_count_up_within_their_section():
    prefixes = {Kind.GOVERNMENT_AFFAIRS: "ZW", Kind.SERVICE: "BS"}

    for item in Item.objects.select_related("section__standard"):
        prefix = prefixes[item.section.standard.kind]
        assert item.code == f"{prefix}-{item.section.ordinal}.{item.ordinal}"


def test_every_item_says_what_proves_it():
    items = Item.objects.all()

    assert [item.code for item in items if not (item.evidence_hint and item.disclosure_form)] == []
    # “As above” says nothing where an item stands alone.
    assert [item.code for item in items if "同上" in item.evidence_hint] == []


@pytest.mark.parametrize("kind", Kind.values)
def test_every_item_has_an_example_of_full_half_and_no_marks(kind):
    items = Item.objects.filter(section__standard__kind=kind)

    examples = {item.code: {item.full_example, item.half_example, item.zero_example} for item in items}

    assert examples
    assert {code: texts for code, texts in examples.items() if len(texts) < 3 or "" in texts} == {}
    # Short enough to be taken in at a counter; the sheet shows such examples without unfolding.
    assert {code: texts for code, texts in examples.items() if max(map(len, texts)) > 28} == {}
    assert [item.code for item in items if not Words.of(item).examples_are_short] == []


def test_examples_of_either_or_ask_for_one_form_only():
    for item in Item.objects.filter(either_or=True):
        assert "或" in item.full_example
        assert "都没有" in item.zero_example


def test_inapplicable_only_where_the_plan_gives_examples():
    """ZW-4 demands every form; BS-4 lists forms “等”; only a body that sets prices holds price hearings."""
    allowed = set(Item.objects.filter(may_be_inapplicable=True).values_list("code", flat=True))

    assert allowed == {"BS-2.13"} | {f"BS-4.{number}" for number in range(1, 21)}


def test_either_or_where_the_plan_names_a_web_site_or_pages():
    assert set(Item.objects.filter(either_or=True).values_list("code", flat=True)) == {"ZW-4.11", "BS-4.7"}


def test_rulebook_in_force_has_the_proposed_values():
    rulebook = Rulebook.objects.published().get()

    assert rulebook.state == VersionState.PUBLISHED
    assert (rulebook.standard_weight, rulebook.appraisal_weight) == (80, 20)
    assert (rulebook.pass_mark, rulebook.minimum_satisfaction, rulebook.bonus_cap) == (80, 60, Decimal(5))
    assert (rulebook.excellent_from, rulebook.good_from, rulebook.qualified_from) == (90, 80, 60)
    assert (rulebook.notice_days, rulebook.minimum_appraisal_sample) == (5, 30)
    assert len(rulebook.veto_reasons) == 4


def test_rulebook_is_the_one_the_plan_demands():
    title = Rulebook.objects.published().get().title

    assert f"制定出台《{title.removesuffix('（拟定）')}》" in factories.programme().text
