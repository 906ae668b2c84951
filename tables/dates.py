"""A date as people write it, read in one way only."""

import datetime
import re
import unicodedata

from django.utils.translation import gettext as _

# Dates of a campaign and of the people in it; a year beyond is a slip of the pen.
FIRST, LAST = datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)

_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_TENS = re.compile("([一二三四五六七八九]?)十([一二三四五六七八九]?)")
_MIDNIGHT = re.compile(r"\s+0?0:00(:00)?")
_SPELLINGS = (
    re.compile(r"(?P<year>\d{4})\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*[日号]?", re.ASCII),
    re.compile(r"(?P<year>\d{4})\s*([-./])\s*(?P<month>\d{1,2})\s*\2\s*(?P<day>\d{1,2})", re.ASCII),
    re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})", re.ASCII),
)
# The day a workbook shows when a cell lost its date format. Five digits are 1927 to 2173: shorter numbers are
# years, longer ones months. The day that the system counts too much, 29 February 1900, lies before.
_SERIAL = re.compile(r"\d{5}", re.ASCII)
_SERIAL_ZERO = datetime.date(1899, 12, 30)


def parse_date(text: str) -> datetime.date:
    """The date that `text` writes: 2008年1月15日, 2008.1.15, 2008-01-15, 2008/1/15, 20080115,
    二○○八年一月十五日, in any width, or the day number of a workbook (39462).

    Raises ValueError, whose message says what to write instead.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = _TENS.sub(_in_digits, plain).translate(_DIGITS)
    plain = _MIDNIGHT.sub("", plain)
    if _SERIAL.fullmatch(plain):
        return plausible(_SERIAL_ZERO + datetime.timedelta(int(plain)))
    for spelling in _SPELLINGS:
        if found := spelling.fullmatch(plain):
            return plausible(_day(**{name: int(part) for name, part in found.groupdict().items()}))
    raise ValueError(_("This is no date in full; write year, month and day, for example 2008-01-15."))


def _in_digits(found: re.Match[str]) -> str:
    """十, 十五, 二十, 三十一 in digits."""
    return (found[1] or "一") + (found[2] or "零")


def _day(year: int, month: int, day: int) -> datetime.date:
    try:
        return datetime.date(year, month, day)
    except ValueError as error:
        raise ValueError(
            _("There is no day %(day)d of month %(month)d in %(year)d; correct the date.")
            % {"day": day, "month": month, "year": year}
        ) from error


def plausible(day: datetime.date) -> datetime.date:
    """The day; ValueError, which says between which years it must lie, if it is a slip of the pen."""
    if FIRST <= day <= LAST:
        return day
    raise ValueError(
        _("The year must lie between %(first)d and %(last)d; correct the date.")
        % {"first": FIRST.year, "last": LAST.year}
    )
