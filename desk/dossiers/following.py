"""Sections 08 to 11: appraisal, notice and objections, naming and what followed, the site's history."""

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePath

from assessments.rules import sees_camera_data
from assessments.scoring import plain
from documents.enums import Retention
from documents.papers import OFFICE
from publicity.enums import ObjectionState
from publicity.models import (
    Appraisal,
    AppraisalScan,
    Naming,
    NoticeSite,
    Objection,
    RecheckPicture,
    TrackingNote,
)
from publicity.pages.appraisal import AppraisalPage
from publicity.pages.naming import NamingPage
from sites.enums import Action

from .pieces import Block, Case, Piece, Section, organ_of, table_of, table_piece


def appraisal_pieces(case: Case) -> Iterator[Piece]:
    """The result of each counted window, and the scanned forms, for those who run or read appraisals."""
    counted = Appraisal.objects.visible_to(case.asker).filter(site=case.site, counted_on__isnull=False)
    for number, appraisal in enumerate(counted.order_by("opens_on"), start=1):
        page = AppraisalPage(appraisal)
        if not (result := page.result):
            continue
        facts = [
            ("评议期限", f"{result.opened_on}至{result.closed_on}"),
            ("参与人数", result.sample),
            ("其中纸质", f"{result.on_paper}（占{plain(result.paper_share)}%）"),
            ("纸质连续相同", result.alike or ""),
            ("纸质同一分钟", result.same_minute or ""),
            ("其中存疑", result.doubtful),
            ("得分", plain(result.score)),
            ("误差", f"±{plain(result.margin)}" if result.margin is not None else ""),
            ("不计存疑得分", plain(result.firm_score) if result.firm_score is not None else ""),
            ("计票", f"{result.counted_on}，{result.counted_by}"),
        ]
        rows = [(words, *(share.people for share in shares)) for words, shares in page.questions]
        block = Block("各题答卷数", ("问题", *map(str, page.steps)), rows)
        table = table_of(case, f"社会评议结果（第{number}次）", [block], facts)
        yield table_piece(Section.APPRAISAL, table, case, on=result.counted_on, by=OFFICE)
    yield from _scans(case)


def _scans(case: Case) -> Iterator[Piece]:
    """Paper forms as they were scanned, for those who run or read appraisals."""
    scans = AppraisalScan.objects.visible_to(case.asker).filter(appraisal__site=case.site)
    for scan in scans.select_related("added_by__organisation").order_by("pk"):
        by, note = organ_of(scan.added_by), "社会评议纸质问卷扫描件"
        yield Piece(
            Section.APPRAISAL,
            scan.name,
            scan.file,
            on=scan.added_on,
            by=by,
            note=note,
            sha256=scan.sha256,
            kept=Retention.SHORT,
        )


def notice_pieces(case: Case) -> Iterator[Piece]:
    """When the site stood on which notice; for the city which objections there are, and how they ended.

    Never what a letter says, who wrote it, or its receipt code.
    """
    entries = NoticeSite.objects.visible_to(case.asker).filter(site=case.site).order_by("pk")
    for entry in entries.select_related("notice__published_by__organisation").prefetch_related(
        "notice__extensions"
    ):
        notice = entry.notice
        facts = [
            ("公示", notice.title),
            (
                "期限",
                f"{notice.published_on}至{notice.ends_on}（{notice.length}个{notice.get_unit_display()}）",
            ),
            ("状态", notice.get_state_display()),
            ("撤回理由", notice.withdrawal_reason),
            ("撤下", f"{entry.removed_on}\n{entry.removal_reason}" if entry.removed_on else ""),
        ]
        longer = [(one.extended_on, one.old_end, one.new_end, one.reason) for one in notice.extensions.all()]
        blocks = [Block("延期", ("决定日期", "原截止日", "新截止日", "理由"), longer)] if longer else []
        outlets = [
            (one.on, one.get_kind_display(), one.medium, one.note) for one in notice.outlets.published()
        ]
        if outlets:
            blocks.append(Block("发布情况", ("日期", "公示形式", "媒体名称或者地点", "说明"), outlets))
        title = f"公示情况（{notice.published_on}）"
        table = table_of(case, title, blocks, facts)
        yield table_piece(Section.NOTICE, table, case, on=notice.published_on, by=notice.published_by)
    if case.in_city:
        yield from _objections(case)


