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


def faults_on_a_telephone(reader: Person) -> list[str]:
    """Wider than the screen, or the page begins far down: one line of the desk and the trail stand above."""
    place = reader.page.evaluate("document.querySelector('h1').getBoundingClientRect().top + scrollY")
    faults = {"wider than the screen": reader.is_wider_than_the_screen()}
    faults[f"the heading is {place:.0f} pixels down"] = place > 240
    return [fault for fault, is_so in faults.items() if is_so]


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
                if width == 320:
                    found += [f"{account} {address}: {fault}" for fault in faults_on_a_telephone(reader)]
        reader.page.context.close()
    assert not found, "\n".join(found)
