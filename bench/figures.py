"""How much longer a dashboard, and the desk's list of sites, takes at 100,000 sites than at 1,000.

Two portals under the same server and the same load, in turns. Dashboards are kept figures: each is counted
once before it is measured.
"""

import datetime
import multiprocessing
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench import Figure
from bench._against import session_of
from bench._portal import environment, make_database, make_files
from bench._serving import Load, ratio, served

if TYPE_CHECKING:
    from accounts.models import User
    from sites.models import Site

FEW, MANY = 1_000, 100_000
AT_MOST = 1.5
DAY = "2008-04-20"
CHUNK = 5_000
# Sites of one unit; so many marks on a sheet: the first item of each section, the others are not looked at.
WINDOWS, SECTIONS = 50, 4


@dataclass(frozen=True)
class Desk:
    """The office's session, and the dashboards it has."""

    session: str
    figures: tuple[str, ...]

    def asks(self, page: str) -> Load:
        headers = {"Cookie": f"sessionid={self.session}"}
        return lambda _client, _number: ("GET", page, "", headers)


def measure() -> Iterator[Figure]:
    spawn = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory(prefix="portal-bench-") as home,
        ProcessPoolExecutor(1, mp_context=spawn, max_tasks_per_child=1) as pool,
    ):
        few, many = (str(Path(home) / name) for name in ("few", "many"))
        desks = [pool.submit(make_desk, each, n).result() for each, n in ((few, FEW), (many, MANY))]
        with served(_environment(few)) as at_few, served(_environment(many)) as at_many:
            pages = {key: f"/desk/figures/{key}/" for key in desks[0].figures}
            for name, page in {"overview": "/desk/figures/", **pages, "sites": "/desk/sites/"}.items():
                speed = ratio((at_many, desks[1].asks(page)), (at_few, desks[0].asks(page)))
                yield Figure(f"figures.{name}", 1 / speed, "x", at_most=AT_MOST)


def _environment(home: str) -> dict[str, str]:
    return environment(home) | {"PORTAL_TODAY": DAY}


# -- the scene -------------------------------------------------------------------


def make_desk(home: str, sites: int) -> Desk:
    """So many sites on the three districts' lists, each inspected and its sheet signed."""
    Path(home).mkdir()
    os.environ |= _environment(home)
    make_files(home)
    make_database(home)
    from accounts.enums import OrganisationKind, Role  # noqa: PLC0415  # after set-up
    from accounts.models import Organisation, User  # noqa: PLC0415
    from core.planner import renew_statistics  # noqa: PLC0415
    from desk.figures.registry import figures_for  # noqa: PLC0415

    home_of_office = Organisation.objects.get(kind=OrganisationKind.OFFICE)
    office = User.objects.create_user("shili", role=Role.OFFICE, organisation=home_of_office)
    _inspect(list(_sites(sites)), office)
    renew_statistics()  # as every night
    desk = Desk(session_of(office), tuple(figure.key for figure in figures_for(office)))
    _count(desk)
    return desk


def _sites(number: int) -> Iterator["Site"]:
    from accounts.enums import OrganisationKind  # noqa: PLC0415  # after set-up
    from accounts.models import Organisation  # noqa: PLC0415
    from sites.enums import FilingState, Level, Stage  # noqa: PLC0415
    from sites.models import Filing, Programme, Site  # noqa: PLC0415
    from standards.enums import Kind  # noqa: PLC0415

    programme = Programme.objects.get(is_current=True)
    districts = Organisation.objects.districts()
    lists = [
        Filing.objects.create(
            programme=programme,
            organisation=district,
            level=Level.DISTRICT,
            state=FilingState.APPROVED,
            filed_on="2008-01-08",
        )
        for district in districts
    ]
    units = Organisation.objects.bulk_create(
        Organisation(
            name=f"示例{n}",
            short_name=f"示例{n}",
            code=f"B-{n}",
            kind=OrganisationKind.DEPARTMENT,
            district=lists[n % len(lists)].organisation,
        )
        for n in range(number // WINDOWS)
    )
    made = (
        Site(
            programme=programme,
            filing=lists[n // WINDOWS % len(lists)],
            level=Level.DISTRICT,
            kind=list(Kind)[n % 2],
            organisation=units[n // WINDOWS],
            window_name=f"示例窗口{n}",
            stage=Stage.RECTIFYING,
            stage_since=datetime.date(2008, 4, 8),
        )
        for n in range(number)
    )
    yield from Site.objects.bulk_create(made, CHUNK)


def _inspect(sites: list["Site"], office: "User") -> None:
    from assessments.enums import RoundKind, ScoreLevel, SheetRole, SheetState  # noqa: PLC0415
    from assessments.models import Assessment, Score, Sheet  # noqa: PLC0415
    from assessments.services.rounds import open_round  # noqa: PLC0415
    from standards.models import Item  # noqa: PLC0415

    opened = open_round(
        programme=sites[0].programme,
        kind=RoundKind.INSPECTION,
        title="示例",
        due_on=datetime.date(2008, 5, 31),
        by=office,
    )
    standards = {standard.kind: standard for standard in opened.standards.all()}
    visits = Assessment.objects.bulk_create(
        (Assessment(round=opened, site=site, standard=standards[site.kind]) for site in sites), CHUNK
    )
    sheets = Sheet.objects.bulk_create(
        (
            Sheet(
                assessment=visit,
                role=SheetRole.FINAL,
                state=SheetState.SIGNED,
                submitted_on="2008-04-08",
                signed_by=office,
                signed_on="2008-04-08",
            )
            for visit in visits
        ),
        CHUNK,
    )
    firsts = {
        standard.pk: list(Item.objects.filter(section__standard=standard, ordinal=1))
        for standard in standards.values()
    }
    marks = (
        Score(
            sheet=sheet,
            item=item,
            level=ScoreLevel.PARTLY if place == n % SECTIONS else ScoreLevel.MET,
            points=item.points / 2 if place == n % SECTIONS else item.points,
            max_points=item.points,
            reason="示例原因" if place == n % SECTIONS else "",
            updated_by=office,
        )
        for n, sheet in enumerate(sheets)
        for place, item in enumerate(firsts[sheet.assessment.standard_id])
    )
    Score.objects.bulk_create(marks, CHUNK)


def _count(desk: Desk) -> None:
    """Each dashboard once: from then on it is kept."""
    from django.test import Client  # noqa: PLC0415  # after set-up

    client = Client(headers={"host": "localhost"})
    client.cookies["sessionid"] = desk.session
    for page in ("/desk/figures/", *(f"/desk/figures/{key}/" for key in desk.figures)):
        assert client.get(page).status_code == 200, page
