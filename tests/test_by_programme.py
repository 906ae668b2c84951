"""Every list and every count is of one programme: the one that runs, or the one that is chosen."""

import datetime
import re
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from assessments.enums import RoundKind
from assessments.services import teams
from desk.open_steps import bring_up_to_date
from desk.todo import todos
from publicity.services import tracking
from sites.calendar import pinned
from sites.enums import Becomes, FacilityKind, FilingState, Level, Stage
from sites.models import Determination, Facility, GuidanceNote, Investment, LeftOpen, Programme, Site
from tests import factories
from tests.agreeing import resolved
from tests.assessments import builders
from tests.publicity import enquiring, scene
from tests.sites import making

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Cast:
    """People who see something in both programmes."""

    office: User
    inspector: User
    liaison: User


@dataclass(frozen=True)
class Filled:
    """A programme with a row for every list: on which page stands what."""

    programme: Programme
    marks: dict[str, str]
    accepted: Site


def fill(cast: Cast) -> Filled:
    """Into the programme that runs: a site on the road at every place where a list is kept."""
    programme = factories.programme()
    building = factories.site(Stage.BUILDING, organisation=cast.liaison.organisation)
    inspected, accepted = builders.building(), factories.site(Stage.ACCEPTED)
    builders.inspected(inspected)
    _sent(cast, programme)
    means = _means(cast, building)
    vacant = factories.site(Stage.BUILDING, liaison=False)
    leader = factories.user(Role.LEADING_GROUP, name=f"示例组长{programme.pk}")
    Determination.objects.create(
        programme=programme,
        ordinal=1,
        resolution=resolved("determination", programme),
        by=leader,
        on="2008-01-30",
    )
    (naming,) = scene.named(*scene.accepted())
    draw = tracking.draw_rechecks(
        programme=programme, wanted=1, due_on=datetime.date(2008, 9, 1), by=cast.office
    )
    with pinned(datetime.date(2008, 5, 5)):
        notice = scene.publish(title=f"示例公示{programme.pk}")
        letter = scene.object_to(notice)
        asked = enquiring.ask()
    commendation = scene.decided(scene.commendation(naming.site))
    article = scene.article(building, title=f"示例经验{programme.pk}")
    round_title = f"示例轮次{programme.pk}"
    programme.rounds.update(title=round_title)
    marks = {
        "/desk/sites/": building.window_name,
        "/desk/guidance/": means,
        "/desk/investments/": means,
        "/desk/facilities/": means,
        "/desk/vacancies/": vacant.window_name,
        "/desk/determinations/": leader.name,
        "/desk/rounds/": round_title,
        "/desk/rectifications/": inspected.window_name,
        "/desk/acceptances/": accepted.window_name,
        "/desk/notices/": notice.title,
        "/desk/notices/add/": accepted.window_name,
        "/desk/objections/": letter.receipt_code,
        "/desk/enquiries/": asked.receipt_code,
        "/desk/namings/": naming.site.window_name,
        "/desk/rechecks/": naming.site.window_name,
        "/desk/rechecks/draws/": draw.seed,
        "/desk/commendations/": commendation.decision.full_number,
        "/desk/articles/": article.title,
        "/desk/documents/": notice.title,
        "/sites/": building.window_name,
        "/notices/": notice.title,
        "/namings/": naming.site.window_name,
        "/commendations/": commendation.decision.full_number,
        "/experience/": article.title,
        "/programme/": programme.document_number,
    }
    return Filled(programme, marks, accepted)


def _sent(cast: Cast, programme: Programme) -> None:
    """A team of the inspector's goes to a site."""
    team = teams.form_team(
        round=builders.open_round(RoundKind.INSPECTION),
        name=f"示例组{programme.pk}",
        leader=cast.inspector,
        members=[factories.user(Role.INSPECTOR)],
        by=cast.office,
        **builders.dates(),
    )
    site = factories.site(Stage.SELF_ASSESSED, window=f"示例受检窗口{programme.pk}")
    builders.assigned(site, team)


def _means(cast: Cast, site: Site) -> str:
    """A note, money and a facility of the site, each under the words that are returned."""
    words, day = f"示例投入{site.pk}", datetime.date(2008, 3, 3)
    GuidanceNote.objects.create(site=site, by=cast.office, on=day, text=words)
    Investment.objects.create(
        site=site, year=2008, amount=1000, purpose=words, added_by=cast.office, added_on=day
    )
    Facility.objects.create(
        site=site, kind=FacilityKind.values[0], name=words, added_by=cast.office, added_on=day
    )
    return words


@pytest.fixture
def cast() -> Cast:
    return Cast(factories.user(Role.OFFICE), factories.user(Role.INSPECTOR), factories.user(Role.LIAISON))


@pytest.fixture
def two(cast, on) -> tuple[Filled, Filled]:
    """The earlier programme and the one that runs, each filled."""
    on("2008-05-06")
    earlier = fill(cast)
    making.succeed()
    return earlier, fill(cast)


def test_every_list_shows_the_programme_that_runs_or_the_one_chosen(client, cast, two):
    earlier, running = two
    client.force_login(cast.office)
    for url, mark in running.marks.items():
        html = main(client, url)
        assert stands(mark, html), url
        assert unchosen(earlier.marks[url], html), url
        html = main(client, f"{url}?programme={earlier.programme.pk}")
        assert stands(earlier.marks[url], html), url
        assert unchosen(mark, html), url


