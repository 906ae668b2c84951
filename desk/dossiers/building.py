"""Sections 01 and 02: how the site came onto the list, its work plan, and what was done for it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import PurePath

from django.db.models import F, Q

from sites.calendar import today
from sites.enums import MeasureState
from sites.models import (
    DeterminationLine,
    Facility,
    FilingVersion,
    GuidanceNote,
    Investment,
    Opinion,
    Replacement,
    WorkPlan,
)
from sites.site_fields import HEADS, columns_of
from tables.writing import xlsx

from .pieces import Block, Case, Piece, Section, Table, organ_of, pdf_of, table_of, table_piece


def list_pieces(case: Case) -> Iterator[Piece]:
    """The site's own row each time it was filed; the whole list for those who see the list."""
    versions = list(case.site.filing.versions.select_related("filed_by__organisation").order_by("number"))
    own = [version for version in versions if _own_row(case, version)]
    blocks = [*_rows_as_filed(case, own), *_decisions(case), *_replacements(case)]
    if own:
        last = own[-1]
        table = table_of(case, "名单中的本示范点", blocks)
        yield table_piece(Section.LIST, table, case, on=last.filed_on, by=last.filed_by)
    for version in own if case.sees_list else ():
        yield from _whole_list(case, version)


def _own_row(case: Case, version: FilingVersion) -> dict[str, str]:
    return next((row for row in version.rows if row["site"] == case.site.pk), {})


def _rows_as_filed(case: Case, versions: list[FilingVersion]) -> Iterator[Block]:
    """Opinions are what the office told the leading group; remarks on a row are for who sees the list."""
    seen = Opinion.objects.visible_to(case.asker).filter(site=case.site, version__in=versions)
    opinions = {opinion.version_id: opinion for opinion in seen}
    for version in versions:
        row = _own_row(case, version)
        facts: list[tuple[str, object]] = [(str(head), row.get(name, "")) for name, head in HEADS.items()]
        if case.sees_list:
            facts += [
                ("退回意见", version.remarks),
                ("对本行的意见", version.row_remarks.get(str(case.site.pk))),
            ]
        if opinion := opinions.get(version.pk):
            verdict = "推荐确定" if opinion.is_supported else "不推荐确定"
            facts.append(("初审意见", f"{verdict}（{opinion.on}）\n{opinion.text}".strip()))
        title = f"第{version.number}次上报（{version.filed_on}，{version.filed_by}）"
        yield Block(title, ("栏目", "内容"), [fact for fact in facts if fact[1]], (20, 80))


def _decisions(case: Case) -> Iterator[Block]:
    filing = case.site.filing
    lines = DeterminationLine.objects.visible_to(case.asker).filter(site=case.site)
    rows = [
        (line.determination.on, "确定" if line.is_determined else "暂不确定", line.reason)
        for line in lines.select_related("determination").order_by("determination__ordinal")
    ]
    if case.sees_list and filing.opinion:
        yield Block("初审总体意见", ("日期", "意见"), [(filing.reviewed_on, filing.opinion)])
    if rows:
        yield Block("审定", ("日期", "结果", "理由"), rows)


def _replacements(case: Case) -> Iterator[Block]:
    asked = Replacement.objects.visible_to(case.asker).filter(site=case.site).order_by("pk")
    rows = [
        (
            one.asked_on,
            f"{one.before['window_name']} → {one.after['window_name']}",
            one.reason,
            one.opinion,
            f"{one.get_state_display()}\n{one.remarks}".strip(),
        )
        for one in asked
    ]
    if rows:
        yield Block("窗口更换", ("申请日期", "更换", "理由", "初审意见", "结果"), rows)


def _whole_list(case: Case, version: FilingVersion) -> Iterator[Piece]:
    columns = columns_of(case.site.level)
    rows = [[row.get(column.field, "") for column in columns] for row in version.rows]
    heads, filing = [str(column.head) for column in columns], case.site.filing
    title = f"{filing.organisation.short_name}名单（第{version.number}次上报）"
    table = Table(title, str(filing.organisation), (), [Block("", heads, rows)], True, case.site.is_sample)
    on, by, pdf = version.filed_on, organ_of(version.filed_by), partial(pdf_of, table, case.on)
    same, sheet = f"list {version.pk}", partial(xlsx, columns, rows, title)
    yield Piece(Section.LIST, f"{title}.pdf", pdf, on=on, by=by, is_ours=True, same=same)
    yield Piece(
        Section.LIST, f"{title}.xlsx", sheet, on=on, by=by, title=f"{title}（电子表格）", same=f"{same} xlsx"
    )


