"""Who is let in where: every address × everybody × own and foreign records × reading and sending.

What is found is compared with `access_matrix.txt`, which people have reviewed: a new address fails until it
stands there. `WRITE_ACCESS_MATRIX=1 ./portal test --slow tests/test_access_matrix.py` makes it anew.

A line is an address; behind GET and POST stand the outcomes, each with everybody who meets it. `own` is a
record that the person sees by `visible_to` (on a public address: one that is published), `foreign` one that
they do not.
"""

import fcntl
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from tests import factories
from tests.access_matrix import Address, addresses, foreign_to, own
from tests.access_records import add_missing

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TABLE = Path(__file__).with_name("access_matrix.txt")
# Everybody, by the letter that the table has for them: who acts in the demo, and beside them a person without
# a role, one whose account is switched off, and nobody at all.
PEOPLE = {
    "L": "lingdao",
    "O": "shiban",
    "D": "quban1",
    "I": "ducha1",
    "U": "lianluo01",
    "S": "xitong",
    "C": "anquan",
    "A": "shenji",
}
EVERYBODY = ("-", "x", "n", *PEOPLE)
LETTERS = (
    "- nobody, x switched off, n without a role, L leading group, O office, D district, I inspector, "
    "U liaison, S system administrator, C security administrator, A auditor"
)
# Whoever is let in meets a page, a form that was not filled in, a refusal for the state, or is led on.
LET_IN = "in"
ROOMS = sorted({address.room for address in addresses()})


@pytest.fixture
def everybody(demo, settings) -> dict[str, tuple[User | None, Client]]:
    """Each person with a browser in which they are signed in, under the rules of the demo."""
    settings.PORTAL_DEMO_RULES, settings.PORTAL_SECOND_FACTOR = True, frozenset()
    people: dict[str, User | None] = {
        letter: User.objects.select_related("organisation").get(username=name)
        for letter, name in PEOPLE.items()
    }
    assert people["O"]
    add_missing(people["O"])
    people |= {"-": None, "n": factories.user(""), "x": factories.user(Role.OFFICE)}
    found = {}
    for letter, person in people.items():
        client = Client(raise_request_exception=False)
        if person is not None:
            client.force_login(person)
        found[letter] = (person, client)
    User.objects.filter(pk=people["x"].pk).update(is_active=False)
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_everybody_is_let_in_where_the_table_says(everybody, room):
    found = {address.name: _line(address, everybody) for address in addresses() if address.room == room}
    reviewed = _read()
    if os.environ.get("WRITE_ACCESS_MATRIX"):
        _write(room, found)
        return
    of_room = {name: line for name, line in reviewed.items() if _room_of(name) == room}
    differ = [name for name in sorted(found.keys() | of_room.keys()) if found.get(name) != of_room.get(name)]
    assert [
        f"{name}\n  reviewed: {of_room.get(name)}\n  found:    {found.get(name)}" for name in differ
    ] == []


# Addresses of a kind that no record is made of here, and where their rights are tried instead.
ASKED_ELSEWHERE = {
    "a factor, of which no administrator changes anything: tests/accounts/test_administration.py": """
        admin:admin/mfa/authenticator/<path:object_id>/ admin:mfa_authenticator_change
        admin:mfa_authenticator_delete admin:mfa_authenticator_history
    """,
    "a passkey, which is its owner's alone: tests/accounts/test_second_factor.py": """
        mfa_edit_webauthn mfa_remove_webauthn
    """,
    "a draw, which no round of the demo waits for: tests/assessments/test_views_draws.py": """
        assessments:draw assessments:draw_abandon assessments:draw_hold
    """,
}


def test_every_address_is_asked_about_a_record():
    """A line without one says nothing of who is let in."""
    empty = {name for name, line in _read().items() if line.startswith("GET  |")}
    assert empty == {name for names in ASKED_ELSEWHERE.values() for name in names.split()}


def test_table_has_no_address_that_is_gone_and_nobody_meets_an_error():
    reviewed = _read()
    assert set(reviewed) == {address.name for address in addresses()}
    assert [name for name, line in reviewed.items() if "error" in line] == []


def _line(address: Address, everybody: dict[str, tuple[User | None, Client]]) -> str:
    """What everybody meets at one address, as the table has it."""
    cells: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for letter, (person, client) in everybody.items():
        for whose, url in _urls(address, person):
            for method in ("GET", "POST"):
                cells[method, whose][letter] = _outcome(client, method, url)
    of_method = {
        method: "; ".join(
            f"{whose} {_grouped(cells[method, whose])}".strip()
            for whose in ("", "own", "foreign")
            if (method, whose) in cells
        )
        for method in ("GET", "POST")
    }
    return " | ".join(f"{method} {told}" for method, told in of_method.items())


def _urls(address: Address, person: User | None) -> Iterator[tuple[str, str]]:
    """Where a person's own record is, and a foreign one; or the one address."""
    model = address.model
    if model is None:
        yield "", address.url(None)
        return
    is_public = address.room in {"publicity", "admin"}
    seen = own(model, person, is_public=is_public)
    if record := seen.first():
        yield "own", address.url(record)
    if record := foreign_to(seen, person).first():
        yield "foreign", address.url(record)


def _outcome(client: Client, method: str, url: str) -> str:
    """How one request ends; nothing of it stays."""
    cache.clear()
    signed_in = dict(client.cookies)
    with transaction.atomic():
        answer = client.get(url) if method == "GET" else client.post(url)
        if answer.streaming:
            list(answer.streaming_content)  # closes the file
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.update(signed_in)
    return _class_of(answer)


def _class_of(answer: HttpResponseBase) -> str:
    if answer.status_code in (403, 404, 405, 503):  # 503: what /readyz says of a portal without workers
        return str(answer.status_code)
    if answer.status_code >= 500:
        return f"error {answer.status_code}"
    if answer.status_code in (301, 302) and answer["Location"].startswith(
        ("/accounts/login/", "/admin/login/")
    ):
        return "login"
    return LET_IN


def _grouped(cell: dict[str, str]) -> str:
    """`in:LO 403:DIU login:-`: the outcomes, those let in first."""
    groups: dict[str, str] = defaultdict(str)
    for letter in EVERYBODY:
        if letter in cell:
            groups[cell[letter]] += letter
    return " ".join(
        f"{outcome}:{groups[outcome]}" for outcome in sorted(groups, key=lambda one: (one != LET_IN, one))
    )


def _room_of(name: str) -> str:
    return Address(name, "").room


def _read() -> dict[str, str]:
    lines = TABLE.read_text().splitlines() if TABLE.exists() else []
    return dict(line.split(" = ", 1) for line in lines if line and not line.startswith("#"))


def _write(room: str, found: dict[str, str]) -> None:
    """Put what was found of one room in place of what stands there, while other processes write of theirs."""
    with TABLE.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        lines = {name: line for name, line in _read().items() if _room_of(name) != room} | found
        told = f"# Reviewed; made by tests/test_access_matrix.py.\n# {LETTERS}\n"
        TABLE.write_text(told + "".join(f"{name} = {lines[name]}\n" for name in sorted(lines)))
