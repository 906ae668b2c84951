"""Long lists page by page: what is counted, what is said of the rest, and that every page can be reached."""

import pytest
from django.core.paginator import EmptyPage
from django.db import connection
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from core import paging
from core.paging import Pages

pytestmark = pytest.mark.django_db
PER_PAGE = 2


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(paging, "AHEAD", 4)


def bodies(count: int):
    Organisation.objects.bulk_create(
        Organisation(name=f"单位{n}", short_name=f"单位{n}", code=f"P{n:03}", kind="department")
        for n in range(count)
    )
    return Organisation.objects.filter(code__startswith="P").order_by("code")


def told(page) -> str:
    request = RequestFactory().get("/")
    return render_to_string("components/pagination.html", {"page_obj": page}, request)


@pytest.mark.parametrize(("there", "count", "has_more"), [(5, 5, False), (6, 6, False), (7, 6, True)])
def test_so_many_are_counted_and_of_others_it_is_said_that_there_are_more(there, count, has_more):
    pages = Pages(bodies(there), PER_PAGE)
    page = pages.get_page(1)
    assert (pages.count, pages.has_more, len(page)) == (count, has_more, PER_PAGE)
    assert ("条以上" in told(page)) is has_more


def test_every_page_of_a_long_list_is_reached_from_the_one_before():
    found, number, codes = bodies(11), 1, []
    while True:
        page = Pages(found, PER_PAGE).page(number)
        codes += [body.code for body in page]
        if not page.has_next():
            break
        number = page.next_page_number()
    assert codes == [body.code for body in found]
    assert page.paginator.count == len(codes)
    assert not page.paginator.has_more


def test_a_page_behind_the_last_one_is_none():
    for number in (7, 10**9):
        with pytest.raises(EmptyPage):
            Pages(bodies(0), PER_PAGE).page(number)


@pytest.mark.parametrize(("number", "shown"), [("x", 1), ("9" * 30, 4), (4, 4), (9, 4)])
def test_another_number_shows_the_first_page_or_the_last(number, shown):
    assert Pages(bodies(7), PER_PAGE).get_page(number).number == shown


def test_the_database_counts_no_further():
    with CaptureQueriesContext(connection) as asked:
        assert Pages(bodies(0), PER_PAGE).count == 0
    assert "LIMIT 7" in asked[-1]["sql"]


def test_a_list_counts_itself():
    pages = Pages(list(range(9)), PER_PAGE)
    assert (pages.count, pages.has_more) == (6, True)
