"""Telephone numbers that lost their first 0 where a cell held them as a number."""

import re

# 10 and 2x have eight digits behind them, the other area codes seven or eight; 400 and 800 are none.
_SHORT_CODE = re.compile(r"(10|2\d)[- ]?(\d{8})")
_LONG_CODE = re.compile(r"(?!400|800)([3-9]\d{2})[- ]?(\d{7,8})")


_PART = re.compile(r"\+?[\d -]*\d{3}[\d -]*")


def could_be_part(text: str) -> bool:
    """Whether somebody who typed this looks for a telephone: three digits in turn, and nothing but digits."""
    return _PART.fullmatch(text) is not None


def with_area_code(text: str) -> str:
    """4732998888 or 473-2998888 as 0473-2998888; whatever else it is, as it stands.

    A mobile number (eleven digits from 13 to 19) and a number without an area code are left alone.
    """
    found = _SHORT_CODE.fullmatch(text) or _LONG_CODE.fullmatch(text)
    return f"0{found[1]}-{found[2]}" if found else text
