"""The reader's language and type size: chosen once, kept, never a way to another site."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
HOME = reverse("publicity:home")


def test_page_is_chinese_whatever_the_browser_asks_for(client):
    page = client.get(HOME, headers={"accept-language": "en"})
    assert page["Content-Language"] == "zh-hans"
    assert '<html lang="zh-hans"' in page.content.decode()


def test_language_switch_stays(client):
    client.post(reverse("set_language"), {"language": "en", "next": HOME})
    assert client.get(HOME)["Content-Language"] == "en"
    client.cookies["django_language"] = "xx"
    assert client.get(HOME)["Content-Language"] == "zh-hans"


def test_large_type_stays_until_switched_off(client):
    answer = client.post(reverse("preferences"), {"elder": "1", "next": "/sites/"})
    assert answer.url == "/sites/"
    assert 'class="elder"' in client.get(HOME).content.decode()
    client.post(reverse("preferences"), {"elder": "0", "next": "/sites/"})
    assert 'class="elder"' not in client.get(HOME).content.decode()


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_preference_never_leads_away(client, away):
    assert client.post(reverse("preferences"), {"elder": "1", "next": away}).url == "/"


def test_preference_takes_a_post(client):
    assert client.get(reverse("preferences")).status_code == 405


@pytest.mark.parametrize("strange", ["somewhere", "٣", "\x00", "a:b", "示" * 5000])
def test_an_address_that_is_none_is_no_failure(client, strange):
    assert client.post(reverse("preferences"), {"elder": "1", "next": strange}).status_code in (302, 400)
