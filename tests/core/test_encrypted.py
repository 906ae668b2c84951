"""Every encrypted column: nothing of it lies open, and what does not open is told and never shown."""

import ast
import logging
import re

import pytest
from django.apps import apps
from django.core.exceptions import FieldError
from django.db import connection, models

from accounts.enums import Role
from accounts.models import User
from audit.conditions import data
from core.ciphers import Unreadable, seal
from core.encrypted import (
    OF_JSON,
    EncryptedCharField,
    EncryptedTextField,
    PartlyEncryptedJSONField,
    Sealed,
    columns,
)
from core.enums import Severity
from core.personal import PERSONAL
from desk.demo.cast import PHONE
from publicity.models import Objection
from sites.enums import TELEPHONES
from sites.models import Liaison
from sites.registers import REGISTRARS
from tables.table import ColumnKind
from tests.publicity import scene
from tests.sources import modules

pytestmark = pytest.mark.django_db

ANOTHER = {"DATA_KEY_1": "another"}
COLUMNS = [each for each in columns() if isinstance(each.field, Sealed)]
PARTLY = [each for each in columns() if isinstance(each.field, PartlyEncryptedJSONField)]


@pytest.fixture
def letter(on):
    on("2008-05-05")
    return scene.object_to(scene.publish(*scene.accepted(2)))


def lying(letter, field="text"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {field} FROM publicity_objection WHERE id = %s", [letter.pk])  # noqa: S608
        return cursor.fetchone()[0]


def lay(letter, value, field="text"):
    with connection.cursor() as cursor:
        told = f"UPDATE publicity_objection SET {field} = %s WHERE id = %s"  # noqa: S608
        cursor.execute(told, [value, letter.pk])


def other_keys(settings):
    settings.PORTAL_GIVEN_KEYS = settings.PORTAL_GIVEN_KEYS | ANOTHER


def test_every_encrypted_column_is_found():
    found = {each.purpose for each in columns()}
    assert found - set(OF_JSON) == {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, Sealed | PartlyEncryptedJSONField)
    }
    assert {"publicity.Objection.text", "publicity.LoggedLetter.text", *OF_JSON} <= found


# Columns close by the one; what the other closes in a session counts as absent once it no longer opens.
NO_COLUMN = {"core/encrypted.py", "accounts/session_store.py"}


def test_whoever_closes_by_hand_does_it_for_a_column_that_is_found():
    """Else nothing would close it anew when the key changes."""
    found = {each.purpose for each in columns()}
    for path, tree in modules():
        nodes = list(ast.walk(tree))
        names = {
            alias.name
            for node in nodes
            if isinstance(node, ast.ImportFrom) and node.module == "core.ciphers"
            for alias in node.names
        }
        if "seal" in names and str(path) not in NO_COLUMN:
            texts = [node.value for node in nodes if isinstance(node, ast.Constant)]
            purposes = {text for text in texts if re.fullmatch(r"[a-z_]+\.[A-Z]\w+\.\w+", str(text))}
            assert purposes, path
            assert purposes <= found, path


@pytest.mark.parametrize("column", COLUMNS, ids=lambda each: each.purpose)
def test_no_text_lies_open_in_a_column_and_its_place_is_long_enough(column):
    closed = column.field.get_db_prep_save("李某某", connection)
    assert closed.startswith("v1:aes:")
    assert column.field.db_type(connection) == "text"
    assert column.field.from_db_value(closed, None, connection) == "李某某"
    assert [column.field.get_db_prep_save(empty, connection) for empty in (None, "")] == [None, ""]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda each: each.purpose)
def test_no_column_can_be_searched_but_for_emptiness(column):
    model, name = column.model, column.field.name
    rows = model._base_manager
    for lookup in (name, f"{name}__contains", f"{name}__in", f"{name}__startswith", f"{name}__iexact"):
        with pytest.raises(FieldError):
            list(rows.filter(**{lookup: ["v"] if lookup.endswith("__in") else "v"}))
    assert list(rows.filter(**{name: ""})) == list(rows.filter(**{f"{name}__isnull": True}, pk=None)) == []
    assert rows.exclude(**{name: None}).count() == 0


def test_letter_lies_closed_and_reads_back(letter):
    for field in ("objector_name", "objector_phone", "text"):
        assert lying(letter, field).startswith("v1:aes:")
        assert getattr(Objection.objects.get(), field) == getattr(letter, field)


def test_row_that_is_changed_elsewhere_keeps_what_is_closed(letter):
    before = letter.text
    Objection.objects.update(text=before)
    assert Objection.objects.get().text == before
    Objection.objects.bulk_update([letter], ["text"])
    assert Objection.objects.get().text == before


