"""Every page asks the database as often for thirty rows as for three, and at most twelve times."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from publicity.models import Notice
from sites.enums import Level, Stage
from sites.models import Determination
from tests import factories
from tests.publicity import scene

pytestmark = pytest.mark.django_db


def sites(count):
    for _ in range(count):
        factories.site(Stage.BUILDING, level=Level.DISTRICT)


def notices(count):
    for _ in range(count):
        scene.publish()


def namings(count):
    scene.named(*scene.accepted(count))


def objections(count):
    notice = scene.publish()
    for _ in range(count):
        scene.object_to(notice)


def long_notice(count):
    notice = scene.publish(*scene.accepted(count))
    for entry in notice.entries.all():
        scene.object_to(notice, entry.site)


def determinations(count):
    for _ in range(count):
        scene.determined()


def long_determination(count):
    scene.determined(*[factories.site(Stage.DETERMINED, level=Level.DISTRICT) for _ in range(count)])


def determination_page():
    return f"/determinations/{Determination.objects.latest('pk').pk}/"


def notice_page(prefix):
    return lambda: f"{prefix}/notices/{Notice.objects.order_by('-pk')[0].pk}/"


PAGES = [
    ("/", sites, None),
    ("/", notices, None),
    ("/", namings, None),
    ("/sites/", sites, None),
    ("/determinations/", determinations, None),
    (determination_page, long_determination, None),
    ("/desk/determinations/", determinations, Role.OFFICE),
    ("/notices/", notices, None),
    (notice_page(""), long_notice, None),
    ("/namings/", namings, None),
    ("/sitemap.xml", sites, None),
    ("/desk/notices/", notices, Role.OFFICE),
    (notice_page("/desk"), long_notice, Role.LEADING_GROUP),
    (notice_page("/desk"), long_notice, Role.OFFICE),
    ("/desk/notices/add/", scene.accepted, Role.OFFICE),
    ("/desk/objections/", objections, Role.OFFICE),
    ("/desk/namings/", namings, Role.OFFICE),
]


@pytest.mark.parametrize(("address", "make", "role"), PAGES)
def test_page_asks_as_often_for_thirty_rows_as_for_three(client, on, address, make, role):
    on("2008-05-20")
    if role:
        client.force_login(factories.user(role))

    def queries() -> int:
        where = address() if callable(address) else address
        with CaptureQueriesContext(connection) as asked:
            assert client.get(where).status_code == 200
        return len(asked)

    make(3)
    few = queries()
    make(27)
    assert queries() == few <= 12


@pytest.mark.parametrize("address", ["/programme/", "/standards/", "/standards/service/"])
def test_page_of_the_plan_asks_at_most_twelve_times(client, address, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        client.get(address)
