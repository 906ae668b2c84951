"""The programme and the prolonging of its phases."""

import datetime

import pytest
from django.urls import reverse

from accounts.enums import Role
from sites import services
from sites.models import Extension
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

URL = "/desk/programmes/"


@pytest.fixture
def phase():
    return factories.programme().phases.get(ordinal=1)


def extend(phase):
    return reverse("sites:phase_extend", args=[phase.pk])


def test_programme_anonymous_is_sent_to_login(client, phase):
    assert client.get(URL).status_code == 302
    assert client.post(extend(phase)).status_code == 302


@pytest.mark.parametrize("role", Role.values)
def test_programme_is_read_by_all_and_prolonged_by_the_office(client, phase, role):
    client.force_login(factories.user(role))
    html = client.get(URL).content.decode()
    programme = factories.programme()
    assert programme.document_number in html
    assert all(one.name in html and one.tasks in html for one in programme.phases.all())
    assert all(unit.name_in_plan in html for unit in programme.designated_units.all())
    assert (extend(phase) in html) == (role == Role.OFFICE)


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.OFFICE])
def test_phase_extend_refused_to_all_but_the_office(client, phase, role):
    client.force_login(factories.user(role))
    assert client.get(extend(phase)).status_code == 403
    assert client.post(extend(phase), {"new_end": "2008-02-10", "reason": "x"}).status_code == 403
    assert not Extension.objects.exists()


def test_phase_extend_prolongs_and_shows_who_and_why(client, phase):
    office = factories.user(Role.OFFICE)
    client.force_login(office)
    response = client.post(extend(phase), {"new_end": "2008-02-10", "reason": "雪灾（示例）"})
    assert response.url == URL
    made = Extension.objects.get()
    assert (made.previous_end, made.new_end, made.by) == (
        datetime.date(2008, 1, 31),
        datetime.date(2008, 2, 10),
        office,
    )
    html = client.get(URL).content.decode()
    assert "雪灾（示例）" in html
    assert office.name in html


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"new_end": "2008-01-31", "reason": "示例"}, "new_end"),
        ({"new_end": "昨天", "reason": "示例"}, "new_end"),
        ({"new_end": "2008-02-10", "reason": "  "}, "reason"),
    ],
)
def test_phase_extend_wrong_is_refused_at_the_field(client, phase, fields, wrong):
    client.force_login(factories.user(Role.OFFICE))
    response = client.post(extend(phase), fields)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [wrong]
    assert not Extension.objects.exists()


def test_phase_extend_of_nothing_is_not_found(client):
    client.force_login(factories.user(Role.OFFICE))
    assert client.get(reverse("sites:phase_extend", args=[0])).status_code == 404


def test_programme_without_a_campaign_says_so(client):
    programme = factories.programme()
    programme.is_current = False
    programme.save()
    client.force_login(factories.user(Role.OFFICE))
    response = client.get(URL)
    assert response.status_code == 200
    assert programme.title not in response.content.decode()
    assert client.get(reverse("sites:filings")).status_code == 200
    assert client.get(reverse("sites:my_filing")).status_code == 404


def test_programme_same_queries_at_3_and_30_extensions(client, phase, django_assert_max_num_queries):
    office = factories.user(Role.OFFICE)
    client.force_login(office)
    day = datetime.date(2008, 1, 31)

    def queries(extensions):
        nonlocal day
        for _n in range(extensions):
            day += datetime.timedelta(days=1)
            phase.refresh_from_db()
            services.extend_phase(phase=phase, new_end=day, reason="示例", by=office)
        with django_assert_max_num_queries(12) as captured:
            assert client.get(URL).status_code == 200
        return len(captured)

    assert queries(3) == queries(27)
