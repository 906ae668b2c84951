"""One parser of dates: every spelling in, one day out, or a complaint with its cure."""

import datetime
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tables.dates import parse_date

pytestmark = pytest.mark.usefixtures("english")

DIGITS = "〇一二三四五六七八九"
FULL_WIDTH = str.maketrans("0123456789-./", "０１２３４５６７８９－．／")
ZERO = datetime.date(1899, 12, 30)


def chinese(number: int) -> str:
    """1 to 31 as one writes a month or a day."""
    tens, ones = divmod(number, 10)
    return (DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (DIGITS[ones] if ones else "")


def chinese_day(day: datetime.date, zero: str) -> str:
    year = "".join(DIGITS[int(digit)] for digit in str(day.year)).replace("〇", zero)
    return f"{year}年{chinese(day.month)}月{chinese(day.day)}日"


SPELLINGS = [
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.year} 年 {day.month:02} 月 {day.day:02} 日",
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day.year}-{day.month:02}-{day.day:02}",
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day.year}/{day.month}/{day.day} 0:00",
    lambda day: f"{day:%Y-%m-%d} 00:00:00",
    lambda day: f"{day:%Y%m%d}",
    lambda day: f"  {day:%Y-%m-%d}　",
    lambda day: f"{day:%Y-%m-%d}".translate(FULL_WIDTH),
    lambda day: f"{day.year}年{day.month}月{day.day}号".translate(FULL_WIDTH),
    lambda day: chinese_day(day, "〇"),
    lambda day: chinese_day(day, "○"),
    lambda day: chinese_day(day, "零"),
]
days = st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31))


@given(days, st.sampled_from(SPELLINGS))
def test_every_day_is_read_from_every_spelling(day, spelling):
    assert parse_date(spelling(day)) == day


@given(st.dates(datetime.date(1927, 5, 18), datetime.date(2100, 12, 31)))
def test_every_day_is_read_from_its_number_in_a_workbook(day):
    assert parse_date(str((day - ZERO).days)) == day


@given(st.text() | st.text("0123456789年月日-./ 〇一十二", max_size=12))
def test_any_text_is_a_day_or_a_complaint(text):
    with suppress(ValueError):
        assert 1900 <= parse_date(text).year <= 2100


@pytest.mark.parametrize(
    "text", ["2008-02-30", "2008年13月1日", "2008-0-1", "20080230", "二○○八年二月三十日"]
)
def test_day_that_does_not_exist_is_named(text):
    with pytest.raises(ValueError, match=r"There is no day .* correct the date"):
        parse_date(text)


@pytest.mark.parametrize(
    "text",
    ["15/1/2008", "1/15/2008", "08-1-15", "2008", "2008-01", "200801", "2008-1.15", "昨天", "", "十年"],
)
def test_what_is_no_day_in_full_says_what_to_write(text):
    with pytest.raises(ValueError, match="for example 2008-01-15"):
        parse_date(text)


@pytest.mark.parametrize("text", ["0208-01-15", "1899-12-31", "99999"])
def test_year_that_cannot_be_meant_is_refused(text):
    with pytest.raises(ValueError, match="between 1900 and 2100"):
        parse_date(text)
