"""A telephone number as it is said, and as a telephone dials it."""

import pytest

from core.templatetags.portal import dialled


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("0473-0000000（示例）", "0473-0000000"),
        ("+86 473 1234567", "+86-473-1234567"),
        ("政务服务热线12345", "12345"),
        ("13900001234", "13900001234"),
        ("未设", ""),
    ],
)
def test_number_is_without_what_is_said_beside_it(said, number):
    assert dialled(said) == number
