"""March to May of the demo: self-assessment, inspection, rectification, acceptance, naming."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Resolution, User
from accounts.services.secrecy import put_out
from assessments.enums import RoundKind, ScoreLevel, Verdict
from assessments.finding_steps import confirms_first
from assessments.models import Acceptance, Assessment, Deliberation, Finding, Proposal, Round, Sheet, Team
from assessments.queries import items_below_full
from assessments.services import (
    acceptance,
    deliberation,
    hearing,
    programme_reports,
    rectification,
    round_reports,
    rounds,
    scores,
    sheets,
    signing,
    team_papers,
    teams,
    visits,
)
from publicity.models import Notice
from publicity.services import naming, notices
from sites.calendar import pinned
from sites.models import Programme, Site
from standards.models import Item

from . import appraisals, proofs, secrecy
from .cast import PHONE, SAMPLE, Cast
from .lists import on
from .papers import signed_by_three

CONTACT = notices.Contact(
    office="乌海市政务公开领导小组办公室",
    address=f"乌海市海勃湾区政府大楼{SAMPLE}",
    postcode="016000",
    telephone=f"{PHONE}{SAMPLE}",
    hours="工作日8:30—12:00，14:30—17:30",
)
PARTLY, UNMET = "材料不全，缺少近期执行记录。", "现场未见公开，未提供佐证材料。"


@dataclass
class Rounds:
    """The demo's first two rounds."""

    self_round: Round
    inspection: Round


def open_rounds(programme: Programme, cast: Cast) -> Rounds:
    with pinned(on("2008-02-25")):
        self_round = rounds.open_round(
            programme=programme,
            kind=RoundKind.SELF,
            title="2008年自评",
            due_on=on("2008-03-31"),
            by=cast.office,
        )
    with pinned(on("2008-03-31")):
        inspection = rounds.open_round(
            programme=programme,
            kind=RoundKind.INSPECTION,
            title="2008年督查",
            due_on=on("2008-04-30"),
            by=cast.office,
        )
        form_teams(inspection, cast)
    return Rounds(self_round, inspection)


def form_teams(opened: Round, cast: Cast) -> None:
    """Two teams of two inspectors from different departments."""
    first, second, third, fourth = cast.inspectors
    for name, leader, member in (("第一督查组", first, second), ("第二督查组", third, fourth)):
        teams.form_team(
            round=opened,
            name=name,
            leader=leader,
            members=[member],
            starts_on=opened.opened_on,
            ends_on=opened.due_on,
            by=cast.office,
        )


def answer_self_sheet(site: Site, cast: Cast, *, items: int | None = None) -> Sheet:
    """The liaison answers the self sheet, all of it or the first `items`."""
    liaison = cast.liaison(site.organisation)
    with pinned(on("2008-03-20")):
        sheet = sheets.self_sheet(site=site, by=liaison)
        for number, item in enumerate(standard_items(sheet)[:items]):
            mark(sheet, item, weak=(number + site.pk) % 17 == 0, by=liaison)
    return sheet


def submit_self_sheet(site: Site, cast: Cast) -> None:
    sheet = answer_self_sheet(site, cast)
    with pinned(on("2008-03-24")):
        sheets.submit_self_assessment(
            sheet=sheet, by=cast.liaison(site.organisation), without_evidence=sheets.unshown(sheet)
        )
    site.refresh_from_db()


def assign(site: Site, demo_teams: list[Team], cast: Cast, day: str, visit_on: str) -> Assessment:
    turn = Site.objects.filter(pk__lte=site.pk).count()  # the same whatever keys a database gives
    team = demo_teams[turn % 2]
    with pinned(on(day)):
        return visits.assign(team=team, site=site, visit_on=on(visit_on), by=cast.office).assessment


def send(opened: Round, sites: list[Site], cast: Cast, days: tuple[str, str]) -> dict[int, Assessment]:
    """On the first of the days the teams get their notice and letters, on the second they visit the sites."""
    day, visit_on = days
    demo_teams = list(opened.teams.order_by("pk"))
    sent = {site.pk: assign(site, demo_teams, cast, day, visit_on) for site in sites}
    with pinned(on(day)), signed_by_three(cast):
        team_papers.issue_team_papers(round=opened, by=cast.leader)
    return sent


def visit(assessment: Assessment, *, weak_every: int, day: str, disputed: int = 0) -> Sheet:
    """Both members fill and submit their sheets; returns the final one, with `disputed` items to settle."""
    with pinned(on(day)):
        for place, member in enumerate(assessment.assignment.team.members.select_related("user")):
            fill_visit(assessment, member.user, weak_every=weak_every, disputed=disputed, strict=place > 0)
        return assessment.sheets.get(role="final")


