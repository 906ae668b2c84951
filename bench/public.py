"""How fast public pages are: kept ones beside an empty view, fresh ones beside a bare page of 50 rows."""

import multiprocessing
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench import Figure
from bench._against import bare_environment, make_bare, nothing, rows_of
from bench._portal import environment, make_database, make_files
from bench._serving import Load, ratio, served

ROWS = 50
PAGES = ("/", "/sites/", "/programme/", "/notices/")


def measure() -> Iterator[Figure]:
    spawn = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory(prefix="portal-bench-") as home,
        ProcessPoolExecutor(1, mp_context=spawn, max_tasks_per_child=1) as pool,
    ):
        database = str(Path(home) / "bare.sqlite3")
        env = environment(home) | {"PORTAL_TODAY": "2008-03-20"}
        make_files(home)
        session = pool.submit(make_bare, database).result()
        pool.submit(make_sites, home, env).result()
        with (
            served(bare_environment(database)) as theirs,
            served(env) as ours,
        ):
            yield Figure("public.kept", ratio((ours, kept()), (theirs, nothing())), "x", at_least=0.6)
            rows = (theirs, rows_of(session))
            yield Figure("public.drawn", ratio((ours, drawn()), rows), "x", at_least=0.4)


def kept() -> Load:
    """Readers of the same few pages."""
    return lambda _client, number: ("GET", PAGES[number % len(PAGES)], "", {})


def drawn() -> Load:
    """The directory with 50 sites, each time under an address that nobody has asked for."""
    return lambda client, number: ("GET", f"/sites/?n={os.getpid()}-{client}-{number}", "", {})


def make_sites(home: str, env: dict[str, str]) -> None:
    """As many determined sites as stand on a page of the directory."""
    os.environ |= env
    make_database(home)
    from accounts.enums import OrganisationKind  # noqa: PLC0415  # after set-up
    from accounts.models import Organisation  # noqa: PLC0415
    from sites.enums import FilingState, Level, Stage  # noqa: PLC0415
    from sites.models import Filing, Programme, Site  # noqa: PLC0415

    programme = Programme.objects.get(is_current=True)
    for n in range(ROWS):
        unit = Organisation.objects.create(
            name=f"示例{n}", short_name=f"示例{n}", code=f"B-{n}", kind=OrganisationKind.DEPARTMENT
        )
        filing = Filing.objects.create(
            programme=programme,
            organisation=unit,
            level=Level.CITY,
            state=FilingState.APPROVED,
            filed_on="2008-01-08",
        )
        Site.objects.create(
            programme=programme,
            filing=filing,
            level=Level.CITY,
            kind="service",
            organisation=unit,
            window_name=f"示例窗口{n}",
            stage=Stage.BUILDING,
        )
