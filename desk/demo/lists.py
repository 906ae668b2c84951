"""January of the demo: lists, review, determination.

No phase is prolonged: what is late in May is told as late.
"""

import datetime
from decimal import Decimal

from accounts.models import Organisation, Resolution, SecrecyReview, User
from sites import services
from sites.batch import reviewed_lists
from sites.calendar import pinned
from sites.enums import Stage
from sites.models import Filing, Programme, Site
from standards.enums import Kind

from . import secrecy
from .cast import PHONE, SAMPLE, Cast, district_units

# The window each designated unit puts forward, by its name in the plan: (window, kind).
CITY_WINDOWS: dict[str, tuple[str, Kind]] = {
    "海勃湾区": ("海勃湾区政务服务中心", Kind.GOVERNMENT_AFFAIRS),
    "市建委": ("建设工程审批窗口", Kind.GOVERNMENT_AFFAIRS),
    "国土资源局": ("土地登记窗口", Kind.GOVERNMENT_AFFAIRS),
    "公安局": ("车辆管理所办证大厅", Kind.GOVERNMENT_AFFAIRS),
    "教体局": ("招生咨询服务窗口", Kind.SERVICE),
    "卫生局": ("人民医院门诊服务窗口", Kind.SERVICE),
    "规划局": ("规划许可窗口", Kind.GOVERNMENT_AFFAIRS),
    "电业局": ("供电营业厅", Kind.SERVICE),
}
# Two units that are late: one list still waits for the review, one was sent back.
WAITING, SENT_BACK = "教体局", "规划局"
# Where the sample sites stand (north, east): a few hundred metres apart, from a point in their district on.
MIDDLES = {
    "海勃湾区": ("39.662000", "106.794000"),
    "海南区": ("39.441000", "106.884000"),
    "乌达区": ("39.504000", "106.708000"),
}
APART = Decimal("0.004")
WHY = "窗口基础较好，群众办事集中，具备示范条件。"


def on(day: str) -> datetime.date:
    return datetime.date.fromisoformat(day)


def file_lists(programme: Programme, cast: Cast) -> None:
    """4–16 January: every list is filed, and the office reviews it."""
    for unit in programme.designated_units.select_related("organisation"):
        _file_city_list(programme, unit.organisation, *CITY_WINDOWS[unit.name_in_plan], cast=cast)
    for district_id, clerk in cast.districts.items():
        district = Organisation.objects.get(pk=district_id)
        _file_district_list(programme, district, clerk, cast.heads[district_id])
    late = programme.designated_units.get(name_in_plan=WAITING).organisation_id
    returned = programme.designated_units.get(name_in_plan=SENT_BACK).organisation_id
    for filing in programme.filings.exclude(organisation=late, level="city").exclude(
        organisation=returned, level="city"
    ):
        with pinned(on("2008-01-16")):
            services.review(filing=filing, opinion="名单符合方案要求，基础较好，拟同意。", by=cast.office)
    with pinned(on("2008-01-18")):
        for review in SecrecyReview.objects.waiting().order_by("pk"):
            secrecy.give(review, cast)
    with pinned(on("2008-01-16")):
        services.send_back(
            filing=programme.filings.get(organisation=returned, level="city"),
            remarks="请补充窗口地址和选择该窗口的理由后重新上报。",
            by=cast.office,
        )


def determine(programme: Programme, leader: User, resolution: Resolution) -> None:
    """21 January: everything that was reviewed, in one batch and without exceptions."""
    lists = reviewed_lists(programme, reader=leader)
    yes = services.Answer(yes=True)
    decisions = {one.version.pk: {each.site.pk: yes for each in one.candidates} for one in lists}
    with pinned(on("2008-01-21")):
        services.determine_batch(programme=programme, decisions=decisions, resolution=resolution, by=leader)


def _file_city_list(programme: Programme, unit: Organisation, window: str, kind: Kind, *, cast: Cast) -> None:
    clerk = cast.liaison(unit)
    with pinned(on("2008-01-08")):
        filing = services.filing_of(programme=programme, by=clerk)
        assert filing is not None  # noqa: S101  # a designated unit files a list
        _add(filing, unit, window, kind, clerk)
        services.file_list(filing=filing, by=clerk)


def _file_district_list(programme: Programme, district: Organisation, clerk: User, head: User) -> None:
    """The clerk prepares it and puts it forward, the head determines it, and it is filed the day after."""
    with pinned(on("2008-01-09")):
        filing = services.filing_of(programme=programme, by=clerk)
        assert filing is not None  # noqa: S101  # a district files a list
        for unit in district_units(district):
            kind = Kind.SERVICE if unit.kind == "utility" else Kind.GOVERNMENT_AFFAIRS
            _add(filing, unit, unit.name.removesuffix(SAMPLE), kind, clerk)
        services.put_forward(filing=filing, by=clerk)
        services.decide(filing=filing, by=head)
    with pinned(on("2008-01-10")):
        services.file_list(filing=filing, by=clerk)


def _add(filing: Filing, unit: Organisation, window: str, kind: Kind, by: User) -> None:
    north, east = map(Decimal, MIDDLES[unit.district.short_name if unit.district else "海勃湾区"])
    services.save_site(
        filing=filing,
        site=Site(
            organisation=unit,
            window_name=f"{window}{SAMPLE}",
            kind=kind,
            reason=WHY,
            address=f"{unit.short_name}办公楼一层{SAMPLE}",
            working_body=f"{unit.short_name}政务公开办公室{SAMPLE}",
            latitude=north + APART * filing.programme.sites.count(),
            longitude=east,
            is_sample=True,
        ),
        liaison_name=f"{unit.short_name}联络员{SAMPLE}",
        liaison_phone=PHONE,
        by=by,
    )


def determined(programme: Programme) -> list[Site]:
    """The sites that go on, the city's first, in the plan's order."""
    return list(
        Site.objects.filter(programme=programme, stage=Stage.DETERMINED)
        .select_related("organisation", "filing", "programme")
        .prefetch_related("programme__phases")
    )
