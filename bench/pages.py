"""What the portal's pages cost beside a bare page, and what more sites cost.

A page counts as CPU time of the processes that serve it, an answer, beside that of a bare Django page which
the same server serves to the same client in the same run, in turns. 1.00 x is as cheap as the bare page,
0.20 x five times as dear. At 2,300 sites the yardstick is the page at the demo's 23, and 1.30 x is a third
dearer; pages of which the demo fills only a part, such as its 19 open dates of 50, may cost more.

The targets are what holds on two cores, where the bare page takes 2 ms: 0.06 is 35 ms, 0.2 is 10. A page that
came to hold more since may take more: the office's home, a site and the deadlines hold twice what they did.
"""

import http.client
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from bench import Figure
from bench._against import NOTHING, bare_environment, make_bare
from bench._pages import Asked, Kind, Pen, ask_for, pens_of, queries_of_a_save, saves
from bench._portal import apart, copy_home, environment, grow, prepare
from bench._serving import CLIENTS, Page, Server, Side, answer_to, served, take_turns

SITES = 2_300
FULLER = 2.3
WRITERS = 30
A_MARK_EVERY = 1.0  # second, of each writer

KEPT = Kind("public_kept", "", "/sites/", at_least=0.35)
DRAWN = Kind("public_drawn", "", "/sites/", at_least=0.25, keep="off", at_most=FULLER)
HOME = Kind("home_of_office", "shiban", "/desk/", at_least=0.08, at_most=FULLER)
OFTEN = (
    HOME,
    Kind("home_of_district", "quban1", "/desk/"),
    Kind("home_of_liaison", "lianluo20", "/desk/"),
    Kind("home_of_inspector", "ducha1", "/desk/", at_least=0.11, at_most=FULLER),
    Kind("list_of_sites", "shiban", "/desk/sites/", at_least=0.16),
    Kind("list_of_50_papers", "shiban", "/desk/documents/", at_least=0.18),
    Kind("search", "shiban", "/desk/search/?q=%E7%A4%BA%E4%BE%8B", at_most=FULLER),
)
KINDS = (
    KEPT,
    DRAWN,
    *OFTEN,
    Kind("section_of_a_sheet", "lianluo20", "/desk/sheets/{sheet}/?section=1", at_least=0.14),
    Kind("site", "shiban", "/desk/sites/{site}/", at_least=0.06),
    Kind("deadlines", "shiban", "/desk/deadlines/", at_least=0.06, at_most=3),
    Kind("trail", "shenji", "/desk/trail/", at_least=0.08),
)


def measure() -> Iterator[Figure]:
    with running(SITES, KINDS) as run:
        sides = []
        for kind in KINDS:
            bare, few, many = run.bare_beside(kind), run.few.side(kind), run.many.side(kind)
            take_turns(bare, few, many)
            yield beside_bare(f"pages.{kind.name}", few, bare, kind.at_least, run.few.queries(kind))
            yield grown(f"pages.{kind.name}_at_{SITES}", many, few, kind.at_most, run.many.queries(kind))
            sides += [bare, few, many]
        yield from _saving(run)
        yield _under_writing(run)
        yield Figure("pages.load_client", 100 * max(side.share_of_client for side in sides), "% of the cores")


# -- what is served ----------------------------------------------------------------


@dataclass(frozen=True)
class Portal:
    """A served campaign: with public pages kept ("on") and, by other processes, each drawn anew ("off")."""

    home: str
    asked: dict[str, Asked]
    servers: dict[str, Server]

    def side(self, kind: Kind) -> Side:
        return Side(self.servers[kind.keep], self.asked[kind.name].page)

    def queries(self, kind: Kind) -> int:
        return self.asked[kind.name].queries


@dataclass(frozen=True)
class Run:
    """The bare site with its 50 rows, the demo, and the demo grown."""

    bare: Server
    rows: Page
    few: Portal
    many: Portal

    def bare_beside(self, kind: Kind) -> Side:
        return Side(self.bare, NOTHING if kind is KEPT else self.rows)


@contextmanager
def running(sites: int, kinds: tuple[Kind, ...]) -> Iterator[Run]:
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder, ExitStack() as stack:
        bare, few, many = (str(Path(folder) / name) for name in ("bare", "few", "many"))
        rows = make_bare(bare)
        prepare(few, "demo")
        copy_home(few, many)
        grow(many, sites)
        server = stack.enter_context(served(bare_environment(bare)))
        portals = [stack.enter_context(_portal(home, kinds)) for home in (few, many)]
        yield Run(server, rows, *portals)


@contextmanager
def _portal(home: str, kinds: tuple[Kind, ...]) -> Iterator[Portal]:
    asked = apart(ask_for, home, kinds, "on") | apart(ask_for, home, kinds, "off")
    env = environment(home)
    with served(env | {"PORTAL_KEEP_PAGES": "on"}) as on, served(env | {"PORTAL_KEEP_PAGES": "off"}) as off:
        yield Portal(home, asked, {"on": on, "off": off})


# -- figures -----------------------------------------------------------------------


def beside_bare(name: str, ours: Side, bare: Side, at_least: float, queries: int) -> Figure:
    return Figure(name, 1 / ours.cost_beside(bare), "x", at_least=at_least, note=_note(ours, bare, queries))


def grown(name: str, many: Side, few: Side, at_most: float, queries: int) -> Figure:
    return Figure(name, many.cost_beside(few), "x", at_most=at_most, note=_note(many, few, queries))


def _note(ours: Side, theirs: Side, queries: int) -> str:
    return (
        f"{ours.milliseconds:.1f} to {theirs.milliseconds:.1f} ms of CPU, {queries} queries,"
        f" {ours.rate_beside(theirs):.2f} x as many a second"
    )


def _saving(run: Run) -> Iterator[Figure]:
    """One mark saved, by as many clients at once as there are sheets to write on."""
    pens = apart(pens_of, run.few.home, CLIENTS)
    queries = apart(queries_of_a_save, run.few.home, pens[0])
    pens = apart(pens_of, run.few.home, CLIENTS)  # with the versions that are now
    rows = Side(run.bare, run.rows, clients=len(pens))
    ours = Side(run.few.servers["on"], saves(pens), clients=len(pens))
    take_turns(rows, ours)
    yield beside_bare("pages.save_a_mark", ours, rows, 0.2, queries)
    yield Figure("pages.queries_of_a_save", queries, "", at_most=8)


def _under_writing(run: Run) -> Figure:
    """The office's home while many write: they are served by other processes, whose work is not counted."""
    pens = apart(pens_of, run.many.home, WRITERS)
    rows, ours = Side(run.bare, run.rows), run.many.side(HOME)
    with _writing(run.many.servers["off"], pens):
        take_turns(rows, ours)
    queries = run.many.queries(HOME)
    return beside_bare(f"pages.{HOME.name}_under_writing", ours, rows, 0.05, queries)


@contextmanager
def _writing(server: Server, pens: list[Pen]) -> Iterator[None]:
    """Meanwhile each pen marks its sheet item by item, at a person's pace."""
    done = threading.Event()
    failed: list[BaseException] = []

    def write(pen: Pen) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        try:
            for item in cycle(pen.versions):
                answer_to(connection, pen.save(item))
                if done.wait(A_MARK_EVERY):
                    return
        except (OSError, http.client.HTTPException, RuntimeError) as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(pen,)) for pen in pens]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()
    if failed:
        raise failed[0]
