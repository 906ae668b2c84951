"""The rulebook's rule of rechecks, as far as it is counting: pure functions over plain days and numbers."""

import datetime

from sites.schedule import months_later

MONTHS = 12


def period(day: datetime.date, draws_a_year: int) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of the part of the year `day` lies in, of so many equal parts (1 to 4)."""
    length = MONTHS // draws_a_year
    first = datetime.date(day.year, (day.month - 1) // length * length + 1, 1)
    return first, months_later(first, length) - datetime.timedelta(days=1)


def share(sites: int, percent: int) -> int:
    """So many sites are drawn: the share, rounded up to a whole site."""
    return -(-sites * percent // 100)
