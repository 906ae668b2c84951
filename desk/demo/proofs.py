"""March to April of the demo: what the units filed as evidence, and what was photographed on site.

Most of it is as it should be. Two units have borrowed a picture from another, one has taken one long before
the programme and far away, and one of the links is dead.
"""

import io
from collections.abc import Sequence
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import User
from assessments.evidence.links import NO_PAGE
from assessments.models import Assessment, Evidence
from assessments.services import evidence, links
from assessments.services.evidence import items_to_show
from sites.calendar import pinned
from sites.models import Site
from standards.models import Item

from .cast import SAMPLE, Cast
from .lists import on
from .photos import Place, notice_board, photo, saved

BOARDS_SEEN = "2008-03-12"
# Some 30 m: a telephone's place is never quite that of the site.
NEAR, FAR = 0.0003, 0.2
FOUND, DEAD, NEW = (
    "https://www.example.com/",
    "https://www.example.org/gongkai/2008.html",
    "https://www.example.net/",
)


def show_boards(sites: Sequence[Site], cast: Cast) -> None:
    """12 March: each unit photographs its notice board, for the first item of its standard."""
    for site in sites:
        _file(site, cast, "公开栏照片", [_board(site)], taken_on=on(BOARDS_SEEN))


def borrow(sites: Sequence[Site], lenders: Sequence[Site], cast: Cast) -> None:
    """One unit files another's picture as it is, the next one a smaller copy."""
    same, smaller = (_board(lender) for lender in lenders)
    image = Image.open(io.BytesIO(smaller.read()))
    copies = same, saved(image.resize((image.width * 3 // 4, image.height * 3 // 4)), "公开栏近照")
    for site, copy in zip(sites, copies, strict=True):
        _file(site, cast, "公开栏更新情况", [copy], first=1)


def file_doubtful(site: Site, cast: Cast) -> None:
    """A picture that the camera says is of the year before, and of some 20 km away."""
    image = notice_board(site, sheets=3, view="2007")
    old = photo(image, "公开栏全景", taken="2007-06-18 15:20:00", at=_near(site, FAR))
    _file(site, cast, "公开栏全景照片", [old], first=2, taken_on=on("2008-03-18"))


def file_links(site: Site, cast: Cast) -> None:
    """Three pages of the unit's own: one was found, one is gone, one has not been looked up yet."""
    pages = _file(site, cast, "网上公开栏目", urls=[FOUND, DEAD, NEW], first=3)
    for link in pages.links.exclude(url=NEW):
        links.record(link, NO_PAGE if link.url == DEAD else "")


def photograph(assessment: Assessment, item: Item, by: User) -> None:
    """The inspector takes a picture for an item below full marks, when and where the visit is."""
    site, day = assessment.site, assessment.assignment.visit_on
    image = notice_board(site, sheets=2, view=str(assessment.round))
    evidence.add_evidence(
        site=site,
        title=f"{item.code}现场照片{SAMPLE}",
        files=[photo(image, "现场照片", taken=f"{day} 10:05:00", at=_near(site))],
        pointers={item: ""},
        taken_on=day,
        assessment=assessment,
        by=by,
    )


def mended_board(site: Site) -> SimpleUploadedFile:
    """The notice board as the unit shows it with its answer: six sheets where the team saw two."""
    image = notice_board(site, sheets=6, view="rectified")
    return photo(image, "整改后公开栏", taken="2008-04-17 16:30:00", at=_near(site))


def charges_board(site: Site, name: str, *, taken: str) -> SimpleUploadedFile:
    """The board of the charges, as the unit or a recheck shows it after a warning."""
    return photo(notice_board(site, sheets=6, view=name), name, taken=taken, at=_near(site))


def _board(site: Site) -> SimpleUploadedFile:
    return photo(notice_board(site, sheets=5), "公开栏", taken=f"{BOARDS_SEEN} 09:40:00", at=_near(site))


def _near(site: Site, away: float = NEAR) -> Place:
    return float(str(site.latitude)) + away, float(str(site.longitude))


def _file(
    site: Site,
    cast: Cast,
    title: str,
    files: Sequence[SimpleUploadedFile] = (),
    *,
    urls: Sequence[str] = (),
    first: int = 0,
    taken_on: date | None = None,
) -> Evidence:
    """The liaison files a piece of evidence for one item, the `first`-th of the standard."""
    with pinned(on("2008-03-20")):
        return evidence.add_evidence(
            site=site,
            title=f"{title}{SAMPLE}",
            files=files,
            urls=urls,
            pointers={items_to_show(site=site)[first]: ""},
            taken_on=taken_on,
            by=cast.liaison(site.organisation),
        )
