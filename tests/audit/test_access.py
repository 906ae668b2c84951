"""Who saw and took out what, who came through the door, and from where."""

import ast
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from assessments.models import EvidenceFile
from audit.services import changes_only
from documents.services import render
from publicity.models import Objection
from sites.models import Filing
from tests import factories
from tests.assessments import builders
from tests.publicity import scene

pytestmark = pytest.mark.django_db
DOOR = reverse("account_login")


def taken_out():
    return LogEntry.objects.filter(additional_data__has_key="export").order_by("pk")


def at_the_door():
    """(who, name, what happened, address) in turn."""
    entries = LogEntry.objects.filter(additional_data__has_key="sign_in").order_by("pk")
    return [
        (entry.actor, entry.object_repr, entry.additional_data["sign_in"], entry.remote_addr)
        for entry in entries
    ]


@pytest.fixture
def office(client):
    person = factories.user(Role.OFFICE)
    client.force_login(person)
    return person


# -- exports and files ---------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_list_taken_out_says_how_long_and_by_what_narrowed(client, office, form):
    for _ in range(3):
        factories.site(window="示例甲")
    factories.site(window="示例乙")

    answer = client.get(
        reverse("desk:sites"), {"q": "示例甲", "level": "", "format": form}, REMOTE_ADDR="192.0.2.9"
    )

    (entry,) = taken_out()
    assert answer.status_code == 200
    assert (entry.actor, entry.action, entry.remote_addr) == (office, LogEntry.Action.ACCESS, "192.0.2.9")
    assert entry.content_type.model_class()._meta.label == "sites.Site"
    told = entry.additional_data
    assert (told["format"], told["rows"], told["query"]) == (form, 3, {"q": ["示例甲"]})
    assert told["export"].endswith(f".{form}")


def test_list_that_is_only_looked_at_leaves_no_entry(client, office):
    client.get(reverse("desk:sites"))
    assert not taken_out().exists()


def test_refused_export_leaves_no_entry(client):
    client.force_login(factories.user(Role.INSPECTOR))
    assert client.get(reverse("people:people"), {"format": "csv"}).status_code == 403
    assert not taken_out().exists()


def test_list_as_workbook_is_noted_at_the_list(client, office):
    filing = factories.site().filing
    for name in ("sites:filing_template", "sites:filing_export"):
        assert client.get(reverse(name, args=[filing.pk])).status_code == 200
    assert [(entry.object_id, entry.content_type.model_class()) for entry in taken_out()] == [
        (filing.pk, Filing)
    ] * 2


def test_register_is_noted(client, office):
    assert client.get(reverse("sites:register_export", args=["people"])).status_code in (200, 404)
    assert client.get(reverse("people:people"), {"format": "xlsx"}).status_code == 200
    assert taken_out().last().content_type.model_class() is User


def test_paper_is_noted_for_staff_and_not_for_the_public(client, office, on):
    on("2008-05-06")
    paper = scene.publish().document
    render(paper.pk)
    paper.refresh_from_db()

    client.get(reverse("documents:download", args=[paper.pk]))

    (entry,) = taken_out()
    assert (entry.object_id, entry.additional_data) == (
        paper.pk,
        {"export": paper.file_name, "format": "pdf"},
    )
    client.logout()
    client.get(reverse("publicity:document", args=[paper.verification_code]))
    assert taken_out().count() == 1


def test_evidence_is_noted_and_its_thumbnail_is_not(client, office):
    file = builders.filed(builders.building(), builders.upload()).files.get()
    client.get(reverse("assessments:evidence_thumbnail", args=[file.pk]))
    assert not taken_out().exists()

    client.get(reverse("assessments:evidence_file", args=[file.pk]))

    (entry,) = taken_out()
    assert (entry.content_type.model_class(), entry.object_id) == (EvidenceFile, file.pk)
    assert entry.additional_data["export"] == file.name


def test_tables_leave_the_portal_through_one_door():
    """Only public data and the door itself use the plain responses of `tables.writing`."""
    root = Path(settings.BASE_DIR)
    free = {"accounts/exported.py", "publicity/views/open_data.py"}
    found = set()
    for room in ("accounts", "standards", "sites", "documents", "assessments", "publicity", "desk"):
        for path in (root / room).rglob("*.py"):
            imports = [
                node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)
            ]
            names = {
                alias.name for node in imports if node.module == "tables.writing" for alias in node.names
            }
            if names & {"export_response", "download"}:
                found.add(str(path.relative_to(root)))
    assert found <= free


def test_looks_leave_what_is_kept_of_pages_as_it_was(client, office):
    client.get(reverse("desk:sites"))
    before = changes_only().latest("pk")
    client.get(reverse("desk:sites"), {"format": "csv"})
    assert changes_only().latest("pk") == before
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("desk:home"))
    again = len(asked)
    client.get(reverse("desk:sites"), {"format": "csv"})
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("desk:home"))
    assert len(asked) == again


# -- the door ------------------------------------------------------------------


def test_sign_in_and_out_are_in_the_trail(client):
    person = factories.user(Role.LIAISON)
    client.post(DOOR, {"login": person.username, "password": factories.PASSWORD}, REMOTE_ADDR="192.0.2.1")
    client.post(reverse("account_logout"), REMOTE_ADDR="2001:db8::5")
    assert at_the_door() == [
        (person, str(person), "in", "192.0.2.1"),
        (person, str(person), "out", "2001:db8::5"),
    ]


def test_failed_sign_in_keeps_the_name_and_never_the_password(client):
    client.post(DOOR, {"login": "示例某人", "password": "geheim-2008"}, REMOTE_ADDR="192.0.2.1")
    assert at_the_door() == [(None, "示例某人", "failed", "192.0.2.1")]
    assert "geheim" not in "".join(str(list(entry.values())) for entry in LogEntry.objects.values())


# -- addresses -----------------------------------------------------------------


def test_forged_address_is_not_believed(client, office):
    client.get(
        reverse("desk:sites"),
        {"format": "csv"},
        REMOTE_ADDR="192.0.2.9",
        headers={"x-forwarded-for": "203.0.113.1"},
    )
    assert taken_out().get().remote_addr == "192.0.2.9"


def test_our_own_proxy_is_believed(client, office, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    forged = {"x-forwarded-for": "203.0.113.1, 198.51.100.4"}
    client.get(reverse("desk:sites"), {"format": "csv"}, REMOTE_ADDR="127.0.0.1", headers=forged)
    assert taken_out().get().remote_addr == "198.51.100.4"


def test_request_that_does_not_pass_our_proxies_has_no_address(client, office, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    short = {"x-forwarded-for": "203.0.113.1"}
    assert client.get(reverse("desk:sites"), {"format": "csv"}, headers=short).status_code == 200
    assert taken_out().get().remote_addr is None


def test_citizens_address_is_not_kept(client, on):
    on("2008-05-06")
    notice = scene.publish()
    before = LogEntry.objects.latest("pk").pk
    answer = client.post(
        reverse("publicity:object", args=[notice.pk]),
        {
            "site": notice.entries.get().site_id,
            "name": scene.NAME,
            "phone": scene.PHONE,
            "text": scene.LETTER,
            "website": "",
        },
        REMOTE_ADDR="203.0.113.77",
        headers={"x-correlation-id": "c" * 300},
    )
    assert answer.status_code == 302
    assert Objection.objects.exists()
    written = LogEntry.objects.filter(pk__gt=before)
    assert written.exists()
    assert {(entry.remote_addr, entry.cid) for entry in written} == {(None, answer["X-Request-ID"])}
    assert "ccc" not in answer["X-Request-ID"]