def fill_visit(
    assessment: Assessment,
    inspector: User,
    *,
    weak_every: int,
    items: int | None = None,
    disputed: int = 0,
    strict: bool = False,
) -> None:
    """Fill in one member's sheet, every `weak_every`-th item below full marks, and submit a whole one.

    The first `disputed` items are below full marks for a strict member, and in full for the other, who
    photographs the first gap.
    """
    sheet = sheets.inspector_sheet(assessment=assessment, by=inspector)
    gaps = []
    for number, item in enumerate(standard_items(sheet)[:items]):
        weak = strict if number < disputed else (number + assessment.site_id) % weak_every == 0
        mark(sheet, item, weak=weak, by=inspector)
        gaps += [item] * weak
    if gaps and not strict:
        proofs.photograph(assessment, gaps[0], by=inspector)
    if items is None:
        sheets.submit_inspector_sheet(sheet=sheet, by=inspector)


def deliberate(final: Sheet, *, to_the_end: bool, day: str) -> None:
    """合议: the members argue about the first disputed item and agree to the leader's second proposal.

    The others they settle at the first, or leave to another day.
    """
    leader, member = (each.user for each in final.assessment.assignment.team.members.select_related("user"))
    first, *others = final.deliberations.select_related("item__section")
    with pinned(on(day)):
        deliberation.argue(deliberation=first, text=f"检查当日公开栏已更新，有照片为证{SAMPLE}。", by=leader)
        deliberation.argue(deliberation=first, text="3月以前的内容没有归档，无法查阅。", by=member)
        refused = propose(first, ScoreLevel.MET, "内容齐全，予以认定。", leader)
        deliberation.answer(proposal=refused, agrees=False, text="归档缺项，不应得满分。", by=member)
        if not to_the_end:
            return
        for disputed in (first, *others):
            agreed = propose(disputed, ScoreLevel.PARTLY, "已经公开，归档不全，按部分符合计分。", leader)
            deliberation.answer(proposal=agreed, agrees=True, text="", by=member)


def propose(disputed: Deliberation, level: ScoreLevel, reason: str, leader: User) -> Proposal:
    return deliberation.propose(deliberation=disputed, level=level, points=None, reason=reason, by=leader)


def inspect(site: Site, assessment: Assessment, *, weak_every: int, disputed: int = 0) -> Sheet:
    """April: the team visits, deliberates, and its leader signs; the findings are put to the unit."""
    final = visit(assessment, weak_every=weak_every, day="2008-04-08", disputed=disputed)
    if disputed:
        deliberate(final, to_the_end=True, day="2008-04-09")
    opinions = {
        score.item_id: f"请于限期内完善“{score.item.text}”，并补报佐证材料。"
        for score in items_below_full(final)
    }
    with pinned(on("2008-04-10")):
        signing.sign(sheet=final, opinions=opinions, by=assessment.assignment.team.leader)
    site.refresh_from_db()
    return final


def hear(site: Site, cast: Cast, *, to_the_end: bool) -> None:
    """The unit disagrees with its first finding and agrees with the others.

    The office keeps the finding and sends the notice, or has not looked at it yet.
    """
    liaison = cast.liaison(site.organisation)
    first = Finding.objects.select_related("assessment__site").filter(assessment__site=site)[0]
    with pinned(on("2008-04-11")):
        hearing.comment(
            finding=first,
            agrees=False,
            text=f"相关记录已于3月归档，检查当日未能及时提供{SAMPLE}。",
            by=liaison,
        )
        hearing.agree_to_rest(site=site, by=liaison)
    if not to_the_end:
        return
    with pinned(on("2008-04-14")):
        hearing.uphold(finding=first, text="补报的记录不能说明近期执行情况，维持原意见。", by=cast.office)
        with signed_by_three(cast):
            hearing.issue_notice(site=site, by=cast.leader)


def report(inspection: Round, cast: Cast) -> None:
    """19 May: how far rectification and acceptance are, to the leading group."""
    with pinned(on("2008-05-19")), signed_by_three(cast):
        round_reports.issue_round_report(round=inspection, by=cast.leader)
        programme_reports.issue_programme_report(programme=inspection.programme, by=cast.leader)


