"""February to April of the demo: what the offices advised, what the units spent and put up."""

from decimal import Decimal

from sites import services
from sites.calendar import pinned
from sites.enums import FacilityKind, Level
from sites.models import Facility, GuidanceNote, Investment, Site

from .cast import SAMPLE, Cast
from .lists import on

ADVICE = (
    ("2008-02-21", "公开指南尚未标明受理时间和联系电话，请补充后在大厅显著位置公布。", "已补充并张贴。"),
    ("2008-03-13", "公开栏内容更新不及时，请明确专人每周更新，并建立更新登记簿。", ""),
)
SPENT = ((2007, "26000", "公开栏和宣传册"), (2008, "48500.50", "触摸查询屏和查阅点"))
BUILT = (
    (FacilityKind.BOARD, "办事公开栏", 2),
    (FacilityKind.SCREEN, "触摸查询屏", 1),
    (FacilityKind.READING_POINT, "政府信息查阅点", 1),
)


def advise_and_equip(sites: list[Site], cast: Cast) -> None:
    """Every site gets guidance; every second one has entered money, every third its facilities."""
    for number, site in enumerate(sites):
        _advise(site, cast, *ADVICE[number % len(ADVICE)])
        liaison = cast.liaison(site.organisation)
        with pinned(on("2008-03-28")):
            for year, amount, purpose in SPENT if number % 2 == 0 else ():
                entry = Investment(site=site, year=year, amount=Decimal(amount), purpose=purpose + SAMPLE)
                services.save_means(entry=entry, by=liaison)
            for kind, name, quantity in BUILT if number % 3 == 0 else ():
                facility = Facility(site=site, kind=kind, name=name + SAMPLE, quantity=quantity)
                services.save_means(entry=facility, by=liaison)


def _advise(site: Site, cast: Cast, day: str, text: str, reply: str) -> None:
    by = cast.office if site.level == Level.CITY else cast.districts[site.filing.organisation_id]
    with pinned(on(day)):
        note = services.give_guidance(note=GuidanceNote(site=site, on=on(day), text=text + SAMPLE), by=by)
        if reply:
            services.reply_to_guidance(note=note, reply=reply + SAMPLE, by=cast.liaison(site.organisation))
