"""What the standing text of a kind of paper may name: each fact's name, its type, where it comes from.

A kind has the facts whose fields its context has (`fields.CONTEXTS`), and no others: a wording reads nothing
else. A name stays as it is once the portal is released: published wordings have it.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_type_hints

from .fields import CONTEXTS
from .papers import DocumentKind

Context = Mapping[str, Any]


class FactType(StrEnum):
    """How a fact may be used: a yes or no only as a condition, a number only as itself."""

    TEXT = "文字"
    DATE = "日期"
    NUMBER = "数字"
    YES = "是否"


@dataclass(frozen=True)
class Fact:
    """`needs` are fields of the context, or of its rows: `sites.kind`."""

    name: str
    type: FactType
    needs: tuple[str, ...]
    of: Callable[[Context], Any]
    sample: str

    def printed(self, context: Context) -> str:
        """As it stands on paper; "" for nothing."""
        value = self.of(context)
        return zh_day(value) if self.type == FactType.DATE else str(value)

    def holds(self, context: Context) -> bool:
        """Of a yes or no, whether it is yes; of what is printed, whether there is something."""
        return bool(self.of(context))


def zh_day(value: str) -> str:
    """2008-05-20 → 2008年5月20日: Arabic figures, no zero in front (GB/T 9704-2012, 7.3.5)."""
    if not value:
        return ""
    day = datetime.date.fromisoformat(str(value)[:10])
    return f"{day.year}年{day.month}月{day.day}日"


def _key(name: str, key: str, sample: str, *also: str, type_: FactType = FactType.TEXT) -> Fact:
    """A field of the context as it is; `also` are fields that tell it from another kind's of this name."""
    empty: Any = 0 if type_ == FactType.NUMBER else ""
    return Fact(name, type_, (key, *also), lambda context: context.get(key, empty), sample)


def _day(name: str, key: str, *also: str) -> Fact:
    return _key(name, key, "2008年5月20日", *also, type_=FactType.DATE)


def _number(name: str, key: str, *also: str) -> Fact:
    return _key(name, key, "3", *also, type_=FactType.NUMBER)


def _yes(name: str, of: Callable[[Context], Any], *needs: str) -> Fact:
    return Fact(name, FactType.YES, needs, of, "")


Row = Mapping[str, Any]


def _rows(context: Context, field: str, condition: str = "") -> list[Row]:
    """A list's rows, those with a value in a field ("verified_on") or with this one ("kind=政务公开")."""
    key, _, value = condition.partition("=")
    rows: list[Row] = context.get(field, [])
    if not key:
        return rows
    return [row for row in rows if (row.get(key) == value if value else row.get(key))]


def _counted(what: str, field: str, condition: str = "", *also: str) -> tuple[Fact, Fact, Fact]:
    """How many rows there are, whether there is one, whether there are several."""
    needs = (f"{field}.{condition.partition('=')[0]}" if condition else field, *also)

    def number(context: Context) -> int:
        return len(_rows(context, field, condition))

    return (
        Fact(f"{what}数", FactType.NUMBER, needs, number, "3"),
        _yes(f"有{what}", number, *needs),
        _yes(f"多个{what}", lambda context: number(context) > 1, *needs),
    )


def _first(name: str, field: str, key: str, condition: str = "", *also: str, sample: str) -> Fact:
    """A field of the first such row."""
    needs = (f"{field}.{key}", *([f"{field}.{condition.partition('=')[0]}"] if condition else []), *also)

    def of(context: Context) -> str:
        return next((str(row.get(key, "")) for row in _rows(context, field, condition)), "")

    return Fact(name, FactType.TEXT, needs, of, sample)


def _all(name: str, field: str, condition: str) -> Fact:
    """Every row is such a one."""
    needs = f"{field}.{condition.partition('=')[0]}"
    return _yes(
        name, lambda context: len(_rows(context, field, condition)) == len(_rows(context, field)), needs
    )


def _passed(key: str, word: str) -> Fact:
    """How many of such sites passed, in the report on a programme."""

    def of(context: Context) -> int:
        return sum(row[key] == word for row in _rows(context, "sites", "decision=通过验收"))

    return Fact(f"通过的{word}数", FactType.NUMBER, ("sites.decision", "passed"), of, "3")


