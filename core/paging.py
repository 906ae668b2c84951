"""Lists page by page. No page counts what it does not show: of a long list it says that there is more."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet

# Beyond the page that is asked for so many records are counted.
AHEAD = 200
# Nobody leafs further; a narrower list is asked for.
LAST_PAGE = 10_000


class Pages(Paginator[Any]):
    """Django's own, but that AHEAD records beyond the page are counted at most; `has_more`: there are others.

    Pages are known as far as that, and from each of them the next ones.
    """

    has_more = False
    _asked = 1

    def validate_number(self, number: float | str) -> int:
        digits = str(number)
        if digits.isdecimal():
            self._asked = int(digits) if len(digits) < len(str(LAST_PAGE)) else LAST_PAGE
        return super().validate_number(number)

    @cached_property
    def count(self) -> int:
        at_most = self._asked * self.per_page + AHEAD
        found = counted(self.object_list, at_most + 1)
        self.has_more = found > at_most
        return min(found, at_most)


def counted(records: Any, at_most: int) -> int:
    """How many there are, counted as far as `at_most`: by the database, by themselves, or in a list."""
    if isinstance(records, QuerySet):
        return records.order_by()[:at_most].count()
    return min(len(records), at_most) if isinstance(records, Sequence) else int(records.count_to(at_most))
