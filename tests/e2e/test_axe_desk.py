"""axe-core finds nothing on any page of the desk, on a narrow telephone and on a wide screen."""

import pytest
from django.test import Client

from accounts.models import User
from desk.demo.cast import PASSWORD
from tests.e2e.axe import violations
from tests.e2e.people import Person
from tests.publicity.crawler import crawl, view_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
    pytest.mark.slow,
]

# In this order: a page that several roles have is looked at as the first of them.
ACCOUNTS = ("shiban", "lingdao", "quban2", "ducha3", "lianluo14", "lianluo20", "shenji")
# Every role sees these in its own way.
OWN_WAY = ("desk:home", "desk:site", "assessments:rectification")


def test_pages_of_the_desk_have_no_violation(browser, live_server, demo):
    found, seen = [], set()
    for account in ACCOUNTS:
        user = User.objects.get(username=account)
        client = Client()
        client.force_login(user)
        pages = crawl(
            client, "/desk/", is_read=lambda page: page.startswith("/desk/"), alike=1, most=3000
        ).pages
        new = [page for page in pages if view_of(page) in OWN_WAY or view_of(page) not in seen]
        seen |= {view_of(page) for page in new}
        reader = Person(browser, live_server.url)
        reader.sign_in(user, PASSWORD)
        for address in new:
            reader.go(address)
            for width in (320, 1440):
                reader.page.set_viewport_size({"width": width, "height": 900})
                found += [f"{account} {width} {address} {line}" for line in violations(reader)]
                if width == 320 and reader.is_wider_than_the_screen():
                    found.append(f"{account} {address}: wider than the screen")
        reader.page.context.close()
    assert not found, "\n".join(found)
