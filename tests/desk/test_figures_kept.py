"""What is kept of figures that took long: until when, for whom, and who counts anew."""

import datetime
import logging

import pytest
from django.core.cache import caches
from django.db import connection
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy

from accounts import exported
from accounts.enums import Role
from desk.figures import kept
from desk.figures.figure import Counted, Figure
from desk.figures.funnel import FUNNEL
from desk.figures.registry import FIGURES
from desk.tasks import recount_figures
from sites.enums import Level, Stage
from sites.models import Site
from tests import factories

from .figures_cast import scope, signed_in, stand_aside

pytestmark = pytest.mark.django_db


@pytest.fixture
def always(monkeypatch):
    """Every figure is worth keeping."""
    monkeypatch.setattr(kept, "WORTH_KEEPING", 0)


@pytest.fixture
def slow(always, monkeypatch):
    """Every figure takes too long for somebody to wait for it."""
    monkeypatch.setattr(kept, "QUICK", 0)


def total(reader, **query) -> object:
    """The number of sites the funnel shows this reader, who looks anew; None for nothing."""
    numbers = kept.look_up(FUNNEL, scope(FUNNEL, reader, **query)).counted.numbers
    return numbers[0][1] if numbers else None


def orders() -> list[str]:
    """The keys of recounts that wait."""
    with connection.cursor() as cursor:
        cursor.execute("select cache_key from portal_cache where cache_key like '%/order'")
        return [key.removeprefix(":1:") for (key,) in cursor.fetchall()]


def test_quick_figure_is_not_kept():
    office = factories.user(Role.OFFICE)
    factories.site(Stage.BUILDING)
    assert total(office) == 1
    Site.objects.update(stage=Stage.WITHDRAWN)  # leaves nothing in the trail
    assert total(office) is None


def test_kept_figure_is_used_while_nothing_is_written(always):
    office = factories.user(Role.OFFICE)
    factories.site(Stage.BUILDING)
    assert total(office) == 1
    Site.objects.update(stage=Stage.WITHDRAWN)
    assert total(office) == 1


def test_figure_is_fresh_after_a_write(always):
    office = factories.user(Role.OFFICE)
    factories.site(Stage.BUILDING)
    assert total(office) == 1
    factories.site(Stage.BUILDING)
    assert total(office) == 2


def test_marks_show_after_a_minute_though_they_leave_no_trail(always, monkeypatch):
    office = factories.user(Role.OFFICE)
    factories.site(Stage.BUILDING)
    assert total(office) == 1
    Site.objects.update(stage=Stage.WITHDRAWN)
    monkeypatch.setattr(kept, "HOLDS", datetime.timedelta(0))
    assert total(office) is None


def test_slow_figure_is_shown_as_it_was_and_recounted_by_the_worker(client, slow):
    office = factories.user(Role.OFFICE)
    factories.site(Stage.BUILDING)
    client.force_login(office)
    page = reverse("desk:figure", args=["funnel"])
    assert "正在重新统计" not in client.get(page).content.decode()
    factories.site(Stage.BUILDING)
    answer = client.get(page)
    assert answer.context["counted"].numbers[0][1] == 1
    assert "截至" in answer.content.decode()
    assert "正在重新统计" in answer.content.decode()
    (order,) = orders()
    recount_figures(order)
    assert orders() == []
    answer = client.get(page)
    assert answer.context["counted"].numbers[0][1] == 2
    assert "正在重新统计" not in answer.content.decode()


def test_one_recount_is_ordered_at_a_time(slow, caplog):
    """The broker is away in tests: each order sent leaves a warning."""
    office = factories.user(Role.OFFICE)
    factories.site(Stage.BUILDING)
    total(office)
    factories.site(Stage.BUILDING)
    with caplog.at_level(logging.WARNING, "core.queue"):
        total(office)
        total(office)
    assert len([line for line in caplog.records if "recount_figures" in line.getMessage()]) == 1
    (order,) = orders()
    recount_figures(order)
    recount_figures(order)  # sent twice: the second finds nothing to do
    assert total(office) == 2


def test_recount_keeps_the_filters(slow):
    office = factories.user(Role.OFFICE)
    factories.site(Stage.BUILDING)
    factories.site(Stage.BUILDING, level=Level.DISTRICT)
    assert total(office, level=Level.DISTRICT) == 1
    factories.site(Stage.BUILDING, level=Level.DISTRICT)
    assert total(office, level=Level.DISTRICT) == 1
    (order,) = orders()
    recount_figures(order)
    assert total(office, level=Level.DISTRICT) == 2


def test_recount_for_a_person_who_was_switched_off_counts_nothing(slow):
    office = factories.user(Role.OFFICE)
    factories.site(Stage.BUILDING)
    total(office)
    factories.site(Stage.BUILDING)
    asked = scope(FUNNEL, office)
    kept.look_up(FUNNEL, asked)
    (order,) = orders()
    office.is_active = False
    office.save()
    recount_figures(order)
    assert kept.look_up(FUNNEL, asked).counted.numbers[0][1] == 1


def test_whoever_asks_counts_where_no_worker_came(slow, monkeypatch):
    office = factories.user(Role.OFFICE)
    factories.site(Stage.BUILDING)
    total(office)
    factories.site(Stage.BUILDING)
    monkeypatch.setattr(kept, "OLDEST", datetime.timedelta(0))
    assert total(office) == 2


