"""February to April of the demo: what the offices advised, what the units spent and put up."""

from decimal import Decimal

from sites import services
from sites.calendar import pinned
from sites.enums import FacilityKind, Level
from sites.models import Facility, GuidanceNote, Investment, Site
from sites.services import research

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


def look_into(site: Site, cast: Cast) -> None:
    """A visit of the office to one site in February; guidance came of it."""
    with pinned(on("2008-02-26")):
        visit = research.record(
            programme=site.programme,
            words={
                "theme": f"办事指南群众看不看得懂{SAMPLE}",
                "on": on("2008-02-26"),
                "elsewhere": f"行政服务中心{SAMPLE}",
                "took_part": f"市办2人、区办1人{SAMPLE}",
                "found": f"随机请10名办事群众照指南备材料，6人备不齐，主要是材料名称用了内部简称。{SAMPLE}",
            },
            sites=[site],
            by=cast.office,
        )
        note = research.guide_from(
            research=visit,
            site=site,
            text=f"指南中的材料一律写全称，并附样张。{SAMPLE}",
            by=cast.office,
        )
    with pinned(on("2008-03-05")):
        reply = f"已全部改写，样张放在填单台。{SAMPLE}"
        services.reply_to_guidance(note=note, reply=reply, by=cast.liaison(site.organisation))


def _advise(site: Site, cast: Cast, day: str, text: str, reply: str) -> None:
    by = cast.office if site.level == Level.CITY else cast.districts[site.filing.organisation_id]
    with pinned(on(day)):
        note = services.give_guidance(note=GuidanceNote(site=site, on=on(day), text=text + SAMPLE), by=by)
        if reply:
            services.reply_to_guidance(note=note, reply=reply + SAMPLE, by=cast.liaison(site.organisation))