def test_every_list_offers_the_choice_and_keeps_it_in_its_filters(client, cast, two):
    earlier, running = two
    client.force_login(cast.office)
    for url in running.marks:
        if url == "/desk/notices/add/":
            continue
        html = main(client, f"{url}?programme={earlier.programme.pk}")
        assert f'href="?programme={running.programme.pk}"' in html, url
        assert f'href="?programme={earlier.programme.pk}" aria-current="true"' in html, url
        if 'class="filter"' in html:
            assert f'<input type="hidden" name="programme" value="{earlier.programme.pk}">' in html, url


def test_every_list_of_an_earlier_programme_asks_at_most_twelve_times(client, cast, two):
    earlier, running = two
    client.force_login(cast.office)
    for url in running.marks:
        bring_up_to_date()
        with CaptureQueriesContext(connection) as asked:
            client.get(url, {"programme": earlier.programme.pk})
        assert len(asked) <= 12, url


def test_own_sheets_are_those_of_the_chosen_programme(client, cast, two):
    earlier, running = two
    for who, context in ((cast.inspector, "示例受检窗口"), (cast.liaison, "")):
        client.force_login(who)
        for chosen in two:
            rows = client.get("/desk/sheets/", {"programme": chosen.programme.pk}).context["rows"]
            assert {row.site.programme for row in rows} == {chosen.programme}
            assert all(row.site.window_name.startswith(context) for row in rows)
    assert earlier.programme != running.programme


def test_who_has_filed_is_told_of_the_chosen_programme(client, cast, two):
    client.force_login(cast.office)
    for chosen in two:
        standings = client.get("/desk/filings/", {"programme": chosen.programme.pk}).context["standings"]
        assert {each.filing.programme for each in standings if each.filing} <= {chosen.programme}
        assert "programme=" in main(client, "/desk/filings/")


def test_home_counts_the_sites_of_one_programme_and_shows_every_running_notice(client, two):
    for chosen in two:
        page = client.get("/", {"programme": chosen.programme.pk})
        assert page.context["total"] == chosen.programme.sites.filter(stage__in=Stage.LISTED).count() == 7
        assert {notice.programme for notice in page.context["notices"]} == {each.programme for each in two}


def test_one_programme_alone_offers_no_choice(client, cast):
    client.force_login(cast.office)
    assert "programme=" not in main(client, "/desk/sites/")
    assert "programme=" not in main(client, "/sites/")


@pytest.mark.parametrize("wrong", ["0", "x", "", "9" * 5000, "-1", "1.5", "\x00", "１"])
def test_choice_of_nothing_shows_the_programme_that_runs(client, cast, wrong):
    making.succeed()
    site = factories.site(Stage.BUILDING)
    client.force_login(cast.office)
    for url in ("/desk/sites/", "/sites/", "/programme/"):
        page = client.get(url, {"programme": wrong})
        assert page.status_code == 200
        assert page.context["programme"] == factories.programme()
    assert str(site) in {
        str(each) for each in client.get("/desk/sites/", {"programme": wrong}).context["sites"]
    }


def test_steps_of_an_earlier_programme_wait_on_and_lead_to_its_lists(client, cast, two):
    earlier, running = two
    links = [todo.url for todo in todos(cast.office)]
    chosen = f"{reverse('publicity_desk:notice_add')}?programme={earlier.programme.pk}"
    assert chosen in links
    assert f"{reverse('publicity_desk:notice_add')}?programme={running.programme.pk}" in links
    client.force_login(cast.office)
    assert earlier.accepted.window_name in main(client, chosen)
    assert running.accepted.window_name not in main(client, chosen)
    visits = [todo.url for todo in todos(cast.inspector)]
    assert f"{reverse('assessments:my_sheets')}?programme={earlier.programme.pk}" in visits


def test_round_of_an_earlier_programme_is_opened_for_its_own_sites(client, cast):
    old = factories.programme()
    factories.site(Stage.NAMED)
    making.succeed()
    client.force_login(cast.office)
    there = f"{reverse('assessments:round_open')}?programme={old.pk}"
    assert there in main(client, f"/desk/rounds/?programme={old.pk}")
    body = {"kind": RoundKind.RECHECK, "title": "示例复查", "due_on": "2008-06-30"}
    response = client.post(there, body)
    assert response.url == f"/desk/rounds/?programme={old.pk}"
    assert old.rounds.get().kind == RoundKind.RECHECK


def test_list_of_an_earlier_programme_waits_on_unless_it_is_closed(on):
    old = factories.filing(factories.district(), Level.DISTRICT, FilingState.RETURNED)
    clerk = making.clerk()
    making.succeed()
    mine = reverse("sites:my_filing")
    assert {todo.url for todo in todos(clerk)} == {old.get_absolute_url(), mine}
    LeftOpen.objects.update(becomes=Becomes.CLOSED, reason="示例")
    assert {todo.url for todo in todos(clerk)} == {mine}


def main(client, url: str) -> str:
    """The page without its frame, which names the programme that runs."""
    response = client.get(url)
    assert response.status_code == 200, url
    html: str = response.content.decode()
    return html[html.index("<main") :]


def stands(mark: str, html: str) -> bool:
    """`mark` stands there whole: most end in a number, and 61 is another than 6."""
    return re.search(rf"{re.escape(mark)}(?!\d)", html) is not None


def unchosen(mark: str, html: str) -> bool:
    """`mark` stands at most among the programmes to choose from."""
    return not stands(mark, re.sub(rf">[^<]*{re.escape(mark)}</a>\s*</li>", "", html))
