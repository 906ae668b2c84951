"""One's own account."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

PAGE = reverse("people:my_account")


def test_anonymous_is_sent_to_login(client):
    assert client.get(PAGE).status_code == 302


@pytest.mark.parametrize("role", Role.values)
def test_everybody_has_the_page_and_a_way_to_it(client, role, django_assert_max_num_queries):
    person = factories.user(role)
    client.force_login(person)
    with django_assert_max_num_queries(12):
        html = client.get(PAGE).content.decode()
    assert person.username in html
    assert reverse("account_change_password") in html
    assert PAGE in client.get(reverse("desk:home"), follow=True).content.decode()


def test_page_tells_the_sign_in_before_this_one(client, office):
    cache.clear()
    before = timezone.now().replace(year=2007, month=11, day=5)
    User.objects.filter(pk=office.pk).update(last_login=before)
    client.post(reverse("account_login"), {"login": office.username, "password": factories.PASSWORD})
    assert client.get(PAGE).context["previous_sign_in"] == before
    office.refresh_from_db()
    assert office.last_login > before


def test_first_sign_in_has_none_before(client, office):
    client.force_login(office)
    page = client.get(PAGE)
    assert page.context["previous_sign_in"] is None
    assert "never" in page.content.decode()


def test_page_takes_no_post(client, office):
    client.force_login(office)
    assert client.post(PAGE).status_code == 405


def test_digest_is_switched_off_and_on_by_oneself(client, office):
    client.force_login(office)
    switch = reverse("people:wants_mail")
    for wanted in (False, True):
        assert client.post(switch, {"wanted": str(int(wanted))}).url == PAGE
        office.refresh_from_db()
        assert office.wants_mail == wanted
        word = "digest on" if wanted else "digest off"
        assert word in client.get(PAGE).content.decode().partition('id="mail"')[2].partition("</dl>")[0]
    assert client.get(switch).status_code == 405


@pytest.mark.parametrize(
    ("on", "address", "said"),
    [
        (False, "a@b.example", "no mail server is set up"),
        (True, "", "No e-mail address of yours is on record"),
        (True, "a@b.example", ""),
    ],
)
def test_page_says_why_no_digest_comes(client, office, settings, on, address, said):
    settings.PORTAL_MAIL_ON, office.email = on, address
    office.save()
    client.force_login(office)
    html = client.get(PAGE).content.decode()
    for words in ("no mail server is set up", "No e-mail address of yours is on record"):
        assert (words in html) == (words == said)
