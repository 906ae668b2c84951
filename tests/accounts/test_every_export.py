"""Every view that hands out a table: the worker makes the same of it as the view does at once."""

import inspect
import io
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts import exported
from accounts.enums import Role
from accounts.models import Export, User
from accounts.services import exports
from assessments.enums import ScoreLevel
from assessments.models import Assessment, Score
from sites.enums import Register
from sites.models import Filing
from standards.models import Rulebook
from tests.addresses import patterns
from tests.sites.registers import organisations, previewed

pytestmark = pytest.mark.django_db


Address = tuple[list[object], dict[str, object]]


def signed() -> Assessment:
    return Assessment.objects.filter(sheets__state="signed").earliest("pk")


def lacking() -> Score:
    return Score.objects.due().filter(sheet__state="signed", level=ScoreLevel.UNMET).latest("pk")


def rerun() -> Address:
    return [signed().round_id], {"rulebook": Rulebook.objects.earliest("pk").pk}


def import_errors() -> Address:
    wrong = [row | {"kind": "示例"} for row in organisations(3)]
    return [previewed(Register.ORGANISATIONS, wrong, the(Role.OFFICE)).pk], {}


def the(role: str) -> User:
    return User.objects.active().filter(role=role).earliest("pk")


def listed(**query: object) -> Callable[[], Address]:
    return lambda: ([], query)


# The view → what its address says besides, of the demo. All are the office's too, but the trail.
TABLES: dict[str, Callable[[], Address]] = {
    "assessments:rerun": rerun,
    "desk:deadlines": listed(),
    "desk:figure": lambda: (["heat"], {}),
    "desk:figure_item": lambda: ([lacking().item_id], {}),
    "desk:missing": listed(),
    "desk:site_scores": lambda: ([signed().site_id], {}),
    "desk:sites": listed(level="district"),
    # Of another kind than what asking for a table writes itself.
    "desk:trail": listed(kind="sites.site"),
    "people:organisations": listed(),
    "people:my_data_file": listed(),
    "people:people": listed(role="liaison"),
    "publicity_desk:namings": listed(),
    "publicity_desk:rechecks": listed(),
    "sites:facilities": listed(),
    "sites:filing_export": lambda: ([Filing.objects.earliest("pk").pk], {}),
    "sites:guidance": listed(),
    "sites:import_errors": import_errors,
    "sites:investments": listed(),
    "sites:timetables": listed(),
}


# -- finding them -------------------------------------------------------------


def functions(view: Callable[..., object]) -> Iterator[FunctionType]:
    """The view itself, or of a class all its methods, those of its bases too."""
    view = inspect.unwrap(getattr(view, "view_class", view))
    if isinstance(view, FunctionType):
        yield view
    for base in getattr(view, "__mro__", ()):
        yield from (each for each in vars(base).values() if isinstance(each, FunctionType))


def names_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from names_in(const)


def exports_table(function: FunctionType, seen: set[FunctionType]) -> bool:
    """Whether it calls the door, itself or by a function of its own module."""
    seen.add(function)
    called = [function.__globals__.get(name) for name in names_in(function.__code__)]
    return exported.exported in called or any(
        exports_table(each, seen)
        for each in called
        if isinstance(each, FunctionType) and each.__module__ == function.__module__ and each not in seen
    )


def test_every_view_that_hands_out_a_table_is_tried_here():
    found = {
        name
        for name, _route, view, _wanted in patterns()
        if any(exports_table(function, set()) for function in functions(view))
    }
    assert found == set(TABLES)


# -- both ways ----------------------------------------------------------------


def cells(content: bytes) -> list[list[object]]:
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).worksheets[0]]


def by_the_worker(client, address: str, monkeypatch) -> bytes:
    """As a person gets it where every table is long: asked for, made, fetched."""
    with monkeypatch.context() as patch:
        patch.setattr(exported, "AT_ONCE", 0)
        answer = client.get(address)
    assert answer.status_code == 303
    export = Export.objects.latest("pk")
    exports.make(export.pk)
    export.refresh_from_db()
    assert export.error == ""
    assert export.rows
    return b"".join(client.get(f"{answer.url}download/").streaming_content)


@pytest.mark.parametrize("name", TABLES)
def test_worker_makes_what_the_view_writes_at_once(client, demo, monkeypatch, name):
    keys, query = TABLES[name]()
    client.force_login(the(Role.AUDITOR if name == "desk:trail" else Role.OFFICE))
    for form in ("csv", "xlsx"):
        address = reverse(name, args=keys, query={**query, "format": form})
        made = by_the_worker(client, address, monkeypatch)
        at_once = client.get(address)
        assert at_once.status_code == 200
        if form == "csv":
            assert made == at_once.content
        else:
            assert cells(made) == cells(at_once.content)