NUMBER = "13800001234"


@pytest.mark.parametrize("column", PARTLY, ids=lambda each: each.purpose)
def test_in_json_each_telephone_lies_closed_and_the_rest_can_be_searched(column):
    row = {"name": "李某某", "liaison_phone": NUMBER, "n": 3, "none": None}
    changes = [{"field": "phone", "before": "", "after": NUMBER, "previewed": NUMBER}]
    whole = [row, {"rows": [row]}, {"changes": changes}, [NUMBER] if not column.field.names else []]
    closed = str(column.field.get_db_prep_save(whole, connection))
    assert NUMBER not in closed
    assert closed.count("v1:aes:") >= 4
    assert ("李某某" in closed or "\\u674e" in closed) is bool(column.field.names)
    assert column.field.from_db_value(closed, None, connection) == whole


@pytest.mark.parametrize("register", REGISTRARS)
def test_in_rows_every_telephone_has_a_name_that_is_closed(register):
    columns = REGISTRARS[register].columns
    assert {each.field for each in columns if each.kind == ColumnKind.TELEPHONE} <= set(TELEPHONES)


# One is looked up by its mail address, and a message is sought by where it went; docs/security.md says so.
IN_CLEAR = {
    "accounts.User.email",
    "accounts.Message.address",
    "account.EmailAddress.email",
    "auditlog.LogEntry.actor_email",
}


def test_every_telephone_and_mail_address_of_a_person_lies_closed():
    reaches = {each for each in PERSONAL if re.search(r"phone|mail|address$", each.field)}
    assert {each.field for each in reaches if not isinstance(each.column, Sealed)} == IN_CLEAR
    assert {each.field for each in reaches} >= {"accounts.User.phone", "sites.HandOver.from_phone"}


@pytest.mark.heavy
def test_of_the_demos_people_no_telephone_lies_open(demo):
    tables = [
        model._meta
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in ("accounts", "sites", "assessments", "desk")
    ]
    found = set()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table.db_table}")  # noqa: S608
            found |= {table.label for row in cursor.fetchall() if PHONE in str(row)}
    assert User.objects.exclude(phone="").count() > 5
    assert Liaison.objects.filter(pk__in=[one.pk for one in Liaison.objects.all() if PHONE in one.phone])
    # What is asked of a notice that is to be published says its office's own number.
    assert found - {"accounts.SecrecyReview"} == set()


# -- what does not open ---------------------------------------------------------------


DAMAGES = {
    "another key": lambda letter, settings: other_keys(settings),
    "no key": lambda letter, settings: settings.PORTAL_GIVEN_KEYS.pop("DATA_KEY_1"),
    "cut short": lambda letter, settings: lay(letter, lying(letter)[:-4]),
    "moved from another column": lambda letter, settings: lay(letter, lying(letter, "objector_name")),
    "written past the portal": lambda letter, settings: lay(letter, "李某某的信"),
}


@pytest.fixture(params=DAMAGES)
def damaged(request, letter, settings):
    settings.PORTAL_GIVEN_KEYS = dict(settings.PORTAL_GIVEN_KEYS)
    DAMAGES[request.param](letter, settings)
    return letter


def test_what_does_not_open_is_an_error_and_a_page_in_words(damaged, client, caplog):
    with pytest.raises(Unreadable):
        Objection.objects.get()
    scene.sign_in(client, Role.OFFICE)
    with caplog.at_level(logging.ERROR):
        page = client.get(damaged.get_absolute_url())
    assert page.status_code == 503
    assert "现在读不出来" in page.content.decode()
    assert lying(damaged) not in page.content.decode()
    assert "publicity.Objection." in caplog.text
    assert lying(damaged) not in caplog.text


def test_health_says_which_column_does_not_open(damaged):
    found = data()
    assert found.severity == Severity.ERROR
    assert "publicity.Objection.text" in found.words
    assert found.figures["data_unreadable"] >= 1


def test_health_is_well_where_all_opens(letter):
    assert data().severity == Severity.OK
    assert data().figures == {"data_unreadable": 0.0}


def test_page_that_does_not_show_it_goes_on(damaged, client):
    assert client.get("/").status_code == 200


def test_fields_are_text_like_any_other():
    assert isinstance(EncryptedCharField(max_length=3), models.CharField)
    assert isinstance(EncryptedTextField(), models.TextField)
    with pytest.raises(Unreadable):
        Objection._meta.get_field("text").from_db_value(seal("x", purpose="a.B.c"), None, connection)
