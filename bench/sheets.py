"""How fast a section of a score sheet is shown and a mark saved, beside a bare page of 50 rows.

The same server and the same load for both, in turns. What one save asks of the database is counted too.
"""

import datetime
import itertools
import multiprocessing
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from bench import Figure
from bench._against import bare_environment, make_bare, rows_of, session_of
from bench._portal import environment, make_database, make_files, set_up
from bench._serving import CLIENTS, Load, Request, ratio, served

CSRF = "b" * 32
SECTIONS = 4


@dataclass(frozen=True)
class Pen:
    """A signed-in liaison with the unit's own sheet, and the marks it has."""

    session: str
    sheet: int
    items: tuple[int, ...]  # without a mark yet; the last one is for counting what its first mark asks

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"sessionid={self.session}; csrftoken={CSRF}"}


def measure() -> Iterator[Figure]:
    spawn = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory(prefix="portal-bench-") as home,
        ProcessPoolExecutor(1, mp_context=spawn, max_tasks_per_child=1) as pool,
    ):
        database = str(Path(home) / "bare.sqlite3")
        env = environment(home) | {"PORTAL_TODAY": "2008-03-20"}
        make_files(home)
        bare_session = pool.submit(make_bare, database).result()
        pens = pool.submit(make_sheets, home, env).result()
        yield Figure(
            "sheets.queries_a_save", pool.submit(queries, home, env, pens[0]).result(), "", at_most=8
        )
        with (
            served(bare_environment(database)) as theirs,
            served(env) as ours,
        ):
            rows = (theirs, rows_of(bare_session))
            yield Figure("sheets.section", ratio((ours, sections(pens)), rows), "x", at_least=0.25)
            yield Figure("sheets.save", ratio((ours, saves(pens)), rows), "x", at_least=0.25)


# -- the loads -------------------------------------------------------------------


def sections(pens: list[Pen]) -> Load:
    """Each client leafs through its sheet, as who fills one does."""
    return lambda client, number: (
        "GET",
        f"/desk/sheets/{pens[client].sheet}/?section={1 + number % SECTIONS}",
        "",
        pens[client].headers,
    )


def saves(pens: list[Pen]) -> Load:
    """Each client marks its sheet item by item, and begins again; a mark in two is the other one."""
    sent = [itertools.count() for _ in range(CLIENTS)]

    def load(client: int, _number: int) -> Request:
        pen, number = pens[client], next(sent[client])
        version, place = divmod(number, len(pen.items) - 1)
        return save(pen, pen.items[place], version)

    return load


def save(pen: Pen, item: int, version: int) -> Request:
    mark = {"level": "met"} if version % 2 else {"level": "unmet", "reason": "示例原因"}
    form = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": CSRF, "HX-Request": "true"}
    address = f"/desk/sheets/{pen.sheet}/items/{item}/"
    return "POST", address, urlencode(mark | {"version": version}), {**pen.headers, **form}


# -- the scene -------------------------------------------------------------------


def make_sheets(home: str, env: dict[str, str]) -> list[Pen]:
    """A site in building with the unit's half-filled self sheet for each client."""
    os.environ |= env
    make_database(home)
    from accounts.enums import OrganisationKind, Role  # noqa: PLC0415  # after set-up
    from accounts.models import Organisation, User  # noqa: PLC0415
    from assessments.enums import RoundKind  # noqa: PLC0415
    from assessments.marks import standard_items  # noqa: PLC0415
    from assessments.services import rounds, scores, sheets  # noqa: PLC0415
    from sites.enums import FilingState, Level, Stage  # noqa: PLC0415
    from sites.models import Filing, Programme, Site  # noqa: PLC0415

    programme = Programme.objects.get(is_current=True)
    home_of_office = Organisation.objects.get(kind=OrganisationKind.OFFICE)
    office = User.objects.create_user("shili", role=Role.OFFICE, organisation=home_of_office)
    opened = rounds.open_round(
        programme=programme,
        kind=RoundKind.SELF,
        title="示例",
        due_on=datetime.date(2008, 5, 31),
        by=office,
    )
    pens = []
    for n in range(CLIENTS):
        unit = Organisation.objects.create(
            name=f"示例{n}", short_name=f"示例{n}", code=f"B-{n}", kind=OrganisationKind.DEPARTMENT
        )
        filing = Filing.objects.create(
            programme=opened.programme,
            organisation=unit,
            level=Level.CITY,
            state=FilingState.APPROVED,
            filed_on="2008-01-08",
        )
        site = Site.objects.create(
            programme=opened.programme,
            filing=filing,
            level=Level.CITY,
            kind="service",
            organisation=unit,
            window_name=f"示例窗口{n}",
            stage=Stage.BUILDING,
        )
        liaison = User.objects.create_user(f"shili{n}", role=Role.LIAISON, organisation=unit)
        sheet = sheets.self_sheet(site=site, by=liaison)
        items = standard_items(sheet)
        for item in items[1::2]:
            reason = f"示例原因{n}-{item.code}"  # each its own, as people write
            scores.save_score(
                sheet=sheet, item=item, by=liaison, level="unmet", points=None, reason=reason, version=0
            )
        pens.append(Pen(session_of(liaison), sheet.pk, tuple(item.pk for item in items[::2])))
    return pens


def queries(home: str, env: dict[str, str], pen: Pen) -> int:
    """What the database is asked while a first mark is written and answered."""
    os.environ |= env
    set_up(home)
    from django.db import connection  # noqa: PLC0415  # after set-up
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client = Client(headers={"host": "localhost", "cookie": pen.headers["Cookie"]})
    client.cookies.load(pen.headers["Cookie"])
    address = f"/desk/sheets/{pen.sheet}/items/{pen.items[-1]}/"
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(address, {"level": "met", "version": 0}, headers={"hx-request": "true"})
    assert answer.status_code == 200, answer.status_code
    frame = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return sum(not query["sql"].startswith(frame) for query in captured)
