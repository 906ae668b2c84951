"""催办 by hand: a button wherever something is shown as late or close, once a day, with who reminded when."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification
from assessments.enums import RoundKind
from desk.models import Reminder
from desk.reminders import services
from desk.todo import Work
from sites.enums import Stage
from tests import factories
from tests.assessments import builders
from tests.publicity import scene

pytestmark = pytest.mark.django_db
DEADLINES, MISSING, REMIND = (reverse(f"desk:{name}") for name in ("deadlines", "missing", "remind"))


@pytest.fixture
def late(on):
    """Two sites that have not been assessed by their own units in time, each with somebody to tell."""
    builders.open_round(RoundKind.SELF)
    sites = [factories.site(stage=Stage.BUILDING) for _ in range(2)]
    liaisons = [factories.liaison_of(site) for site in sites]
    on("2008-12-01")
    return dict(zip(sites, liaisons, strict=True))


def told() -> set[int]:
    return set(Notification.objects.filter(user__role=Role.LIAISON).values_list("user", flat=True))


def things(page):
    return page.context["near"]


@pytest.mark.parametrize("address", [DEADLINES, MISSING])
def test_all_that_is_shown_is_reminded_with_one_click(client, late, address):
    client.force_login(builders.office())
    page = client.get(address)
    assert things(page)
    back = f"{address}?page=1"
    answer = client.post(REMIND, {"thing": things(page), "back": back})
    assert answer.url == back
    assert told() == {person.pk for person in late.values()}
    reminders = Reminder.objects.filter(by=builders.office())
    assert {one.site for one in reminders} == set(late)
    shown = client.get(address).content.decode()
    assert "已催办" in shown
    assert builders.office().name in shown


@pytest.mark.parametrize("address", [DEADLINES, MISSING])
def test_one_row_reminds_of_itself_alone_and_once_a_day(client, late, address, on):
    client.force_login(builders.office())
    [*_others, first] = things(client.get(address))
    client.post(REMIND, {"thing": first, "back": address})
    count = Notification.objects.count()
    assert len(told()) == 1
    client.post(REMIND, {"thing": [first], "back": f"{address}?"})
    assert Notification.objects.count() == count
    on("2008-12-02")
    client.post(REMIND, {"thing": [first, ""], "back": address})
    assert Notification.objects.count() == count
    client.post(REMIND, {"thing": first, "back": f"{address}?again"})
    assert Notification.objects.count() == count + 1


def test_every_late_step_of_others_with_a_site_can_be_reminded_of(client, late):
    """What is missing has its date from the open dates; a button that finds nothing would be no button."""
    rows = [row for row in Work(builders.office()).missing if row.is_near]
    client.force_login(builders.office())
    for number, row in enumerate(rows):
        before = Reminder.objects.count()
        client.post(REMIND, {"thing": row.thing, "back": f"{MISSING}?{number}"})
        assert Reminder.objects.count() > before, row


def test_the_portal_reminds_all_the_same(client, late):
    client.force_login(builders.office())
    client.post(REMIND, {"thing": things(client.get(DEADLINES)), "back": DEADLINES})
    assert services.remind_all() > 0


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.OFFICE, Role.DISTRICT)])
def test_others_do_not_remind(client, late, role):
    client.force_login(builders.office())
    named = things(client.get(DEADLINES))
    scene.sign_in(client, role)
    assert client.post(REMIND, {"thing": named, "back": DEADLINES}).status_code == 403
    assert 'action="' + REMIND not in client.get(DEADLINES).content.decode()


def test_district_reminds_of_its_own_alone(client, late):
    """Both sites are the city's: a district's office sees neither."""
    client.force_login(builders.office())
    named = things(client.get(DEADLINES))
    scene.sign_in(client, Role.DISTRICT)
    client.post(REMIND, {"thing": named, "back": DEADLINES})
    assert not Reminder.objects.exists()


@pytest.mark.parametrize("thing", ["", "site:x:2008-12-01", "a:b", "site:1:then", "site:1:2008-12-01:9"])
@pytest.mark.parametrize("back", ["https://example.org/", "//example.org", "/desk/\\\\x", DEADLINES])
def test_what_no_page_sends_is_led_to_the_list(client, thing, back):
    client.force_login(builders.office())
    assert client.post(REMIND, {"thing": thing, "back": back}).url == DEADLINES
