"""What a web process holds: no library that only a worker, or one page in a thousand, has a use for."""

import http.client

import pytest

from accounts.enums import Role
from tests import factories
from tests.deploy.serving import served
from tests.e2e.backstage import database_url

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

DEAR = ("weasyprint", "fontTools", "openpyxl", "pypdf", "PIL", "redis", "markdown", "segno")


def asked(listener, address, cookie=""):
    connection = http.client.HTTPConnection(*listener.getsockname(), timeout=30)
    connection.request("GET", address, headers={"Host": "localhost", "Cookie": cookie})
    return connection.getresponse()


def test_pages_are_served_without_what_papers_and_workbooks_need(tmp_path, settings, client, capfd):
    client.force_login(factories.user(Role.OFFICE))
    session = f"sessionid={client.cookies['sessionid'].value}"
    env = {
        "PORTAL_HOME": str(tmp_path),
        "DATABASE_URL": database_url(),
        **settings.PORTAL_GIVEN_KEYS,
        "PORTAL_DEMO_RULES": "1",  # nobody here has a second factor
        "DEBUG": "on",  # no style sheets are collected for it
        "PYTHONPROFILEIMPORTTIME": "1",  # it tells on its error stream whatever it loads
    }
    with served(env, processes=1) as (listener, _):
        assert asked(listener, "/sites/").status == 200
        assert asked(listener, "/desk/", session).status == 200
    told = capfd.readouterr().err
    loaded = {line.rpartition("|")[2].strip() for line in told.splitlines() if line.startswith("import time")}
    assert {"django", "waitress", "desk.views.home"} <= loaded
    assert loaded & set(DEAR) == set()