_SITE = "示例政务服务中心"
_UNIT = "示例单位"
_NUMBER = "乌政公办〔2008〕3号"
FACTS: tuple[Fact, ...] = (
    # -- of every paper, of its programme, its site
    _key("方案名称", "programme_title", "乌海市政务公开示范点建设工作方案"),
    _key("方案文号", "programme_number", "乌海政办发〔2007〕55号"),
    _key("上位依据", "cited", "《关于进一步推行政务公开的意见》（中办发〔2005〕12号）"),
    _day("成文日期", "issued_on"),
    _key("示范点", "site", _SITE),
    _key("建设单位", "organisation", _UNIT),
    _key("公开类别", "kind", "政务公开"),
    _key("级别", "level", "市级"),
    _key("研究情况", "resolved", "经2008年1月21日市政务公开领导小组会议研究"),
    _key("评分依据", "scored_by", "《乌海市政务公开示范点建设考评办法》（第1版）"),
    _key("前文文号", "notice_number", _NUMBER),
    _key("公示标题", "notice_title", "关于拟命名首批示范点的公示"),
    _key("被替代文件", "replaces", _NUMBER),
    # -- lists of sites
    *_counted("示范点", "sites"),
    *_counted("政务公开示范点", "sites", "kind=政务公开"),
    *_counted("办事公开示范点", "sites", "kind=办事公开"),
    *_counted("市级示范点", "sites", "level=市级"),
    *_counted("区级示范点", "sites", "level=区级"),
    _first("首个示范点", "sites", "name", sample=_SITE),
    _first("首个建设单位", "sites", "organisation", sample=_UNIT),
    _first("首个政务公开示范点", "sites", "name", "kind=政务公开", sample=_SITE),
    _first("首个办事公开示范点", "sites", "name", "kind=办事公开", sample=_SITE),
    _yes(
        "两类都有",
        lambda c: _rows(c, "sites", "kind=政务公开") and _rows(c, "sites", "kind=办事公开"),
        "sites.kind",
    ),
    _yes(
        "市区都有",
        lambda c: _rows(c, "sites", "level=市级") and _rows(c, "sites", "level=区级"),
        "sites.level",
    ),
    # -- determination
    _yes("补充确定", lambda c: c["is_supplement"], "is_supplement"),
    _yes("名单另附", lambda c: len(c["sites"]) > 3, "is_supplement"),
    _key("区名", "district", "海勃湾区"),
    _number("最少个数", "minimum"),
    _number("最多个数", "maximum", "minimum"),
    _yes("区级上报", lambda c: c["level"] == "区级", "filer", "level"),
    # -- rules
    _key("办法名称", "rulebook", "乌海市政务公开示范点建设考评办法"),
    _number("版次", "version", "rulebook"),
    _number("原版次", "replaces_version"),
    # -- teams
    _key("轮次", "round", "2008年督查"),
    _key("工作类别", "occasion", "督查"),
    Fact("参加部门", FactType.TEXT, ("departments",), lambda c: "、".join(c["departments"]), "示例部门"),
    _key("督查组", "team", "第一督查组"),
    *_counted("人员", "people"),
    _first("首位人员", "people", "name", sample="张某某"),
    Fact(
        "有效期起",
        FactType.DATE,
        ("visit_key", "starts_on"),
        lambda c: max(str(c["issued_on"]), str(c["starts_on"])),
        "2008年5月20日",
    ),
    # -- inspection and rectification
    _day("签署日期", "inspected_on"),
    _key("检查人员", "inspectors", "组长张某某、成员李某某"),
    _key("督查得分", "total", "86.5"),
    _key("督查满分", "maximum", "100", "total"),
    _key("通过分数线", "pass_mark", "80"),
    *_counted("差距", "findings"),
    *_counted("督查意见", "findings", "code"),
    *_counted("异议", "findings", "office_answer"),
    *_counted("已答复", "findings", "answered_on"),
    *_counted("已办结", "findings", "verified_on"),
    *_counted("逾期答复", "findings", "late"),
    _yes(
        "有补充意见",
        lambda c: len(_rows(c, "findings", "code")) < len(c["findings"]),
        "findings.code",
        "findings.answered_on",
    ),
    _all("全部办结", "findings", "verified_on"),
    _day("整改期限", "deadline", "deadline_counted"),
    _key("期限说明", "deadline_counted", "自2008年4月22日起10个工作日，截止日为2008年5月7日。"),
    _key("单位小结", "unit_summary", "已全部完成整改。"),
    _number("示范点总数", "sites_total"),
    *_counted("无需整改", "sites", "standing=无需整改"),
    *_counted("整改完成", "sites", "standing=整改完成"),
    *_counted("整改中", "sites", "standing=整改中"),
    *_counted("征求意见", "sites", "standing=征求意见中"),
    *_counted("有差距示范点", "sites", "findings", "round_key"),
    _number("待印发项数", "put"),
    *_counted("逾期事项", "overdue"),
    # -- acceptance
    _key("标准得分", "standard_total", "92.5"),
    _key("标准满分", "standard_maximum", "100"),
    _key("标准比重", "standard_weight", "80%"),
    _number("评议份数", "appraisal_sample"),
    _key("评议得分", "appraisal_score", "88"),
    _key("评议说明", "appraisal_details", "误差±1.8分"),
    _key("评议比重", "appraisal_weight", "20%"),
    _key("其他形式", "further", "另采取座谈会1次，供验收参考"),
    _yes("有加分", lambda c: c["bonus"] != "0", "bonus"),
    _key("加分", "bonus", "1"),
    _key("加分理由", "bonus_grounds", "获市人民政府通报表彰"),
    _key("否决情形", "veto_reason", "弄虚作假"),
    _key("否决理由", "veto_grounds", "示例事由"),
    _key("综合得分", "composite", "92.6"),
    _key("等次", "band", "优秀"),
    _key("初审建议", "recommendation", "通过验收"),
    _key("初审意见", "opinion", "达到建设标准。"),
    _day("初审日期", "recommended_on"),
    _yes("通过验收", lambda c: c["decision"] == "通过验收", "decision"),
    _key("审定结论", "decision", "通过验收"),
    _day("审定日期", "decided_on"),
    _key("审定意见", "decision_note", "请继续完善依申请公开工作。"),
    _number("意见项数", "rectifications_total"),
    _number("办结项数", "rectifications_closed"),
    _yes("有改进意见", lambda c: c["rectifications_total"], "rectifications_total"),
    _day("截至日期", "as_of"),
    _number("已审定数", "examined"),
    _number("通过数", "passed"),
    _number("未通过数", "failed"),
    _number("待验收数", "waiting"),
    _yes("有未通过", lambda c: c["failed"], "failed"),
    _yes("有待验收", lambda c: c["waiting"], "waiting"),
    _passed("level", "市级"),
    _passed("level", "区级"),
    _passed("kind", "政务公开"),
    _passed("kind", "办事公开"),
    # -- notices and namings
    _key("事由", "grounds", "经实地检查、社会评议，有关示范点达到建设标准，通过验收"),
    _day("开始日期", "starts_on"),
    _day("截止日期", "ends_on"),
    _day("原截止日期", "old_end"),
    _number("天数", "length"),
    _key("天数单位", "unit", "工作日"),
    _key("公布形式", "made_known", "本公示在本网站和公示栏同时公布。"),
    _key("受理单位", "office", "乌海市政务公开领导小组办公室"),
    _key("通信地址", "address", "乌海市海勃湾区（示例地址）"),
    _key("邮政编码", "postcode", "016000"),
    _key("联系电话", "telephone", "0473-0000000"),
    _key("办公时间", "hours", "工作日8:30—12:00"),
    _key("网上受理", "web", "https://portal.example.gov.cn/"),
    _all("均无异议", "sites", "objection=无异议"),
    *_counted("无异议的", "sites", "objection=无异议"),
    *_counted("异议不成立的", "sites", "objection=异议不成立"),
    *_counted("异议不予受理的", "sites", "objection=异议不予受理"),
    _first("首个异议不成立的", "sites", "name", "objection=异议不成立", sample=_SITE),
    _first("首个异议不予受理的", "sites", "name", "objection=异议不予受理", sample=_SITE),
    *_counted("集体", "collectives"),
    _first("首个集体", "collectives", "name", sample=_UNIT),
    _yes("集体个人都有", lambda c: c["collectives"] and c["people"], "collectives", "people"),
    # -- objections
    _day("收到日期", "received_on"),
    _key("提出方式", "channel", "来信"),
    _key("办理结果", "result", "异议不成立"),
    _yes("已核查", lambda c: c["was_looked_into"], "was_looked_into"),
    _key("答复意见", "reply", "经核查，公开内容现行有效。"),
    # -- after the naming
    _key("理由", "reason", "公开栏未更新。"),
    _key("命名文号", "decision_number", _NUMBER),
    _day("命名日期", "named_on"),
    _key("牌匾编号", "plaque_number", "2008-0001"),
    _day("核查日期", "found_on"),
    _key("核查方式", "found", "复查"),
    _key("不符合项", "unmet", "公开栏没有更新"),
    _key("复查事项", "looked_at", "公开栏"),
    _day("整改截止日期", "rectify_by"),
    _key("警告文号", "warning_number", _NUMBER),
    _day("警告日期", "warned_on"),
    _day("答复日期", "answered_on"),
    _day("告知日期", "heard_on"),
    _day("陈述期限", "state_by"),
    _day("陈述日期", "stated_on"),
    _key("提前理由", "why_early", "该单位书面表示不再整改。"),
    # -- records and reports
    *_counted("事项", "items"),
    _key("合议差距", "allowed_gap", "30"),
    _day("开会日期", "held_on"),
    _key("地点", "place", "市政府第二会议室"),
    _key("主持人", "chair", "赵某某"),
    _key("出席人员", "present", "赵某某、钱某某"),
    _key("请假人员", "absent", "李某某"),
    _key("列席人员", "guests", "周某某"),
    _key("其他事项", "remarks", "办公室要加强指导和监督。"),
    _key("记录人", "recorder", "吴某某"),
    _key("审阅人", "confirmed_by", "钱某某"),
    _day("审阅日期", "confirmed_on"),
    _key("阶段", "phase", "确定示范点和制定方案阶段"),
    _key("阶段任务", "tasks", "各区结合实际确定示范点。"),
)


@cache
def facts_of(kind: DocumentKind) -> dict[str, Fact]:
    """The facts of a kind by their names."""
    hints = get_type_hints(CONTEXTS[kind])
    had = set(hints)
    for field, hint in hints.items():
        for row in get_args(hint):
            had |= {f"{field}.{key}" for key in getattr(row, "__annotations__", ())}
    return {fact.name: fact for fact in FACTS if had >= set(fact.needs)}


@cache
def known_names() -> frozenset[str]:
    """The names of all kinds' facts."""
    return frozenset(fact.name for fact in FACTS)
