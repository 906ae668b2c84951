"""What a paper costs beside WeasyPrint alone, which draws the same page with the same style sheet.

One paper of each kind that the demo has, in CPU time. To draw it is its template, its breaks, lines that fill
the type area, the foot overleaf, and the fonts looked at; all else that the worker does for it is the
signature, the checks, the rows and the file. Then how much sooner 200 papers are made by two of the worker's
children than by one, which is true only of a machine with two cores to spare.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import Figure
from bench._portal import DEMO_SITES, apart, copy_home, grow, prepare, set_up
from bench._worker import working

TIMES = 3
MANY, FIRST = 200, 8


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        home = str(Path(folder) / "demo")
        prepare(home, "demo")
        grown = str(Path(folder) / "two")
        copy_home(home, grown)
        alone, drawn, made, papers = apart(seconds_of_papers, home)
        sooner = _sooner(grown, str(Path(folder) / "one"))
    note = f"{papers} papers, {drawn / papers * 1000:.0f} ms each"
    yield Figure("papers.drawn_beside_weasyprint", drawn / alone, "x", at_most=1.15, note=note)
    yield Figure("papers.signed_checked_and_filed", (made - drawn) / papers, "s", at_most=0.2)
    yield Figure(f"papers.{MANY}_by_two", sooner, "x", at_least=1.6)


def _sooner(two: str, one: str) -> float:
    """The time of one child by that of two; each has made some papers before."""
    grow(two, 2 * DEMO_SITES)
    copy_home(two, one)
    seconds = []
    for home, processes in ((one, 1), (two, 2)):
        with working(home, processes) as worker:
            worker.make(FIRST * processes)
            seconds.append(worker.make(MANY))
    return seconds[0] / seconds[1]


def seconds_of_papers(home: str) -> tuple[float, float, float, int]:
    """The best of several times, taken in turns: alone, drawn by us, and made by us to the end."""
    set_up(home)
    from weasyprint import CSS, HTML  # noqa: PLC0415  # after set_up, like the others
    from weasyprint.layout import inline  # noqa: PLC0415
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    own = inline.justify_line
    from core.faces import named_families  # noqa: PLC0415
    from documents import justifying, pdf  # noqa: F401, PLC0415  # the second puts the first in
    from documents.models import Document  # noqa: PLC0415
    from documents.rendering import draw, paper_page  # noqa: PLC0415
    from documents.services import render  # noqa: PLC0415

    fonts = FontConfiguration()
    waiting = {paper.kind: paper for paper in Document.objects.waiting()}
    papers = list(waiting.values())
    pages = [paper_page(paper.kind, paper.context) for paper in papers]
    sheet = CSS(string=pages[0].css, font_config=fonts)

    def alone() -> None:
        inline.justify_line = own
        for page in pages:
            HTML(string=page.html).write_pdf(stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/a-2a")
        justifying.install()

    def drawn() -> None:
        for paper in papers:
            draw(paper_page(paper.kind, paper.context), families=named_families())

    def to_the_end() -> None:
        for paper in papers:
            render(paper.pk)

    alone()
    drawn()
    theirs, ours = [], []
    for _ in range(TIMES):
        theirs.append(seconds(alone))
        ours.append(seconds(drawn))
    made = seconds(to_the_end)
    done = Document.objects.filter(pk__in=[paper.pk for paper in papers]).exclude(sha256="").count()
    assert done == len(papers), "a paper was not made"
    return min(theirs), min(ours), made, len(papers)


def seconds(work: Callable[[], object]) -> float:
    """Of this process and of those it asks."""
    before = time.process_time()
    work()
    return time.process_time() - before
