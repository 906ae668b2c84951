"""The registers that rooms put their offers into."""

import pytest

from core.offers import Offers


def test_order_is_that_of_the_places_and_not_of_who_came_first():
    offers = Offers()
    offers.add("c", place=20)
    offers.add("b", "a", place=10)
    assert list(offers) == ["b", "a", "c"]


def test_place_is_given_once():
    offers = Offers()
    offers.add("a", place=10)
    with pytest.raises(ValueError, match="10"):
        offers.add("b", place=10)
