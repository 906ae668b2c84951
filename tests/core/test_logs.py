"""The log tells what was done, by which request, and of nobody; played with everything a person sends."""

import io
import json
import logging

import pytest
import redis
from auditlog.models import LogEntry
from celery import current_app, shared_task
from celery.app.trace import trace_task
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts import services as accounts
from accounts.enums import Role
from core import request_id
from core.logs import Context, Json, Line
from core.queue import hand_over
from core.scrubbing import scrubbed, words_of
from publicity.models import Objection
from sites.enums import Register
from tests import factories
from tests.core.broken_urls import FAILURES
from tests.publicity import scene
from tests.sites.registers import PERSON, taken

PERSONAL = {
    "name": "欧阳示例",
    "latin": "Zhang Sanfeng",
    "phone": "13904730017",
    "spaced": "0473-399 8812",
    "email": "ouyang.shili@example.org",
    "password": "correct-horse-Battery-staple9",
    "code": "K7QWPM2XNB",
    "text": "我家门前的大厅从来不开门（示例）。",
}


class Log:
    """What both kinds of log wrote."""

    def __init__(self):
        self.handlers = []
        for formatter in (Line(), Json()):
            handler = logging.StreamHandler(io.StringIO())
            handler.setFormatter(formatter)
            handler.addFilter(Context())
            self.handlers.append(handler)

    @property
    def text(self):
        return "".join(handler.stream.getvalue() for handler in self.handlers)

    @property
    def records(self):
        return [json.loads(line) for line in self.handlers[1].stream.getvalue().splitlines()]

    def of(self, logger):
        return [record for record in self.records if record["logger"] == logger]


@pytest.fixture
def log():
    kept = Log()
    for handler in kept.handlers:
        logging.getLogger().addHandler(handler)
    yield kept
    for handler in kept.handlers:
        logging.getLogger().removeHandler(handler)


@pytest.fixture
def failing(client, settings):
    """A reader to whom failures are shown as to any other."""
    settings.ROOT_URLCONF = "tests.core.broken_urls"
    client.raise_request_exception = False
    return client


# -- no personal data ---------------------------------------------------------


def test_a_day_of_people_leaves_none_of_them_in_the_log(failing, log, on, settings):
    """Who objects, signs in rightly and wrongly, sets a password, is imported, meets a failure."""
    client, secrets = failing, set(PERSONAL.values())
    on("2008-05-05")
    notice = scene.publish(*scene.accepted(1))
    letter = {
        "site": notice.entries.first().site_id,
        "name": PERSONAL["name"],
        "phone": PERSONAL["phone"],
        "text": PERSONAL["text"],
        "website": "",
    }
    where = reverse("publicity:object", args=[notice.pk])
    assert client.post(where, letter | {"phone": PERSONAL["latin"]}).status_code == 422
    assert client.post(where, letter, follow=True).status_code == 200
    code = Objection.objects.get().receipt_code
    secrets.add(code)
    client.post(reverse("publicity:objection"), {"code": code, "phone": PERSONAL["phone"]})
    client.get(reverse("publicity:verify_code", args=[PERSONAL["code"]]))
    client.get(f"/appraise/{PERSONAL['code']}/?{PERSONAL['phone']}={PERSONAL['email']}")
    client.get(f"/nowhere/{PERSONAL['code']}/{PERSONAL['name']}")

    office = factories.user(Role.OFFICE, name=PERSONAL["name"])
    office.email = PERSONAL["email"]
    office.set_password(PERSONAL["password"])
    office.password_set_at = timezone.now()
    office.save()
    for password in (PERSONAL["password"] + "x", PERSONAL["password"]):
        client.post(reverse("account_login"), {"login": office.username, "password": password})
    secrets.add(office.username)
    assert client.get(reverse("desk:search"), {"q": PERSONAL["latin"]}).status_code == 200
    token = "cx2a4b-0123456789abcdef"
    link = reverse("account_link", args=[accounts.link_key(office), token])
    client.get(link)
    secrets.update({token, accounts.link_key(office)})
    row = PERSON | {"username": "ouyangshili", "name": PERSONAL["name"], "email": PERSONAL["email"]}
    taken(Register.PEOPLE, [row | {"phone": PERSONAL["spaced"]}], by=office)
    secrets.add("ouyangshili")

    for how in FAILURES:
        client.post(f"/fails/{how}/{PERSONAL['code']}/", PERSONAL)
    logging.getLogger("anything").error("%s of %s", PERSONAL["name"], PERSONAL["phone"])
    written = log.text
    assert len(log.of("portal.access")) >= 20
    assert [secret for secret in secrets if secret in written] == []


@pytest.fixture
def passing_tasks():
    """What a test registers is gone after it."""
    before = set(current_app.tasks)
    yield
    for name in set(current_app.tasks) - before:
        current_app.tasks.unregister(name)


def test_a_task_that_fails_says_where_and_not_on_what(log, passing_tasks):
    @shared_task(name="tests.fails")
    def fails(name):
        raise ValueError(name)

    fails.apply(args=[PERSONAL["name"]])
    [record] = log.of("celery.app.trace")
    assert "tests.fails" in record["message"]
    assert "in fails" in record["traceback"]
    assert PERSONAL["name"] not in log.text


@pytest.mark.parametrize("how", ["forbidden", "gone", "bad", "suspicious", "refused"])
def test_what_is_refused_leaves_a_line_and_no_traceback(failing, log, how):
    status = failing.get(f"/fails/{how}/x/").status_code
    assert 400 <= status < 500
    assert [record["status"] for record in log.of("portal.access")] == [status]
    assert "Traceback" not in log.text


