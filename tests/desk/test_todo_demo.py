"""The demo campaign on 20 May 2008: exactly what waits for whom, and whose work waits where."""

import datetime

import pytest
from django.utils import translation

from accounts.models import User
from desk.enums import Light
from desk.open_steps import bring_up_to_date
from desk.todo import Work
from publicity.enums import RecheckOrigin
from publicity.models import DrawnSite, Recheck

pytestmark = pytest.mark.django_db

RED, YELLOW, GREEN = Light.RED, Light.YELLOW, Light.GREEN
_TICK_OFF = "Carry the measure out and tick it off"
_HALL = "改造服务大厅公开栏、触摸屏等公开设施（示例）"
_CHECK = "对照建设标准开展自查，逐项整改（示例）"
_EXCHANGE = "组织各示范点交流经验，汇编材料（示例）"
_LABOUR, _WATER = "乌达区劳动和社会保障局（示例）", "乌达区自来水公司（示例）"
# The heads of the districts' offices share their clerks' work.
_HEADS = {"quzhu1": "quban1", "quzhu3": "quban3"}
# Of the five units that are asked about the rulebook none has answered yet, of the districts one has not.
_OPINION = (
    "Give an opinion on the draft of the rulebook",
    "乌海市政务公开示范点建设考评办法（示例）",
    "05-30",
    GREEN,
)
_REPORT = "Report to the autonomous region on a phase that is over"
_INSTRUCTED = "Act on the instruction and answer it"
_MINUTES = "Confirm the minutes of a meeting"
_NOTICE = "关于拟命名第%s批乌海市政务公开示范点和办事公开示范点的公示"
_PLACE = "市政府第二会议室（示例）"
DRAWN = "(the site that was drawn, and of which the day is set)"
PROPOSED = "(the other site that was drawn)"
# Account → what, about, due (month and day), light.
WAITS = {
    "lingdao": [
        ("Sign for the papers received", "5 papers", "05-20", YELLOW),
        (_MINUTES, f"30 January 2008 {_PLACE}", "", None),
        ("name the site", "人民医院门诊服务窗口（示例）", "", None),
        (_MINUTES, f"15 May 2008 {_PLACE}", "", None),
        (_MINUTES, f"19 May 2008 {_PLACE}", "", None),
        (
            "Review for secrets what is about to go out",
            "An article with its pictures and attachments: 办事指南“一事一纸”（示例）",
            "",
            None,
        ),
        (
            "Review for secrets what is about to go out",
            "A list of who is commended: 关于表彰政务公开示范点建设先进集体和先进个人的决定",
            "",
            None,
        ),
        ("Approve the answer to the enquiry, or send it back", "suggestion", "05-28", GREEN),
    ],
    "shiban": [
        ("give the preliminary review", "乌海市教体局 (city level)", "01-31", RED),
        (_REPORT, "检查督促和完善提高阶段", "", None),
        ("reopen for rectification", "海勃湾区自来水公司（示例）", "", None),
        ("Count the public appraisal, or prolong it", "海勃湾区海北街道办事处（示例）", "", None),
        (
            "Publish where the notice was made known, or correct it",
            f"{_NOTICE % '二'}: 《乌海日报》第2版（示例）",
            "",
            None,
        ),
        ("Publish that a unit took a good practice up", "公开栏“三定”更新法（示例）", "", None),
        ("Answer a proposal on the draft", "海勃湾区政务公开领导小组办公室: 第十七条", "", None),
        ("Read the self-check of a district's government", "海南区人民政府", "", None),
        ("Make the notice known as it says, and record it", _NOTICE % "二", "05-26", GREEN),
        ("Answer the enquiry", "complaint: 海勃湾区劳动和社会保障局（示例）", "05-30", GREEN),
        ("Look at the answers to the findings", "海南区民政局（示例）", "05-31", GREEN),
        ("Answer the unit's disagreement", "海南区自来水公司（示例）", "05-31", GREEN),
        ("Send a team for the acceptance", "海勃湾区凤凰岭街道办事处（示例）", "05-31", GREEN),
        ("Send a team for the acceptance", "海勃湾区海北街道办事处（示例）", "05-31", GREEN),
        ("announce publicly", "海勃湾区劳动和社会保障局（示例）", "05-31", GREEN),
        ("Recheck the site", "海勃湾区政务服务中心（示例）", "06-02", GREEN),
        ("Take the enquiry up, or hand it on", "error on a page", "06-02", GREEN),
        ("Handle the objection", "供电营业厅（示例）", "06-10", GREEN),
        ("Recheck the site", DRAWN, "06-20", GREEN),
        ("Set the recheck of a drawn site, or say why not", PROPOSED, "06-30", GREEN),
        # The drafted practice is not among them: it is with whoever reviews it for secrets.
        ("Put it before the leading group: a decision waits for its resolution", "naming", "", None),
        ("Put it before the leading group: a decision waits for its resolution", "commendation", "", None),
    ],
    "quban1": [(_TICK_OFF, f"海勃湾区人民政府: {_EXCHANGE}", "05-16", RED)],
    "quban2": [
        (_TICK_OFF, f"海南区人民政府: {_EXCHANGE}", "05-16", RED),
        (_INSTRUCTED, "乌海市政务公开领导小组办公室关于2008年督查整改工作情况的报告", "05-23", YELLOW),
        ("Confirm the answers to the findings", "海南区劳动和社会保障局（示例）", "05-31", GREEN),
    ],
    "quban3": [
        ("agree the work plan", "乌达区三道坎街道办事处（示例）", "03-31", RED),
        (_TICK_OFF, f"乌达区人民政府: {_EXCHANGE}", "05-16", RED),
        _OPINION,
        (
            "Open an account: nobody of the unit can sign in",
            "乌达区五虎山街道办事处（示例）",
            "",
            None,
        ),
    ],
    # The leader of the first team has submitted every sheet; the member still owes one.
    "ducha1": [],
    "ducha2": [("Inspect the site and fill in the sheets", "海南区西卓子山街道办事处（示例）", "04-29", RED)],
    "ducha3": [
        ("Inspect the site and fill in the sheets", "海南区拉僧仲街道办事处（示例）", "04-29", RED),
        ("Deliberate on the disputed items", "乌达区民政局（示例）", "04-30", RED),
    ],
    "ducha4": [("Inspect the site and fill in the sheets", "海南区拉僧仲街道办事处（示例）", "04-29", RED)],
    "lianluo01": [
        ("Sign for the papers received", "1 paper", "05-22", YELLOW),
        _OPINION,
        ("Mend what the warning says, and answer it", "海勃湾区政务服务中心（示例）", "06-02", GREEN),
    ],  # warned
    "lianluo03": [
        ("Answer the invitation", "示范点建设经验交流会（示例）", "05-28", GREEN),
        _OPINION,
        ("Answer the invitation", "示范点建设表彰会（示例）", "06-12", GREEN),
    ],  # named
    "lianluo05": [_OPINION],  # its list waits for the office
    "lianluo07": [("Mend and file the list again", "乌海市规划局 (city level)", "01-31", RED)],
    "lianluo08": [
        ("Reply to the guidance", "供电营业厅（示例）", "", None),
        ("Answer the enquiry", "question", "05-28", GREEN),
    ],  # on notice
    "lianluo13": [],  # rectified
    "lianluo14": [
        ("Answer the overdue findings", "海南区民政局（示例）", "04-28", RED),
        ("Reply to the guidance", "海南区民政局（示例）", "", None),
    ],
    "lianluo16": [],  # its disagreement waits for the office
    "lianluo17": [],  # being inspected
    "lianluo20": [
        ("submit the self-assessment", _LABOUR, "03-31", RED),
        (_TICK_OFF, f"{_LABOUR}: {_HALL}", "03-31", RED),
        (_TICK_OFF, f"{_LABOUR}: {_CHECK}", "04-30", RED),
    ],
    "lianluo22": [],  # its plan waits for the district
    "shenji": [],
}
WAITS |= {head: WAITS[clerk] for head, clerk in _HEADS.items()}
# The self-check of its government lies before the head of one of them, and is late.
_OWN_CHECK = ("Confirm and file the self-check", "乌达区人民政府", "03-31", RED)
WAITS["quzhu3"] = [*WAITS["quban3"][:1], _OWN_CHECK, *WAITS["quban3"][1:]]
_OF_WUDA = [("乌达区劳动和社会保障局（示例）", 1, 1), ("乌达区自来水公司（示例）", 1, 1)]
_OF_HAINAN = [("海南区劳动和社会保障局（示例）", 1, 1), ("海南区民政局（示例）", 1, 1)]
_SECOND_TEAM, _FIRST_TEAM = ("第二督查组", 2, 2), ("第一督查组", 1, 1)
_WITHOUT_PLAN = ("乌达区五虎山街道办事处", 1, 1)
_LATE = [
    ("乌海市规划局", 1, 1),
    _WITHOUT_PLAN,
    ("乌达区人民政府", 1, 1),
    *_OF_WUDA,
    *_OF_HAINAN,
    _FIRST_TEAM,
]
# Answers of sites of the second wait for it.
_LATER = [("海勃湾区人民政府", 1, 0), ("海南区人民政府", 1, 0)]
# Account → whose turn, how many things, how many of them overdue.
MISSING = {
    "shiban": [_SECOND_TEAM, *_LATE, ("leading group", 1, 0), *_LATER],
    "lingdao": [_SECOND_TEAM, ("municipal office", 10, 1), *_LATE, *_LATER],
    "quban1": [],
    "quban2": _OF_HAINAN,
    "quban3": [_WITHOUT_PLAN, *_OF_WUDA],
    "ducha1": [("督查员2（示例）", 1, 1)],
    "ducha2": [],
    "ducha3": [],  # has not submitted either: who leads marks blind as well
    "lianluo14": [],
    "shenji": [],
}


