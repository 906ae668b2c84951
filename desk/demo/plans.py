"""January to April of the demo: work plans of sites and districts, their measures ticked off, a hand-over."""

from accounts.models import User
from sites import services
from sites.calendar import pinned
from sites.models import Filing, Programme, Site, WorkPlan

from .cast import PHONE, SAMPLE, Cast
from .lists import on

GOALS = """对照建设标准逐项达标，3月底前完成建设，5月底前通过验收。
公开内容齐全、形式多样、制度完善，群众办事更加方便。"""
# What a site plans: (measure, from, to, ticked off on, what was done).
MEASURES = (
    (
        "健全领导机构和办事机构，明确分管领导、责任科室和联络员",
        "2008-02-01",
        "2008-02-15",
        "2008-02-14",
        "已成立领导小组，分工已上墙公布。",
    ),
    (
        "编制政务公开指南和目录，完善主动公开、依申请公开等制度",
        "2008-02-11",
        "2008-03-14",
        "2008-03-12",
        "指南、目录已编印，五项制度已行文。",
    ),
    (
        "改造服务大厅公开栏、触摸屏等公开设施",
        "2008-03-03",
        "2008-03-31",
        "2008-03-28",
        "公开栏已更新，触摸屏已安装使用。",
    ),
    (
        "对照建设标准开展自查，逐项整改",
        "2008-03-24",
        "2008-04-30",
        "2008-04-10",
        "自查发现的问题已整改。",
    ),
)
DISTRICT_GOALS = "全区五个示范点3月底前全部完成建设，经验材料汇编成册，带动其他部门。"
DISTRICT_MEASURES = (
    (
        "召开全区动员会，部署示范点建设",
        "2008-02-01",
        "2008-02-20",
        "2008-02-19",
        "动员会已召开，任务已分解。",
    ),
    (
        "每月到各示范点指导一次，解决困难",
        "2008-02-20",
        "2008-04-30",
        "2008-04-28",
        "已指导三轮，记录已存档。",
    ),
    ("落实示范点公开设施经费", "2008-02-20", "2008-03-31", "2008-03-25", "经费已拨付到各示范点。"),
    ("组织各示范点交流经验，汇编材料", "2008-04-01", "2008-05-16", "", ""),
)
# How many measures those have ticked off who are still building.
BEHIND = 2


def agree_plans(sites: list[Site], cast: Cast, *, behind: int) -> None:
    """28 January to 10 April: plans are filed and agreed; the last `behind` sites stop half-way."""
    for number, site in enumerate(sites, start=1):
        plan = file_plan(site, cast)
        with pinned(on("2008-02-04")):
            services.agree_plan(plan=plan, by=_supervisor(site, cast))
        done = BEHIND if number > len(sites) - behind else len(MEASURES)
        _tick_off(plan, MEASURES[:done], cast.liaison(site.organisation))
        site.refresh_from_db()


def file_plan(site: Site, cast: Cast) -> WorkPlan:
    with pinned(on("2008-01-28")):
        return services.file_plan(
            owner=site,
            goals=GOALS,
            measures=_measures(MEASURES, f"{site.organisation.short_name}办公室{SAMPLE}"),
            working_body=site.working_body,
            by=cast.liaison(site.organisation),
        )


def agree_district_plans(programme: Programme, cast: Cast) -> None:
    """Each district names its own liaison, and gets its own plan agreed by the municipal office."""
    for filing in Filing.objects.filter(programme=programme, level="district").select_related("organisation"):
        clerk, name = cast.districts[filing.organisation_id], filing.organisation.short_name
        with pinned(on("2008-01-25")):
            services.add_liaison(
                owner=filing, name=f"{name}联络员{SAMPLE}", phone=PHONE, user=clerk, by=clerk
            )
            plan = services.file_plan(
                owner=filing,
                goals=DISTRICT_GOALS,
                measures=_measures(DISTRICT_MEASURES, f"{name}政务公开办公室{SAMPLE}"),
                working_body=f"{name}政务公开领导小组办公室{SAMPLE}",
                by=clerk,
            )
        with pinned(on("2008-01-31")):
            services.agree_plan(plan=plan, by=cast.office)
        _tick_off(plan, DISTRICT_MEASURES[:3], clerk)


def hand_over(site: Site, cast: Cast) -> None:
    """17 March: a liaison goes, another one takes the post."""
    account = cast.liaison(site.organisation)
    with pinned(on("2008-03-17")):
        services.hand_over(
            liaison=site.liaisons.get(),
            from_name=site.liaisons.get().name,
            name=account.name,
            phone=PHONE,
            user=account,
            reason=f"原联络员岗位调整{SAMPLE}",
            by=account,
        )


def _measures(planned: tuple[tuple[str, ...], ...], person: str) -> list[services.PlannedMeasure]:
    return [
        services.PlannedMeasure(f"{text}{SAMPLE}", person, on(starts), on(ends))
        for text, starts, ends, _done_on, _note in planned
    ]


def _tick_off(plan: WorkPlan, planned: tuple[tuple[str, ...], ...], by: User) -> None:
    for measure, (_text, _starts, _ends, done_on, note) in zip(plan.measures.all(), planned, strict=False):
        with pinned(on(done_on)):
            services.tick_off(measure=measure, note=f"{note}{SAMPLE}", by=by)


def _supervisor(site: Site, cast: Cast) -> User:
    return cast.office if site.level == "city" else cast.districts[site.filing.organisation_id]
