"""Late and anonymous letters: on record with how they were dealt with, for the office alone."""

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from accounts.enums import Role
from assessments.services import recusals
from core.brakes import LIMITS, Limit
from publicity.enums import LetterKind
from publicity.models import LoggedLetter
from publicity.services import letters
from sites.calendar import today
from tests import factories
from tests.agreeing import resolved
from tests.publicity import scene

pytestmark = pytest.mark.django_db

LIST, ADD = "/desk/objections/letters/", "/desk/objections/letters/add/"
TEXT = "示例来信：窗口无人值守。"


@pytest.fixture
def notice(on):
    """From 5 to 12 May 2008; today is the 20th."""
    on("2008-05-05")
    made = scene.publish(*scene.accepted(2))
    on("2008-05-20")
    return made


@pytest.fixture
def office(client):
    return scene.sign_in(client, Role.OFFICE)


def log(notice, by, **changes):
    facts = {
        "site": notice.entries.first().site,
        "kind": LetterKind.LATE,
        "received_on": today(),
        "text": TEXT,
        "dealt_with": "作为投诉转办",
    }
    return letters.log_letter(notice=notice, by=by, **(facts | changes))


def test_letter_is_encrypted_and_not_in_the_trail(notice, office):
    log(notice, office)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM publicity_loggedletter")
        assert TEXT not in cursor.fetchone()[0]
    assert TEXT not in "".join(str(entry.changes) for entry in LogEntry.objects.all())


def test_letter_keeps_no_site_from_being_named(notice, office):
    log(notice, office)
    assert (
        len(
            scene.naming.name_sites(
                notice=notice,
                sites=[notice.entries.first().site],
                resolution=resolved("naming"),
                by=factories.user(Role.LEADING_GROUP),
            )
        )
        == 1
    )


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("text", {"text": " "}),
        ("dealt_with", {"dealt_with": " "}),
        ("received_on", {"received_on": "2008-05-21"}),
        ("received_on", {"received_on": "2008-05-12"}),
        ("received_on", {"kind": LetterKind.ANONYMOUS, "received_on": "2008-05-04"}),
    ],
)
def test_letter_says_what_it_says_when_it_came_and_what_was_done(notice, office, field, changes):
    if "received_on" in changes:
        changes = changes | {"received_on": today().fromisoformat(changes["received_on"])}
    with pytest.raises(ValidationError) as refused:
        log(notice, office, **changes)
    assert list(refused.value.error_dict) == [field]


def test_letter_is_about_a_site_of_the_notice_or_about_none(notice, office):
    with pytest.raises(ValidationError):
        log(notice, office, site=factories.site("accepted"))
    assert log(notice, office, site=None).site is None


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_logging_is_the_offices_alone(notice, role):
    with pytest.raises(PermissionDenied):
        log(notice, factories.user(role))


def test_logging_is_not_for_whoever_stood_aside(notice, office):
    recusals.recuse(user=office, site=notice.entries.first().site, reason="示例")
    with pytest.raises(PermissionDenied):
        log(notice, office)


def test_pages_ask_strangers_to_sign_in(client, notice):
    made = log(notice, factories.user(Role.OFFICE))
    for address in (LIST, ADD, made.get_absolute_url()):
        assert client.get(address).status_code == 302


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_pages_are_for_the_office_alone(client, notice, role):
    made = log(notice, factories.user(Role.OFFICE))
    client.force_login(factories.user(role))
    assert client.get(LIST).status_code == 404
    assert client.get(made.get_absolute_url()).status_code == 404
    assert client.get(ADD).status_code == 403
    assert client.post(ADD).status_code == 403


def test_form_puts_a_letter_on_record(client, notice, office):
    data = {
        "notice": notice.pk,
        "site": notice.entries.first().site_id,
        "kind": "late",
        "received_on": "2008-05-19",
        "text": TEXT,
        "dealt_with": "作为投诉转办",
    }
    assert client.get(ADD).status_code == 200
    assert client.post(ADD, data | {"dealt_with": ""}).status_code == 422
    assert client.post(ADD, data).url == LIST
    made = LoggedLetter.objects.get()
    assert (made.logged_by, made.text) == (office, TEXT)


def test_list_shows_how_it_was_dealt_with_and_only_the_letters_page_what_it_says(client, notice, office):
    made = log(notice, office)
    content = client.get(LIST).content.decode()
    assert "作为投诉转办" in content
    assert TEXT not in content
    looks = LogEntry.objects.get_for_model(LoggedLetter).filter(action=LogEntry.Action.ACCESS)
    assert not looks.exists()
    assert TEXT in client.get(made.get_absolute_url()).content.decode()
    assert [(look.actor, look.object_pk) for look in looks] == [(office, str(made.pk))]


def test_letter_about_a_site_one_stood_aside_from_does_not_exist(client, notice, office):
    made, about_none = log(notice, factories.user(Role.OFFICE)), log(notice, office, site=None)
    recusals.recuse(user=office, site=made.site, reason="示例")
    assert list(client.get(LIST).context["object_list"]) == [about_none]
    assert client.get(made.get_absolute_url()).status_code == 404


def test_so_many_looks_a_day_and_no_more(client, notice, office, monkeypatch):
    monkeypatch.setitem(LIMITS, "looks_account", Limit("looks_account", "account", 2, 86400))
    address = log(notice, office).get_absolute_url()
    assert [client.get(address).status_code for _time in range(3)] == [200, 200, 409]
    looks = LogEntry.objects.get_for_model(LoggedLetter).filter(action=LogEntry.Action.ACCESS)
    assert looks.count() == 2