def rectify(site: Site, cast: Cast, *, close: bool, is_confirmed: bool) -> None:
    """The unit answers, its district confirms; the office verifies all and closes, or leaves it half-way.

    `is_confirmed`: the district has looked at every answer, and not only at what the office verifies.
    """
    liaison = cast.liaison(site.organisation)
    findings = list(Finding.objects.filter(assessment__site=site).select_related("assessment__site", "item"))
    answered = findings if close else findings[: len(findings) // 2]
    with pinned(on("2008-04-18")):
        for number, finding in enumerate(answered):
            files = [proofs.mended_board(site)] if number == 0 else []
            rectification.answer(
                finding=finding, text="已按意见整改完毕，制度和公开内容已补齐。", files=files, by=liaison
            )
    looked_at = answered if close else answered[:1]
    if confirms_first(site):
        with pinned(on("2008-04-21")):
            for finding in answered if is_confirmed else looked_at:
                clerk = cast.districts[site.filing.organisation_id]
                rectification.confirm(finding=finding, text="区里已到现场查看，整改属实。", by=clerk)
    with pinned(on("2008-04-22")):
        for finding in looked_at:
            rectification.verify(finding=finding, text="现场核实，整改到位。", by=cast.office)
    if close:
        with pinned(on("2008-04-22")):
            rectification.summarise(
                site=site, text=f"我单位已按改进意见逐项整改，责任到人{SAMPLE}。", by=liaison
            )
            rectification.close(site=site, by=cast.office)
    site.refresh_from_db()


def examine(sites: list[Site], failing: Site, programme: Programme, cast: Cast) -> None:
    """5–6 May: on-site sheets, appraisal, the office's recommendation."""
    with pinned(on("2008-05-04")):
        opened = rounds.open_round(
            programme=programme,
            kind=RoundKind.ACCEPTANCE,
            title="2008年验收",
            due_on=on("2008-05-31"),
            by=cast.office,
        )
        form_teams(opened, cast)
    sent = send(opened, [*sites, failing], cast, ("2008-05-04", "2008-05-05"))
    for site in [*sites, failing]:
        assessment = sent[site.pk]
        final = visit(assessment, weak_every=2 if site == failing else 15, day="2008-05-05")
        with pinned(on("2008-05-05")):
            signing.sign(sheet=final, opinions={}, by=assessment.assignment.team.leader)
        appraisals.count(site, cast)
        with pinned(on("2008-05-06")):
            verdict = Verdict.FAIL if site == failing else Verdict.PASS
            acceptance.recommend(
                site=site,
                verdict=verdict,
                opinion="公开内容仍不全面，建议不予通过。"
                if site == failing
                else "达到建设标准，建议通过验收。",
                by=cast.office,
            )


def accept(sites: list[Site], failing: Site, resolution: Resolution, cast: Cast) -> None:
    """6 May: the leading group decides as its office recommends."""
    for site in [*sites, failing]:
        with pinned(on("2008-05-06")):
            acceptance.decide(
                acceptance=Acceptance.objects.undecided().get(assessment__site=site),
                verdict=Verdict.FAIL if site == failing else Verdict.PASS,
                note="公开内容和形式与标准差距较大，请继续整改。" if site == failing else "",
                resolution=resolution,
                by=cast.leader,
            )
        site.refresh_from_db()


def announce(
    sites: list[Site], programme: Programme, cast: Cast, day: str, *, forms: Sequence[str]
) -> Notice:
    with pinned(on(day)):
        review = notices.prepare(
            programme=programme,
            sites=sites,
            title=notices.usual_title(programme, {site.kind for site in sites}),
            grounds=notices.GROUNDS,
            contact=CONTACT,
            length=programme.rulebook_used.notice_days,
            forms=forms,
            by=cast.office,
        )
        secrecy.give(review, cast)
        put_out(review=review, by=cast.office)
        notice = Notice.objects.latest("pk")
    for site in sites:
        site.refresh_from_db()
    return notice


def name(notice: Notice, sites: list[Site], resolution: Resolution, cast: Cast) -> None:
    with pinned(on("2008-05-14")):
        notices.close_ended(on("2008-05-14"))
        naming.name_sites(notice=notice, sites=sites, resolution=resolution, by=cast.leader)
    for site in sites:
        site.refresh_from_db()


def standard_items(sheet: Sheet) -> list[Item]:
    return list(Item.objects.filter(section__standard=sheet.assessment.standard).select_related("section"))


def mark(sheet: Sheet, item: Item, *, weak: bool, by: User) -> None:
    """One item: met, or (when weak) partly met or unmet in turn."""
    level = ScoreLevel.MET
    if weak:
        level = ScoreLevel.UNMET if item.ordinal % 3 == 0 else ScoreLevel.PARTLY
    reason = {ScoreLevel.PARTLY: PARTLY, ScoreLevel.UNMET: UNMET}.get(level, "")
    scores.save_score(sheet=sheet, item=item, level=level, points=None, reason=reason, version=0, by=by)
