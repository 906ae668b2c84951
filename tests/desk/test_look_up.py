"""No page offers more than fifty in one list: beyond that the list is narrowed by typing."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import User
from bench import _scaled
from core.look_up import LISTED, LOOK_UP, MOST, WORDS
from tests import factories
from tests.publicity.crawler import Form, Page, crawl, view_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ACCOUNTS = ("lingdao", "shiban", "quban1", "ducha1", "lianluo01", "shenji")
TEXT = "示例文字"

# Lists of more than fifty that are not of rows, or no choice.
WHOLE = dict.fromkeys(
    ("publicity_desk:article_add", "publicity_desk:article_edit"),
    "the items of both standards, each with its page, folded by section",
)
# What is written though nobody sent a form: that somebody looked, and what is worked out from other records.
OF_ITSELF = ("accounts_session", "auditlog_logentry", "desk_openstep", "desk_touched", "desk_stepsday")


@pytest.fixture
def large(demo):
    """Some hundred units and people, and four times the sites."""
    _scaled.multiply(4)
    district = factories.district()
    for role in (Role.OFFICE, Role.INSPECTOR, Role.LIAISON):
        for _each in range(MOST + 10):
            factories.user(role, factories.unit(district) if role == Role.LIAISON else None)


def pages_of(client: Client, account: str) -> dict[str, Page]:
    client.force_login(User.objects.get(username=account))
    return crawl(client, "/desk/", is_read=lambda page: page.startswith("/desk/"), alike=2, most=9000).pages


def too_many(pages: dict[str, Page]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for address, page in pages.items():
        for name, count in page.offered.items():
            if count > MOST + 1:  # and the empty choice
                found.setdefault(view_of(address), set()).add(name)
    return found


@pytest.mark.parametrize("account", ACCOUNTS)
def test_no_page_offers_more_than_fifty_in_one_list(client, large, account):
    pages = pages_of(client, account)
    found = too_many(pages)
    assert {name: fields for name, fields in found.items() if name not in WHOLE} == {}
    looked_up = {
        (view_of(form.action), name): form
        for page in pages.values()
        for form in page.forms
        for name in form.searched
        if name.startswith(WORDS)
    }
    assert {key: told for key, form in looked_up.items() if (told := _wrong(client, form, key[1]))} == {}


def _wrong(client: Client, form: Form, line: str) -> str:
    """What is wrong with the page that comes back when somebody looks up in the midst of writing."""
    name = line.removeprefix(WORDS)
    typed = {**form.hidden, **form.shown, **dict.fromkeys(form.lines, TEXT), line: "示例", LOOK_UP: name}
    # A page that was led to is asked where it stands, as a browser does.
    led = client.get(form.action, follow=True).redirect_chain if form.method == "get" else []
    action = led[-1][0] if led else form.action
    with CaptureQueriesContext(connection) as asked:
        answer = (client.post if form.method == "post" else client.get)(action, typed)
    html = answer.content.decode()
    page = Page(form.action, html)
    again = next((each for each in page.forms if line in each.searched), None)
    if again is None or again.shown.get(line) != ["示例"] or again.hidden[f"{LISTED}{name}"] != "示例":
        return f"{answer.status_code}, and the words are not looked for"
    if any(again.shown.get(each) != [TEXT] for each in form.lines):
        return "what was typed elsewhere is gone"
    if "error-summary" in html:
        return "it tells of mistakes"
    written = [one["sql"] for one in asked if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    return "; ".join(sql for sql in written if sql.split('"')[1] not in OF_ITSELF)
