"""axe-core finds nothing on any public page, on a narrow telephone and on a wide screen."""

import pytest
from django.test import Client
from django.urls import resolve

from tests.e2e.axe import violations
from tests.e2e.people import Person
from tests.publicity.crawler import crawl
from tests.publicity.whole_site import TODAY, publish_everything

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
    pytest.mark.slow,
]

# Found, and not found.
ANSWERS = (
    "/search/?q=示例",
    "/search/?q=没有",
    "/sites/?stage=building",
    "/sites/?stage=revoked&kind=service",
)


def test_public_pages_have_no_violation(browser, live_server, on):
    on(TODAY)
    slip = publish_everything()
    pages = crawl(Client(), "/", slip).pages
    one_of_each = {resolve(address.partition("?")[0]).url_name: address for address in pages}
    found = []
    for width in (320, 1440):
        reader = Person(browser, live_server.url, width=width)
        for address in {*one_of_each.values(), *ANSWERS}:
            reader.go(address)
            found += [f"{width} {address} {line}" for line in violations(reader)]
        reader.go(one_of_each["object"])
        reader.page.locator("main form[method=post] button[type=submit]").click()
        found += [f"{width} an objection with errors {line}" for line in violations(reader)]
    assert found == []
