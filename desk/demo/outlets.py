"""Where the demo's notices were made known: a notice board and a newspaper, each with its picture."""

from accounts.services import secrecy as reviews
from publicity.enums import OutletKind
from publicity.models import Notice, NoticeOutlet
from publicity.services import outlets
from sites.calendar import pinned

from . import secrecy
from .cast import SAMPLE, Cast
from .lists import on
from .photos import board, newspaper, photo, saved

HALL = "市政务服务大厅一楼公示栏"
PAPER = "《乌海日报》第2版"
AT = (39.655, 106.794)


def make_known(notice: Notice, cast: Cast, *, board_on: str, paper_on: str) -> None:
    """On the board and in the newspaper, entered by the office and public."""
    _publish(_on_the_board(notice, cast, board_on), cast, board_on)
    _publish(_in_the_paper(notice, cast, paper_on), cast, paper_on)


def begin(notice: Notice, cast: Cast, day: str) -> None:
    """On the board; the newspaper is reviewed and waits to be published, television is still missing."""
    _publish(_on_the_board(notice, cast, day), cast, day)
    _review(_in_the_paper(notice, cast, day), cast, day)


def _on_the_board(notice: Notice, cast: Cast, day: str) -> NoticeOutlet:
    image = board(f"公示栏{SAMPLE}", "乌海市政务服务大厅", sheets=3, wall=f"{HALL} {day}")
    words = {
        "kind": OutletKind.BOARD,
        "on": on(day),
        "medium": f"{HALL}{SAMPLE}",
        "note": f"张贴至公示期满{SAMPLE}。",
        "shows": f"市政务服务大厅公示栏，中间一栏张贴着公示{SAMPLE}",
    }
    with pinned(on(day)):
        picture = photo(image, "公示栏", taken=f"{day} 09:30:00", at=AT)
        return outlets.record(notice=notice, words=words, picture=picture, by=cast.office)


def _in_the_paper(notice: Notice, cast: Cast, day: str) -> NoticeOutlet:
    words = {
        "kind": OutletKind.NEWSPAPER,
        "on": on(day),
        "medium": f"{PAPER}{SAMPLE}",
        "note": "",
        "shows": f"刊登公示的报纸版面{SAMPLE}",
    }
    with pinned(on(day)):
        picture = saved(newspaper("乌海日报", f"公示{SAMPLE}"), "报纸版面")
        return outlets.record(notice=notice, words=words, picture=picture, by=cast.office)


def _review(outlet: NoticeOutlet, cast: Cast, day: str) -> None:
    with pinned(on(day)):
        [standing] = reviews.standings("outlet", [outlet]).values()
        if standing.review:
            secrecy.give(standing.review, cast)


def _publish(outlet: NoticeOutlet, cast: Cast, day: str) -> None:
    _review(outlet, cast, day)
    with pinned(on(day)):
        outlets.publish(outlet=outlet, by=cast.office)