def _objections(case: Case) -> Iterator[Piece]:
    known = Objection.objects.known_to(case.asker).filter(site=case.site)
    results = Counter(known.order_by().values_list("state", flat=True))
    if results:
        rows = [(state.label, results[state]) for state in ObjectionState if results[state]]
        dates = [
            (number, one.received_on, one.due_on, one.replied_on, one.get_state_display())
            for number, one in enumerate(known.order_by("received_on", "pk"), start=1)
        ]
        blocks = [
            Block("", ("办理结果", "件数"), rows),
            Block("登记", ("序号", "收到日期", "答复期限", "答复日期", "办理结果"), dates),
        ]
        yield table_piece(Section.NOTICE, table_of(case, "异议办理情况", blocks), case)


def naming_pieces(case: Case) -> Iterator[Piece]:
    """The plaque, and what followed the naming as far as its page tells the asker."""
    namings = Naming.objects.visible_to(case.asker).filter(site=case.site)
    naming = namings.select_related("site", "decision", "revocation").first()
    if naming is None:
        return
    page = NamingPage(naming, case.asker)
    facts = [
        ("命名日期", naming.named_on),
        ("命名文件", naming.decision.full_number),
        ("牌匾编号", naming.plaque_number),
        ("牌匾领取", f"{naming.plaque_handed_on or ''} {naming.plaque_received_by}".strip()),
        ("撤销命名", page.revocation and page.revocation.revoked_on),
        ("期限未满即撤销的理由", page.revocation and page.revocation.why_early),
        ("撤销前听取意见", _hearing(page)),
        ("牌匾收回", page.revocation and page.revocation.plaque_returned_on),
    ]
    told = [(line.on, line.what, line.by, line.note) for line in page.story[::-1]]
    blocks = [Block("命名以来", ("日期", "事项", "经办人", "说明"), told)]
    rechecks = [
        (
            recheck.due_on,
            recheck.get_origin_display(),
            recheck.planned_by,
            recheck.result.on if recheck.result else "",
        )
        for recheck in page.rechecks[::-1]
    ]
    if rechecks:
        blocks.append(Block("复查", ("应复查日期", "来由", "安排人", "完成日期"), rechecks))
    if page.visits:
        found = [
            (
                visit.visited_on,
                "、".join(map(str, visit.visitors.all())),
                thing.text,
                "符合要求" if thing.is_met else "不符合要求",
            )
            for visit in page.visits[::-1]
            for thing in visit.findings.all()
        ]
        blocks.append(Block("复查情况", ("复查日期", "复查人员", "复查事项", "结果"), found))
    table = table_of(case, "命名与跟踪", blocks, facts)
    yield table_piece(Section.NAMING, table, case, on=naming.named_on, by=naming.decision.organ)
    for visit in page.visits[::-1]:
        for picture in visit.pictures.all():
            yield _recheck_picture(visit, picture, case)


def _recheck_picture(visit: TrackingNote, picture: RecheckPicture, case: Case) -> Piece:
    """As the asker may have it: with what the camera wrote for the office alone."""
    original = sees_camera_data(case.asker)
    file = picture.file if original else picture.shown
    return Piece(
        Section.NAMING,
        f"{PurePath(picture.name).stem}{PurePath(str(file.name)).suffix}",
        file,
        on=visit.visited_on,
        by=organ_of(visit.by),
        note="复查照片",
        sha256=picture.sha256 if original else "",
        kept=Retention.SHORT,
    )


def _hearing(page: NamingPage) -> str:
    """When the unit was told that a revocation is considered, and what it stated; "" where it was not."""
    if (hearing := page.hearing) is None:
        return ""
    asked = f"{hearing.opened_on}告知，{hearing.state_by}前陈述意见"
    if hearing.stated_on:
        return f"{asked}；{hearing.stated_on}陈述：{hearing.statement}"
    return f"{asked}；逾期未陈述" if page.hearing_is_over else asked


def history_pieces(case: Case) -> Iterator[Piece]:
    """Every step of the site, and every change of its liaisons."""
    steps = [
        (
            step.on,
            step.get_action_display(),
            f"{step.get_from_stage_display()} → {step.get_to_stage_display()}",
            step.doer,
            step.note if case.sees_list or step.action not in Action.OF_LIST else "",
        )
        for step in case.site.history.select_related("by", "acted_for")
    ]
    overs = [
        (one.on, f"{one.from_name} → {one.to_name}", one.by, one.reason)
        for one in case.site.hand_overs.select_related("by").order_by("on", "pk")
    ]
    blocks = [Block("流程记录", ("日期", "事项", "状态变化", "经办人", "说明"), steps)]
    if overs:
        blocks.append(Block("联络员交接", ("日期", "交接", "经办人", "理由"), overs))
    if steps or overs:
        yield table_piece(Section.HISTORY, table_of(case, "过程记录", blocks), case)