def work_of(username: str) -> Work:
    return Work(User.objects.select_related("organisation").get(username=username))


@pytest.mark.parametrize("username", WAITS)
def test_what_waits_is_exactly_this(demo, username):
    drawn = Recheck.objects.get(origin=RecheckOrigin.DRAWN).naming
    other = DrawnSite.objects.exclude(naming=drawn).get().naming
    names = {DRAWN: str(drawn.site), PROPOSED: str(other.site)}
    with translation.override("en"):
        found = [(todo.what, todo.about, todo.due, todo.light) for todo in work_of(username).todos]
    assert found == [
        (
            what,
            names.get(about, about),
            due and datetime.date.fromisoformat(f"2008-{due}"),
            light,
        )
        if due
        else (what, about, None, light)
        for what, about, due, light in WAITS[username]
    ]


@pytest.mark.parametrize("username", MISSING)
def test_who_is_missing_is_exactly_this(demo, username):
    with translation.override("en"):
        groups = work_of(username).groups
    assert [(group.who, group.total, group.red) for group in groups] == MISSING[username]


@pytest.mark.parametrize("username", ["shiban", "lingdao", "quban3", "ducha3", "lianluo20"])
def test_seven_queries_are_enough(demo, username, django_assert_max_num_queries):
    bring_up_to_date()
    work = Work(work_of(username).user, is_up_to_date=True)
    with django_assert_max_num_queries(7):
        assert work.todos is work.todos
        assert work.missing is work.missing