def plan_pieces(case: Case) -> Iterator[Piece]:
    """The district's plan, then the site's: each version with its attachment and its measures' files.

    Then what was done for the site.
    """
    plans = WorkPlan.objects.visible_to(case.asker).filter(Q(site=case.site) | Q(filing=case.site.filing_id))
    related = plans.select_related("filed_by__organisation", "decided_by").prefetch_related(
        "measures__done_by__organisation"
    )
    for plan in related.order_by(F("filing").asc(nulls_last=True), "version"):
        yield from _plan(case, plan)
    yield from _means(case)


def _plan(case: Case, plan: WorkPlan) -> Iterator[Piece]:
    """A district's is the same in the dossier of each of its sites."""
    same, by = f"plan {plan.pk}" if plan.filing_id else "", organ_of(plan.filed_by)
    yield replace(
        table_piece(Section.PLAN, _plan_table(case, plan), case, on=plan.filed_on, by=by), same=same
    )
    if plan.file:
        same = same and f"{same} file"
        yield Piece(Section.PLAN, plan.file_name, plan.file, on=plan.filed_on, by=by, same=same)
    for measure in plan.measures.all():
        if measure.done_file:
            yield Piece(
                Section.PLAN,
                measure.done_file_name,
                measure.done_file,
                on=measure.done_on,
                by=organ_of(measure.done_by),
                same=f"measure {measure.pk}" if plan.filing_id else "",
            )


def _plan_table(case: Case, plan: WorkPlan) -> Table:
    facts = [
        ("版次", f"第{plan.version}版"),
        ("状态", plan.get_state_display()),
        ("上报", f"{plan.filed_on}，{plan.filed_by}"),
        ("审定", f"{plan.decided_on}，{plan.decided_by}" if plan.decided_on else ""),
        ("审定意见", plan.remarks),
        ("工作目标", plan.goals),
        ("正文", plan.text),
        ("附件", plan.file_name),
    ]
    measures = [
        (
            measure.ordinal,
            measure.text,
            measure.person,
            f"{measure.starts_on}\n{measure.ends_on}",
            _measure_state(measure.state_on(today()), measure.done_on, measure.done_note),
        )
        for measure in plan.measures.all()
    ]
    block = Block("具体措施", ("序号", "措施", "责任人", "起止日期", "完成情况"), measures)
    if not plan.filing_id:
        return table_of(case, f"工作方案（第{plan.version}版）", [block], facts)
    district = case.site.filing.organisation
    title = f"{district.short_name}工作方案（第{plan.version}版）"
    return Table(title, str(district), facts, [block], is_sample=case.site.is_sample)


def _measure_state(state: MeasureState, done_on: object, note: str) -> str:
    return f"{state.label} {done_on or ''}\n{note}".strip()


def _means(case: Case) -> Iterator[Piece]:
    """指导监督记录, money and facilities (plan, parts five, two and six, two); photos as uploaded."""
    notes = GuidanceNote.objects.visible_to(case.asker).filter(site=case.site).order_by("on", "pk")
    guidance = [
        (note.on, note.by, note.text, note.reply, note.replied_on) for note in notes.select_related("by")
    ]
    spent = Investment.objects.visible_to(case.asker).filter(site=case.site).order_by("year", "pk")
    facilities = list(
        Facility.objects.visible_to(case.asker)
        .filter(site=case.site)
        .select_related("added_by__organisation")
    )
    rows = [
        Block("指导监督记录", ("日期", "指导人", "内容", "答复", "答复日期"), guidance),
        Block(
            "经费投入", ("年度", "金额（元）", "用途"), [(one.year, one.amount, one.purpose) for one in spent]
        ),
        Block(
            "设施",
            ("类别", "名称", "数量", "登记日期"),
            [(one.get_kind_display(), one.name, one.quantity, one.added_on) for one in facilities],
        ),
    ]
    if any(block.rows for block in rows):
        yield table_piece(Section.PLAN, table_of(case, "指导与保障", rows), case)
    for one in facilities:
        for photo, when in ((one.photo_before, "改造前"), (one.photo_after, "改造后")):
            if photo:
                name = f"{one.name}（{when}）{PurePath(str(photo.name)).suffix}"
                yield Piece(Section.PLAN, name, photo, on=one.added_on, by=organ_of(one.added_by))