def test_readers_never_share_what_is_kept_from_one_of_them(always):
    mine, other = factories.site(Stage.BUILDING), factories.site(Stage.BUILDING)
    aside, colleague = factories.user(Role.OFFICE), factories.user(Role.OFFICE)
    stand_aside(aside, mine)
    assert total(colleague) == 2
    assert total(aside) == 1
    assert total(colleague) == 2
    another = factories.user(Role.OFFICE)
    stand_aside(another, other)
    found = kept.look_up(FUNNEL, scope(FUNNEL, another))
    assert found.counted.numbers[0][1] == 1


def test_districts_and_languages_do_not_share(always, english):
    first = factories.site(Stage.BUILDING, level=Level.DISTRICT)
    second = factories.site(Stage.BUILDING, level=Level.DISTRICT, of=factories.district("乌达"))
    factories.site(Stage.BUILDING, level=Level.DISTRICT, of=factories.district("乌达"))
    for site, seen in ((first, 1), (second, 2)):
        reader = factories.user(Role.DISTRICT, factories.district_office(site.filing.organisation))
        assert total(reader) == seen
    office = factories.user(Role.OFFICE)
    assert total(office) == 3
    with translation.override("zh-hans"):
        assert kept.look_up(FUNNEL, scope(FUNNEL, office)).counted.numbers[0][0] == "示范点总数"


LONG = Figure(
    key="funnel",
    title=gettext_lazy("Stages"),
    lead=gettext_lazy("Stages"),
    empty=gettext_lazy("Stages"),
    count=lambda scope: Counted(heads=["n", "twice"], rows=[[n, 2 * n] for n in range(2345)]),
)


@pytest.fixture
def long_table(client, slow, monkeypatch) -> str:
    """The address of a page whose table is kept in pieces."""
    monkeypatch.setitem(FIGURES, "funnel", LONG)
    client.force_login(factories.user(Role.OFFICE))
    return reverse("desk:figure", args=["funnel"])


def test_long_table_is_read_a_piece_at_a_time(client, long_table):
    client.get(long_table)
    page = client.get(long_table, {"page": 21}).context
    assert isinstance(page["counted"].rows, kept.Pieces)
    assert [row[0] for row in page["page_obj"]] == list(range(1000, 1050))
    assert [row[0] for row in client.get(long_table, {"page": 47}).context["page_obj"]] == list(
        range(2300, 2345)
    )
    rows = page["counted"].rows
    assert [row[0] for row in rows[990:1010]] == list(range(990, 1010))
    assert rows[2344] == [2344, 4688]
    assert len(list(rows)) == 2345


def test_export_of_a_long_table_holds_every_row(client, long_table, monkeypatch):
    monkeypatch.setattr(exported, "AT_ONCE", 3000)
    client.get(long_table)
    lines = client.get(long_table, {"format": "csv"}).content.decode("utf-8-sig").splitlines()
    assert lines[0] == "n,twice"
    assert lines[1:] == [f"{n},{2 * n}" for n in range(2345)]


def test_table_with_a_piece_gone_is_counted_anew(client, long_table):
    rows = client.get(long_table).context["counted"].rows
    found = client.get(long_table).context["counted"].rows
    assert isinstance(found, kept.Pieces), rows
    caches["figures"].delete(f"{found.key}/{1000 // kept.PIECE}")
    assert client.get(long_table, {"page": 21}).context["page_obj"][0] == [1000, 2000]
    again = client.get(long_table, {"page": 21}).context["counted"].rows
    assert again.key != found.key


def test_kept_rows_come_back_as_they_were(always):
    office = factories.user(Role.OFFICE)
    factories.site(Stage.NAMED)
    first = kept.look_up(FUNNEL, scope(FUNNEL, office)).counted
    assert kept.look_up(FUNNEL, scope(FUNNEL, signed_in(office))).counted == first


# -- the first counting, where very many sites are to be counted ---------------------------------


@pytest.fixture
def many(monkeypatch):
    """Each site is expected to take long."""
    monkeypatch.setattr(kept, "SECONDS_A_SITE", 10)


def test_first_counting_of_very_many_is_the_workers_and_the_page_says_so(client, many, always, english):
    factories.site(Stage.BUILDING)
    client.force_login(factories.user(Role.OFFICE))
    page, overview = reverse("desk:figure", args=["funnel"]), reverse("desk:figures")
    for address in (page, overview):
        assert "takes about 10 seconds" in client.get(address).content.decode()
    for order in orders():
        recount_figures(order)
    for address in (page, overview):
        assert "takes about 10 seconds" not in client.get(address).content.decode()
    assert client.get(page).context["counted"].numbers[0][1] == 1


def test_first_counting_no_worker_came_for_is_done_by_who_asks(client, many, always, monkeypatch):
    factories.site(Stage.BUILDING)
    client.force_login(factories.user(Role.OFFICE))
    page = reverse("desk:figure", args=["funnel"])
    client.get(page)
    monkeypatch.setattr(kept, "PATIENCE", datetime.timedelta(0))
    assert client.get(page).context["counted"].numbers[0][1] == 1


def test_few_sites_are_counted_at_once(client, always):
    factories.site(Stage.BUILDING)
    client.force_login(factories.user(Role.OFFICE))
    assert "ordered" not in client.get(reverse("desk:figure", args=["funnel"])).context
    assert orders() == []
