"""Sums that must be right, and everything else that stands against publishing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.checks import Sum, balance, problems, wrong_codes
from standards.enums import Kind
from standards.models import Item
from tests.standards import drafting

points = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(999), places=2)
sections = st.lists(st.lists(points, min_size=1, max_size=8), min_size=1, max_size=6)


@given(sections)
def test_points_that_were_added_up_are_in_balance(parts):
    weighed = balance(
        sum((sum(items, Decimal(0)) for items in parts), Decimal(0)),
        [(sum(items, Decimal(0)), items) for items in parts],
    )

    assert weighed.is_right
    assert weighed.total.missing == 0


@given(sections, st.data(), points)
def test_one_item_off_is_found_in_its_section_and_nowhere_else(parts, data, more):
    laid_down = [sum(items, Decimal(0)) for items in parts]
    at = data.draw(st.integers(0, len(parts) - 1))
    parts[at].append(more)

    weighed = balance(sum(laid_down, Decimal(0)), list(zip(laid_down, parts, strict=True)))

    assert not weighed.is_right
    assert weighed.total.is_right
    assert [section.missing for section in weighed.sections] == [
        -more if number == at else 0 for number in range(len(parts))
    ]


@given(sections, points)
def test_sections_that_do_not_make_the_total_are_found(parts, more):
    laid_down = [sum(items, Decimal(0)) for items in parts]

    weighed = balance(sum(laid_down, Decimal(0)) + more, list(zip(laid_down, parts, strict=True)))

    assert not weighed.is_right
    assert weighed.total.missing == more
    assert all(section.is_right for section in weighed.sections)


def test_hundredths_are_exact():
    assert Sum.of(Decimal("0.3"), [Decimal("0.1")] * 3).is_right
    assert not Sum.of(Decimal(1), [Decimal("0.33")] * 3).is_right


@pytest.mark.django_db
def test_plan_as_loaded_has_only_its_note_to_be_written():
    standard = drafting.in_force()

    assert [problem.text for problem in problems(standard)] == ["请填写本版修订说明。"]


@pytest.mark.django_db
def test_every_reason_is_given_with_its_section(english):
    standard = drafting.draft()
    first, second = standard.sections.all()[:2]
    item = first.items.first()
    Item.objects.filter(pk=item.pk).update(points=item.points + 1, clause="", evidence_hint="")
    second.items.all().delete()
    standard.total = Decimal(99)
    standard.note = " "

    found = [(problem.text, problem.section) for problem in problems(standard)]

    assert found == [
        ("Say what is new in this version.", None),
        ("The sections make 100 of the standard's 99 points.", None),
        (f"{first}: its items make 19 of its 18 points.", first),
        (f"{first}: BS-1.1 lacks: the plan's clause, evidence.", first),
        (f"{second}: its items make 0 of its 27 points.", second),
        (f"{second}: it has no item.", second),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "code", ["ZW-1.1", "BS-2.1", "BS-1.0", "BS-1.01", "BS-1.", "BS-1.1x", "BS-1.1\n", "BS-1.１"]
)
def test_code_of_another_kind_section_or_shape_is_refused(code):
    section = drafting.section_of(drafting.in_force(Kind.SERVICE))

    assert code in wrong_codes(section, ["BS-1.1", code])


@pytest.mark.django_db
def test_code_that_is_there_twice_is_refused():
    section = drafting.section_of(drafting.in_force())

    assert set(wrong_codes(section, ["BS-1.1", "BS-1.2", "BS-1.1"])) == {"BS-1.1"}