def test_a_failure_leaves_its_place_in_the_code(failing, log):
    answer = failing.post("/fails/value/K7QWPM2XNB/", PERSONAL)
    assert answer.status_code == 500
    [record] = log.of("django.request")
    assert record["message"] == "500 POST /fails/<slug:how>/<str:code>/ Internal Server Error"
    assert "broken_urls.py" in record["traceback"]
    assert record["traceback"].rstrip().endswith("LookupError") or "ValueError" in record["traceback"]
    assert record["request_id"] == answer[request_id.HEADER]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ('server at "10.0.0.5", port 5432 failed', "server at '…', port 5432 failed"),
        ("'NoneType' object has no attribute 'pk'", "'NoneType' object has no attribute 'pk'"),
        ('duplicate key "user_name_key"\nDETAIL: Key (name)=(张三)', 'duplicate key "user_name_key"'),
        ("redis://:geheim@host:6379", "redis…host:6379"),
        ("call 0473-399 8812 on 2008-05-20", "call … on 2008-05-20"),
        ("Referer http://x.example/verify/K7Q/ is wrong", "Referer http://x.example/… is wrong"),
    ],
)
def test_what_speaks_of_the_machine_is_kept(said, kept):
    assert scrubbed(said) == kept


def test_words_of_a_failure():
    assert words_of(OSError(28, "No space left on device")) == "OSError: [Errno 28] No space left on device"
    assert words_of(ValueError("张三")) == "ValueError"
    assert words_of(redis.ConnectionError("Error 2 connecting")) == "ConnectionError: Error 2 connecting"


# -- the access log -----------------------------------------------------------


@pytest.mark.django_db
def test_each_answer_leaves_one_line(client, log):
    office = factories.user(Role.OFFICE)
    client.force_login(office)
    client.get(reverse("desk:sites"), {"q": "示例"})
    client.logout()
    client.get("/healthz")
    first, second = log.of("portal.access")
    assert {name: first[name] for name in ("method", "path", "status", "role")} == {
        "method": "GET",
        "path": "/desk/sites/",
        "status": 200,
        "role": "office",
    }
    assert (second["path"], second["role"]) == ("/healthz", "-")
    assert first["request_id"] != second["request_id"] != "-"


@pytest.mark.django_db
def test_no_address_tells_more_than_the_key_of_a_record(rf, log, client):
    """Whatever an address captures beside whole numbers may open something."""
    client.get(reverse("publicity:notice", args=[4711]))
    client.get(reverse("publicity:verify_code", args=["K7QWPM2XNB"]))
    client.get(reverse("publicity:data_file", args=["sites", "csv"]))
    assert [record["path"] for record in log.of("portal.access")] == [
        "/notices/4711/",
        "/verify/<str:code>/",
        "/^open-data/(?P<key>[a-z-]+)\\.(?P<ending>csv|json|xlsx)$",
    ]


# -- one id from the reader to the database -----------------------------------


@pytest.mark.parametrize(
    ("proxies", "given", "is_taken"),
    [
        (0, "0123456789abcdef", False),
        (1, "0123456789abcdef", True),
        (1, "x\n" * 9, False),
        (1, "short", False),
    ],
)
def test_the_id_is_a_proxys_only_where_one_of_ours_stands_before(client, settings, proxies, given, is_taken):
    settings.PORTAL_PROXIES = proxies
    answer = client.get("/healthz", headers={request_id.HEADER: given})
    assert (answer[request_id.HEADER] == given) == is_taken
    assert request_id.get() is None


@pytest.mark.django_db
def test_an_entry_of_the_trail_leads_to_the_log(client, log):
    client.force_login(factories.user(Role.OFFICE))
    answer = client.post(reverse("people:organisation_add"), {"name": "x"})
    client.get(reverse("people:people"), {"format": "csv"})
    told = {record["request_id"] for record in log.of("portal.access")}
    exported = LogEntry.objects.filter(action=LogEntry.Action.ACCESS).latest("pk")
    assert exported.cid in told
    assert answer[request_id.HEADER] in told


def test_the_worker_goes_on_under_the_requests_id(queue, log, passing_tasks):
    token = request_id.current.set("0123456789abcdef")
    with current_app.connection_for_read() as broker:
        broker.default_channel.queue_purge("celery")  # another test's may wait there
        try:
            assert hand_over("core.tasks.forget_sent_forms", 1)
        finally:
            request_id.current.reset(token)
        message = broker.default_channel.basic_get("celery")
    assert message.headers[request_id.CARRIED] == "0123456789abcdef"

    @shared_task(name="tests.asks", bind=True)
    def asks(self):
        logging.getLogger("anything").info("at work")

    for told in ({request_id.CARRIED: "0123456789abcdef"}, {}):
        trace_task(asks, "示例", (), {}, request={"id": "示例", **told}, app=current_app)
    carried, own = log.of("anything")
    assert carried["request_id"] == "0123456789abcdef"
    assert own["request_id"] not in ("-", "0123456789abcdef")
    assert [(each["task"], each["outcome"]) for each in log.of("portal.tasks")] == [("tests.asks", "success")]


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_database_knows_the_request():
    token = request_id.current.set("0123456789abcdef")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_query()")
            assert cursor.fetchone()[0].endswith("/* request 0123456789abcdef */")
    finally:
        request_id.current.reset(token)
