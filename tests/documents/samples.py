"""One full example context for each kind of paper; people, telephones and sites are samples (示例)."""

# ruff: noqa: E501  # official sentences are quoted whole

import re
from collections.abc import Callable
from itertools import count
from typing import Any

from documents.papers import DocumentKind
from documents.wordings import delivered

PROGRAMME = {
    "programme_title": "乌海市政务公开示范点建设工作方案",
    "programme_number": "乌海政办发〔2007〕55号",
}
GROUNDS = "经实地检查、社会评议、市政务公开领导小组办公室初审和市政务公开领导小组审定，有关示范点达到建设标准，通过验收"
RULES = "《乌海市政务公开示范点建设考评办法》（第1版）"
CODE = "WHZW-7K3M-Q9TD"
ISSUE = {
    "addressee": "",
    "copies_to": "",
    "signer": "",
    "printer": "",
    "note": "",
    "corrects": "",
    "print_run": 0,
    "draft": "",
    "verification_url": f"https://portal.example.gov.cn/verify/{CODE}/",
    "verification_code": CODE,
    "sample_note": "示例",
    "cited": "《关于进一步推行政务公开的意见》（中办发〔2005〕12号）",
}
SITE = {
    "site": "海勃湾区人民政府政务服务中心",
    "organisation": "海勃湾区人民政府",
    "kind": "政务公开",
    **PROGRAMME,
}
LISTED = [
    (name, organisation, level, kind)
    for name, organisation, level, kind in (
        ("海勃湾区人民政府政务服务中心", "海勃湾区人民政府", "市级", "政务公开"),
        ("市建设工程交易服务大厅", "乌海市建设委员会", "市级", "政务公开"),
        ("市土地交易服务大厅", "乌海市国土资源局", "市级", "政务公开"),
        ("市公安局车辆管理所办证大厅", "乌海市公安局", "市级", "政务公开"),
        ("市第一中学", "乌海市教育体育局", "市级", "办事公开"),
        ("市人民医院", "乌海市卫生局", "市级", "办事公开"),
        ("市城市规划窗口", "乌海市规划局", "市级", "政务公开"),
        ("乌海电业局海勃湾供电营业厅", "乌海电业局", "市级", "办事公开"),
        ("新华街道办事处便民服务中心", "海勃湾区新华街道办事处", "区级", "政务公开"),
        ("公乌素镇便民服务中心", "海南区公乌素镇人民政府", "区级", "政务公开"),
        ("乌达区自来水公司营业厅", "乌达区自来水公司", "区级", "办事公开"),
    )
]


def listed_sites(count: int = len(LISTED)) -> list[dict[str, Any]]:
    rows = [LISTED[index % len(LISTED)] for index in range(count)]
    return [
        {"ordinal": ordinal, "name": name, "organisation": organisation, "level": level, "kind": kind}
        for ordinal, (name, organisation, level, kind) in enumerate(rows, start=1)
    ]


def named_sites(count: int = len(LISTED)) -> list[dict[str, Any]]:
    """An objection against the second of them was not upheld."""
    return [
        {**row, "objection": "异议不成立" if row["ordinal"] == 2 else "无异议"} for row in listed_sites(count)
    ]


def determined_sites(count: int = len(LISTED)) -> list[dict[str, Any]]:
    """The city's first, then district by district."""
    rows = sorted(listed_sites(count), key=lambda row: row["level"] == "区级")
    districts = ("海勃湾区", "海南区", "乌达区")
    city = sum(row["level"] == "市级" for row in rows)
    return [
        {
            **row,
            "ordinal": ordinal,
            "place": row["level"]
            if row["level"] == "市级"
            else districts[(ordinal - city - 1) * 3 // (count - city)],
        }
        for ordinal, row in enumerate(rows, start=1)
    ]


def notice_findings(count: int) -> list[dict[str, Any]]:
    models = (
        ("ZW-1.3", "组织领导机制健全", "政务公开列入政府议事日程", "政务公开工作列入政府议事日程", "1", "2",
         "2008年以来未见列入常务会议议题的记录。", "补充列入议事日程的会议纪要，今后每季度至少研究一次。"),
        ("ZW-2.4", "公开制度科学完善", "建立保密审查机制", "建立健全政府信息发布协调机制、保密审查机制", "0", "3",
         "未建立政府信息公开保密审查制度，公开前的审查程序和责任人不明确。",
         "制定保密审查制度，明确审查机构、程序和责任，做到先审查后公开。"),
        ("ZW-3.6", "公开内容全面具体", "编制信息公开目录", "编制信息公开指南和目录", "2", "3",
         "公开目录未按期更新，缺少2008年新增事项。", "更新目录并注明更新日期，在网站和公开栏同步公布。"),
        ("ZW-1.4", "组织领导机制健全", "定期研究问题和困难", "定期研究和解决政务公开工作中的问题和困难", "1", "2",
         "仅有1次专题会议纪要，且未注明日期。", "定期召开专题会议，会议纪要注明日期并存档。"),
        ("ZW-2.1", "公开制度科学完善", "制定依申请公开制度", "制定和完善主动公开和依申请公开、政务公开相关的评议、监督、考核、责任追究、奖惩、听证等制度",
         "1.5", "3", "依申请公开制度未规定答复时限，申请表格未在窗口摆放。", "修订制度，写明答复时限；在窗口和网站提供申请表格。"),
        ("ZW-4.2", "公开形式丰富多样", "设有政务公开栏", "政务公开栏、办事指南、宣传橱窗", "1", "2",
         "公开栏设在楼内，群众不便查看。", "在临街醒目位置增设公开栏。"),
    )  # fmt: skip
    fields = ("code", "section", "item", "clause", "points", "max_points", "reason", "opinion")
    rows = sorted((models[index % len(models)] for index in range(count)), key=lambda row: row[0])
    return [
        {**dict(zip(fields, row, strict=True)), "deadline": "2008-05-07", "working_days": 10, **_heard(index)}
        for index, row in enumerate(rows)
    ]


def _heard(index: int) -> dict[str, str]:
    """The unit disagrees with the second finding, agrees with the third, says nothing to the others."""
    if index == 1:
        return {
            "unit_view": "有异议：会议纪要已于3月归档，检查当日未能及时提供。",
            "office_answer": "补报的纪要未注明日期，维持原意见。",
        }
    return {"unit_view": "无异议" if index == 2 else "", "office_answer": ""}


def report_findings(count: int, closed: int | None = None) -> list[dict[str, Any]]:
    closed = count if closed is None else closed
    return [
        {
            **{
                name: finding[name]
                for name in ("code", "item", "reason", "opinion", "deadline", "unit_view", "office_answer")
            },
            "late": "逾期2个工作日" if index == 1 and index < closed else "",
            "sent_back": int(index == 1),
            "extended": int(index == 2),
            "pictures_before": 1,
            "pictures_after": 2 if index < closed else 0,
            "answer": "已制定制度并印发执行，明确了责任人，在公开栏和网站同步公布。"
            if index < closed
            else "",
            "answered_on": "2008-05-04" if index < closed else "",
            "verified_on": "2008-05-06" if index < closed else "",
            "files": 2 if index < closed else 0,
        }
        for index, finding in enumerate(notice_findings(count))
    ]


def summary_sections() -> list[dict[str, Any]]:
    names = ("组织领导机制健全", "公开制度科学完善", "公开内容全面具体", "公开形式丰富多样", "总体情况")
    return [
        {"name": name, "findings": 9, "verified": 5, "answered": 1, "open": 3, "overdue": index % 2}
        for index, name in enumerate(names)
    ]


def summary_sites() -> list[dict[str, Any]]:
    standings = ("整改完成", "整改中", "无需整改", "征求意见中")
    return [
        {
            "ordinal": row["ordinal"],
            "site": row["name"],
            "organisation": row["organisation"],
            "level": row["level"],
            "inspected_on": "2008-04-10",
            "total": "86.5",
            "maximum": "100",
            "findings": 0 if index % 4 == 2 else 4,
            "verified": 4 if index % 4 == 0 else 0,
            "overdue": 1 if index % 4 == 1 else 0,
            "standing": standings[index % 4],
        }
        for index, row in enumerate(listed_sites())
    ]


VOICES = [
    {"name": "张某某", "role": "组长", "signs": "张某某"},
    {"name": "李某某", "role": "成员", "signs": "李某某"},
]


def printed(points: str, level: str = "达标", *, differs: bool = False) -> dict[str, Any]:
    return {"level": level, "points": points, "differs": differs}


def sheet_sections(count: int) -> list[dict[str, Any]]:
    """Four sections of `count` items each; every fifth was deliberated on, the last one is not due."""
    found = notice_findings(count)
    names = ("组织领导机制健全", "公开制度科学完善", "公开内容全面具体", "公开形式丰富多样")
    return [
        {
            "name": name,
            "points": "22",
            "maximum": "25",
            "lines": [
                {
                    "code": f"ZW-{number}.{index}",
                    "item": finding["item"],
                    "maximum": finding["max_points"],
                    "own": printed(finding["max_points"]),
                    "members": [
                        printed(finding["points"], "部分达标"),
                        printed("0", "未达标", differs=True)
                        if index % 5 == 0
                        else printed(finding["points"]),
                    ],
                    "final": printed(finding["points"], "部分达标"),
                    "reason": finding["reason"],
                    "not_due": "有关制度定于年底执行" if index == count else "",
                    "deliberated": index % 5 == 0,
                }
                for index, finding in enumerate(found, start=1)
            ],
        }
        for number, name in enumerate(names, start=1)
    ]


def deliberated_items(count: int) -> list[dict[str, Any]]:
    """Disputed items; each was proposed twice and agreed on in the end."""
    return [
        {
            "code": finding["code"],
            "item": finding["item"],
            "clause": finding["clause"],
            "maximum": finding["max_points"],
            "gap": "100",
            "opened_on": "2008-04-15",
            "settled_on": "2008-04-16",
            "members": [
                {**printed(finding["max_points"]), "name": "张某某", "reason": ""},
                {**printed("0", "未达标", differs=True), "name": "李某某", "reason": finding["reason"]},
            ],
            "arguments": [
                {"by": "张某某", "text": "公开栏是4月10日新装的，检查当日已拍照。", "on": "2008-04-15"},
                {"by": "李某某", "text": "栏内仍是2007年的目录，不能算公开到位。", "on": "2008-04-15"},
            ],
            "proposals": [
                _proposal(1, finding["max_points"], "达标", agreed=False),
                _proposal(2, finding["points"], "部分达标", agreed=True),
            ],
            "recusals": [
                {"name": "王某某", "on": "2008-04-15", "by": "王某某"},
                {"name": "赵某某", "on": "2008-04-16", "by": "市政务公开领导小组办公室"},
            ],
            "result": printed(finding["points"], "部分达标"),
        }
        for finding in notice_findings(count)
    ]


def _proposal(ordinal: int, points: str, level: str, *, agreed: bool) -> dict[str, Any]:
    text = "" if agreed else "内容未更新，满分不妥。"
    return {
        "ordinal": ordinal,
        "mark": printed(points, level),
        "reason": "公开栏已设置，但内容未及时更新。" if agreed else "公开栏已按要求设置。",
        "by": "张某某",
        "on": "2008-04-16",
        "answers": [
            {"by": "张某某", "agrees": True, "text": "", "on": "2008-04-16"},
            {"by": "李某某", "agrees": agreed, "text": text, "on": "2008-04-16"},
        ],
    }


SHEET = {
    **SITE,
    "issued_on": "2008-04-16",
    "sheet": 1,
    "round": "2008年督查",
    "standard": "政务公开示范点建设标准（第1版）",
    "version": 1,
    "team": "市政务公开第一督查组",
    "signed_on": "2008-04-16",
    "voices": VOICES,
}


TRACKED = {
    "level": "市级",
    "decision_number": "乌政公发〔2008〕2号",
    "named_on": "2008-06-03",
    "plaque_number": "2008-0001",
}


ACCEPTED = {
    **SITE,
    "resolved": "经2008年5月6日市政务公开领导小组会议研究",
    "level": "市级",
    "inspected_on": "2008-05-14",
    "sections": [
        {"name": "组织领导机制健全", "inspection": "17", "points": "19", "maximum": "20"},
        {"name": "公开制度科学完善", "inspection": "20.5", "points": "23.5", "maximum": "25"},
        {"name": "公开内容全面具体", "inspection": "26", "points": "27", "maximum": "30"},
        {"name": "公开形式丰富多样", "inspection": "23", "points": "23", "maximum": "25"},
    ],
    "standard_total": "92.5",
    "standard_maximum": "100",
    "inspection_total": "86.5",
    "scored_by": RULES,
    "pass_mark": "80",
    "appraisal_sample": 126,
    "appraisal_score": "88",
    "bonus": "1",
    "bonus_grounds": "2008年获市人民政府通报表彰",
    "veto_reason": "",
    "veto_grounds": "",
    "composite": "92.6",
    "band": "优秀",
    "decision": "通过验收",
    "decided_on": "2008-05-20",
    "decision_note": "请继续完善依申请公开工作。",
    "rectifications_closed": 6,
    "rectifications_total": 6,
}


def accepted_sites() -> list[dict[str, Any]]:
    return [
        {
            **row,
            "standard": "92.5/100",
            "appraisal": "88",
            "sample": 41,
            "composite": "91.6",
            "band": "优秀",
            "decision": "未通过验收" if row["ordinal"] == len(LISTED) else "通过验收",
        }
        for row in listed_sites()
    ]


def filed_sites() -> list[dict[str, Any]]:
    rows = (
        ("海勃湾区劳动和社会保障局", "部门", "劳动保障服务大厅", "政务公开"),
        ("海勃湾区民政局", "部门", "婚姻登记处", "政务公开"),
        ("海勃湾区自来水公司", "公用事业单位", "收费营业厅", "办事公开"),
        ("千里山镇人民政府", "镇", "便民服务中心", "政务公开"),
        ("新华街道办事处", "街道办事处", "便民服务中心", "政务公开"),
    )
    return [
        {
            "ordinal": ordinal,
            "organisation": organisation,
            "unit_type": unit_type,
            "window_name": window,
            "kind": kind,
            "reason": "窗口基础设施较好，公开栏和办事指南齐全，群众满意率较高。",
            "working_body": "政务公开工作领导小组办公室",
            "liaison_name": "王某某",
            "liaison_phone": "0473-0000000",
        }
        for ordinal, (organisation, unit_type, window, kind) in enumerate(rows, start=1)
    ]


def district_sites() -> list[dict[str, Any]]:
    """What a district determines: its departments, utilities, towns and subdistricts."""
    return [
        {
            "ordinal": site["ordinal"],
            "name": site["window_name"],
            "organisation": site["organisation"],
            "level": "区级",
            "kind": site["kind"],
        }
        for site in filed_sites()
    ]


def sample(kind: DocumentKind, **changes: Any) -> dict[str, Any]:
    """A complete context of this kind, with some fields changed."""
    return {**ISSUE, "words": delivered(DocumentKind(kind)), **_SAMPLES[kind], **changes}


# What a line must not break within, and what it must not begin with, in one sentence.
HARD = (
    "自2026年11月30日起，依据乌政办发〔2026〕128号文件，投入3,500.25万元购置12台设备（含3台备用），建筑面积1,280.5平方米；"
    "由买买提·吐尔逊牵头，第3组、第12组分别于上午8:30至12:00办理，办结率98.5%、满意率100%，示例（试行）执行GB/T 9704—2012。"
)
RARE = "𠮷㐂龑"
_NOT_TEXT = ("title", "number", "cited", "address", "hours")


def short(kind: DocumentKind) -> dict[str, Any]:
    """The same paper with one row in each of its tables and lists."""

    def cut(value: Any, _key: str) -> Any:
        return value[:1] if isinstance(value, list) else value

    return _changed(sample(kind), cut)


def long(kind: DocumentKind) -> dict[str, Any]:
    """The same with long tables, names of some 40 characters, and the hard sentence, turned, in each text."""
    turns = count()

    def hard() -> str:
        parts = re.split("[，；]", HARD.rstrip("。"))
        turn = next(turns) % len(parts)
        return f"{'，'.join(parts[turn:] + parts[:turn])}。"

    def stretch(value: Any, key: str) -> Any:
        if isinstance(value, list):
            return value * 4
        if not _is_text(value, key):
            return value
        if _is_sentence(value, key):
            return f"{hard()}{value.rstrip('。')}。{hard()}"
        return value * 3

    return _changed(sample(kind), stretch)


def rare(kind: DocumentKind) -> dict[str, Any]:
    """The same with characters that the papers' main faces lack in each name and text."""
    return _changed(
        sample(kind),
        lambda value, key: f"{value[:3]}{RARE}{value[3:]}" if _is_text(value, key) else value,
    )


LONG_NAME = (
    "内蒙古自治区乌海市海勃湾区凤凰岭街道办事处社会保障和医疗保险经办事务"
    "以及劳动就业综合服务示例大厅第一分理处（北区）四楼东"
)


def named_at_length(kind: DocumentKind) -> dict[str, Any]:
    """The same with a name of 60 characters wherever a unit or a site is named, in the title too."""
    context = sample(kind)
    named = ("site", "organisation", "filer", "window_name", "name", "issuer")
    changed = _changed(context, lambda value, key: LONG_NAME if key in named else value)
    for name in ("site", "filer", "issuer"):
        changed["title"] = changed["title"].replace(context.get(name, LONG_NAME), LONG_NAME)
    return changed


def sentences(kind: DocumentKind) -> list[str]:
    """What somebody wrote in `short`."""
    found = []

    def find(value: Any, key: str) -> Any:
        if _is_sentence(value, key):
            found.append(value)
        return value

    _changed(short(kind), find)
    return found


def wordy(kind: DocumentKind) -> dict[str, Any]:
    """`short` with 5,000 characters in each sentence that somebody wrote."""
    return _changed(
        short(kind),
        lambda value, key: f"始{'说明情况' * 1249}如上终" if _is_sentence(value, key) else value,
    )


def listed(kind: DocumentKind, rows: int) -> dict[str, Any]:
    """The same with so many rows in each table, and lines in each list."""
    context = sample(kind)
    return context | {
        key: [
            {**each, "ordinal": number} if isinstance(each, dict) and "ordinal" in each else each
            for number, each in enumerate((value * rows)[:rows], start=1)
        ]
        for key, value in context.items()
        if isinstance(value, list) and key != "voices"  # columns
    }


def _is_sentence(value: Any, key: str) -> bool:
    is_list_of_bodies = key in ("addressee", "copies_to")
    return not is_list_of_bodies and _is_text(value, key) and any(mark in value for mark in "，。；")


def _changed(context: dict[str, Any], change: Callable[[Any, str], Any]) -> dict[str, Any]:
    def within(value: Any, key: str) -> Any:
        if isinstance(value, dict):
            return {name: within(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return change([within(each, key) for each in value], key)
        return change(value, key)

    # The standing text is the office's: its marked fields are filled, and changed, elsewhere.
    return {key: value if key == "words" else within(value, key) for key, value in context.items()}


def _is_text(value: Any, key: str) -> bool:
    """Words of somebody, not a date, a word that a template asks for, or a number."""
    chinese = sum("\u4e00" <= letter <= "\u9fff" for letter in value) if isinstance(value, str) else 0
    return chinese >= 8 and not key.endswith(_NOT_TEXT)


TEAM_PEOPLE = [
    {"name": "督查员1（示例）", "unit": "示例市监察局", "role": "组长"},
    {"name": "督查员2（示例）", "unit": "示例市政府法制办", "role": "成员"},
]

_SAMPLES: dict[DocumentKind, dict[str, Any]] = {
    DocumentKind.DISTRICT_DETERMINATION: {
        **PROGRAMME,
        "number": "海勃湾政公办〔2008〕1号",
        "title": "海勃湾区政务公开领导小组办公室关于确定海勃湾区政务公开和办事公开示范点的通知",
        "issued_on": "2008-01-09",
        "addressee": "有关部门、单位，各镇、街道办事处",
        "copies_to": "乌海市政务公开领导小组办公室",
        "issuer": "海勃湾区政务公开领导小组办公室",
        "district": "海勃湾区",
        "sites": district_sites(),
        "minimum": 4,
        "maximum": 6,
    },
    DocumentKind.FILING_FORM: {
        **PROGRAMME,
        "number": "乌政公报〔2008〕1号",
        "title": "乌海市政务公开和办事公开示范点上报表",
        "issued_on": "2008-01-18",
        "filer": "海勃湾区政务公开领导小组办公室",
        "level": "区级",
        "filed_on": "2008-01-18",
        "filed_by": "李某某",
        "sites": filed_sites(),
    },
    DocumentKind.DETERMINED_LIST: {
        "resolved": "经2008年1月21日市政务公开领导小组会议研究",
        **PROGRAMME,
        "number": "乌政公发〔2008〕1号",
        "title": "乌海市政务公开领导小组关于确定市、区两级政务公开和办事公开示范点名单的通知",
        "issued_on": "2008-01-21",
        "addressee": "各区人民政府，市府各部门，各企事业单位",
        "sites": determined_sites(),
        "is_supplement": False,
    },
    DocumentKind.RULEBOOK_NOTICE: {
        **PROGRAMME,
        "number": "乌政公发〔2008〕2号",
        "title": "乌海市政务公开领导小组关于印发《乌海市政务公开示范点建设考评办法（示例）》的通知",
        "issued_on": "2008-02-01",
        "addressee": "各区人民政府，市府各部门，各企事业单位",
        "rulebook": "乌海市政务公开示范点建设考评办法（示例）",
        "version": 2,
        "replaces": "乌海市政务公开示范点建设考评办法（拟定）",
        "replaces_version": 1,
        "chapters": [
            {
                "title": "第一章　总则",
                "articles": [
                    {"number": "第一条", "text": "为规范全市政务公开和办事公开示范点的检查和考评，制定本办法。"},
                    {"number": "第二条", "text": "考评坚持客观公正、公开透明、注重实效、群众满意的原则。"},
                ],
            },
            {
                "title": "第二章　等次和命名",
                "articles": [{"number": "第三条", "text": "综合得分达到80分的，方可通过验收。"}],
            },
        ],
    },
    DocumentKind.TEAM_NOTICE: {
        **PROGRAMME,
        "number": "乌政公办〔2008〕1号",
        "title": "乌海市政务公开领导小组办公室关于成立督查组开展2008年督查工作的通知",
        "issued_on": "2008-04-02",
        "addressee": "各有关单位",
        "round": "2008年督查",
        "round_key": 1,
        "replaces": "",
        "occasion": "督查",
        "departments": ["示例市监察局", "示例市政府法制办"],
        "teams": [
            {
                "name": name,
                "people": TEAM_PEOPLE,
                "starts_on": "2008-04-01",
                "ends_on": "2008-04-30",
            }
            for name in ("第一督查组", "第二督查组")
        ],
        "sites": [{**row, "team": "第一督查组"} for row in listed_sites()],
    },
    DocumentKind.INTRODUCTION_LETTER: {
        **PROGRAMME,
        "number": "乌政公介〔2008〕1号",
        "title": "第一督查组赴海勃湾区人民政府政务服务中心督查介绍信",
        "issued_on": "2008-04-02",
        "addressee": "海勃湾区人民政府",
        "site": "海勃湾区人民政府政务服务中心",
        "organisation": "海勃湾区人民政府",
        "kind": "政务公开",
        "visit_key": 1,
        "round": "2008年督查",
        "occasion": "督查",
        "team": "第一督查组",
        "people": TEAM_PEOPLE,
        "starts_on": "2008-04-01",
        "ends_on": "2008-04-30",
    },
    DocumentKind.RECTIFICATION_NOTICE: {
        **SITE,
        "number": "乌政公办〔2008〕6号",
        "title": "乌海市政务公开领导小组办公室关于做好海勃湾区人民政府政务服务中心示范点督查整改工作的通知",
        "issued_on": "2008-04-22",
        "addressee": "海勃湾区人民政府",
        "copies_to": "乌海市政务公开领导小组，海勃湾区政务公开领导小组办公室",
        "inspected_on": "2008-04-16",
        "team": "市政务公开第一督查组",
        "inspectors": "组长张某某、成员李某某、成员王某某",
        "total": "86.5",
        "maximum": "100",
        "pass_mark": "80",
        "scored_by": RULES,
        "findings": notice_findings(6),
        "deadline": "2008-05-07",
        "deadline_counted": "自2008年4月22日起（当日不计算在内）10个工作日，截止日为2008年5月7日。不计入：4月26日（星期六）、4月27日（星期日）、5月1日（劳动节）、5月2日（劳动节）、5月3日（劳动节）。",
    },
    DocumentKind.RECTIFICATION_REPORT: {
        **SITE,
        "number": "乌政公办〔2008〕8号",
        "title": "乌海市政务公开领导小组办公室关于海勃湾区人民政府政务服务中心示范点整改情况的报告",
        "issued_on": "2008-05-08",
        "addressee": "乌海市政务公开领导小组",
        "signer": "赵某某",
        "notice_number": "乌政公办〔2008〕6号",
        "total": "86.5",
        "maximum": "100",
        "scored_by": RULES,
        "findings": report_findings(6),
        "unit_summary": "我单位召开专题会议部署整改，逐项明确责任人，已全部完成。",
    },
    DocumentKind.RECTIFICATION_SUMMARY: {
        **PROGRAMME,
        "number": "乌政公办〔2008〕9号",
        "title": "乌海市政务公开领导小组办公室关于2008年督查整改工作情况的报告",
        "issued_on": "2008-05-19",
        "addressee": "乌海市政务公开领导小组",
        "signer": "赵某某",
        "round": "2008年督查",
        "round_key": 1,
        "scored_by": RULES,
        "sites_total": 12,
        "sections": summary_sections(),
        "sites": summary_sites(),
        "overdue": [
            {
                "site": "市第一中学",
                "code": finding["code"],
                "item": finding["item"],
                "deadline": "2008-05-13",
                "late": "逾期4个工作日",
            }
            for finding in notice_findings(3)
        ],
        "put": 2,
    },
    DocumentKind.ACCEPTANCE_NOTICE: {
        **ACCEPTED,
        "number": "乌政公办〔2008〕10号",
        "title": "乌海市政务公开领导小组办公室关于海勃湾区人民政府政务服务中心示范点验收结果的通知",
        "issued_on": "2008-05-20",
        "addressee": "海勃湾区人民政府",
    },
    DocumentKind.ACCEPTANCE_REPORT: {
        **ACCEPTED,
        "number": "乌政公办〔2008〕11号",
        "title": "乌海市政务公开领导小组办公室关于海勃湾区人民政府政务服务中心示范点验收情况的报告",
        "issued_on": "2008-05-20",
        "addressee": "乌海市政务公开领导小组",
        "signer": "赵某某",
        "appraisal_details": "误差±1.8分；其中纸质21份（占16.67%），纸质中连续相同3份，存疑3份，不计存疑得分87.6分",
        "appraisal_weight": "20%",
        "further": "另采取座谈会1次、明察暗访2次，供验收参考",
        "standard_weight": "80%",
        "working": "92.5×80%＋88×20%＋1＝92.6",
        "recommendation": "通过验收",
        "opinion": "该示范点组织健全、制度完善、内容全面、形式多样，达到建设标准。",
        "recommended_on": "2008-05-16",
    },
    DocumentKind.PUBLIC_NOTICE: {
        **PROGRAMME,
        "number": "乌政公办〔2008〕14号",
        "title": "关于拟命名首批乌海市政务公开示范点和办事公开示范点的公示",
        "issued_on": "2008-05-26",
        "grounds": GROUNDS,
        "sites": listed_sites(),
        "starts_on": "2008-05-27",
        "ends_on": "2008-06-02",
        "length": 5,
        "unit": "工作日",
        "counted": [
            {"date": "2008-05-26", "label": "星期一，发布当日", "working": False},
            {"date": "2008-05-27", "label": "星期二", "working": True},
            {"date": "2008-05-28", "label": "星期三", "working": True},
            {"date": "2008-05-29", "label": "星期四", "working": True},
            {"date": "2008-05-30", "label": "星期五", "working": True},
            {"date": "2008-05-31", "label": "星期六", "working": False},
            {"date": "2008-06-01", "label": "星期日", "working": False},
            {"date": "2008-06-02", "label": "星期一", "working": True},
        ],
        "made_known": "本公示在本网站、报纸和公示栏同时公布。",
        "office": "乌海市政务公开领导小组办公室",
        "address": "乌海市海勃湾区（示例地址）",
        "postcode": "016000",
        "telephone": "0473-0000000",
        "hours": "工作日8:30—12:00，14:30—18:00",
        "web": "https://portal.example.gov.cn/notices/1/object/",
    },
    DocumentKind.NAMING_DECISION: {
        "resolved": "经市政务公开领导小组成员传批同意",
        **PROGRAMME,
        "cited": "",  # so that its first page holds the grounds whole
        "number": "乌政公发〔2008〕2号",
        "title": "乌海市政务公开领导小组关于命名首批乌海市政务公开示范点和办事公开示范点的决定",
        "issued_on": "2008-06-03",
        "addressee": "各区人民政府，市府各部门，各企事业单位",
        "copies_to": "自治区政务公开领导小组办公室，市委办公厅，市人大常委会办公厅，市政协办公厅，各区政务公开领导小组办公室",
        "grounds": GROUNDS,
        "sites": named_sites(),
        "notice_number": "乌政公办〔2008〕14号",
    },
    DocumentKind.COMMENDATION_DECISION: {
        "resolved": "经2008年6月20日市政务公开领导小组会议研究",
        **PROGRAMME,
        "number": "乌政公发〔2008〕3号",
        "title": "乌海市政务公开领导小组关于表彰政务公开示范点建设先进集体和先进个人的决定",
        "issued_on": "2008-06-25",
        "addressee": "各区人民政府，市府各部门，各企事业单位",
        "grounds": "各示范点公开内容全面具体，公开形式丰富多样，群众满意度明显提高。",
        "collectives": [
            {"ordinal": 1, "name": "示例政务服务中心", "organisation": "海勃湾区人民政府"},
            {"ordinal": 2, "name": "示例供电营业厅", "organisation": "乌海电业局"},
            {"ordinal": 3, "name": "乌达区政务公开领导小组办公室（示例）", "organisation": ""},
        ],
        "people": [
            {"ordinal": 1, "name": "李某（示例）", "organisation": "乌海市卫生局", "post": "办公室主任"},
            {"ordinal": 2, "name": "王某（示例）", "organisation": "海南区政务公开领导小组办公室", "post": "科员"},
        ],
    },
    DocumentKind.RESULT_SHEET: {
        **PROGRAMME,
        "number": "乌政公办〔2008〕16号",
        "title": "乌海市政务公开领导小组办公室关于乌海市卫生局示范点建设结果的函",
        "issued_on": "2008-05-20",
        "addressee": "示例目标考核办公室、示例机关效能建设办公室、示例行风评议办公室",
        "copies_to": "乌海市卫生局",
        "organisation": "乌海市卫生局",
        "unit_key": 1,
        "scored_by": RULES,
        "replaces": "",
        "sites": [
            {
                **listed_sites(1)[0],
                "standard_name": "办事公开示范点建设标准（第1版）",
                "standard": "92.5/100",
                "appraisal": "88",
                "sample": 64,
                "composite": "91.6",
                "band": "优秀",
                "decision": "通过验收",
                "decided_on": "2008-05-06",
                "naming": "已命名（乌政公发〔2008〕2号）",
                "findings": 2,
                "mended": 1,
            }
        ],
        "findings": [
            {
                "site": "示例窗口",
                "code": f"BS-{number}.1",
                "item": "示例检查项",
                "reason": "材料不全，缺少近期执行记录。",
                "opinion": "请于限期内完善，并补报佐证材料。",
                "deadline": "2008-05-05",
                "verified_on": verified,
            }
            for number, verified in ((1, "2008-04-22"), (2, ""))
        ],
    },
    DocumentKind.SCORE_SHEET: {
        **SHEET,
        "number": "乌政公评〔2008〕3号",
        "title": "海勃湾区人民政府政务服务中心示范点督查合议评分表",
        "total": "88",
        "maximum": "100",
        "pass_mark": "80",
        "scored_by": RULES,
        "sections": sheet_sections(11),
    },
    DocumentKind.DELIBERATION_RECORD: {
        **SHEET,
        "number": "乌政公议〔2008〕1号",
        "title": "海勃湾区人民政府政务服务中心示范点督查合议记录",
        "allowed_gap": "30",
        "items": deliberated_items(3),
        "confirmations": [
            {"by": "钱某某", "on": "2008-04-08", "code": "3f9a01c7", "at_device_of": "赵某某"},
            {"by": "孙某某", "on": "2008-04-08", "code": "3f9a01c7", "at_device_of": ""},
        ],
    },
    DocumentKind.MINUTES: {
        **PROGRAMME,
        "number": "乌政公纪〔2008〕1号",
        "title": "乌海市政务公开领导小组2008年1月21日会议纪要",
        "issued_on": "2008-01-22",
        "copies_to": "乌海市政务公开领导小组各成员",
        "meeting": 1,
        "held_on": "2008-01-21",
        "place": "市政府第二会议室",
        "chair": "赵某某",
        "present": "赵某某、钱某某、孙某某",
        "absent": "李某某",
        "guests": "市政务公开领导小组办公室周某某",
        "items": [
            {
                "title": "审定上报的示范点名单",
                "text": "各区和有关单位上报名单10份，办公室初审拟同意。",
                "agreed": True,
                "outcome": "各单位要尽快制定具体工作方案。",
            },
            {
                "title": "考评办法的修改",
                "text": "",
                "agreed": False,
                "outcome": "征求各区意见后再行研究。",
            },
        ],
        "remarks": "办公室要加强指导和监督。",
        "recorder": "吴某某",
        "confirmed_by": "钱某某",
        "confirmed_on": "2008-01-22",
    },
    DocumentKind.NOTICE_EXTENSION: {
        **PROGRAMME,
        "number": "乌政公办〔2008〕15号",
        "title": "关于延长首批乌海市政务公开示范点和办事公开示范点公示期的公告",
        "issued_on": "2008-05-30",
        "notice_title": "关于拟命名首批乌海市政务公开示范点和办事公开示范点的公示",
        "notice_number": "乌政公办〔2008〕14号",
        "old_end": "2008-06-02",
        "ends_on": "2008-06-04",
        "length": 2,
        "unit": "工作日",
        "counted": [
            {"date": "2008-06-03", "label": "星期二", "working": True},
            {"date": "2008-06-04", "label": "星期三", "working": True},
        ],
        "reason": "公示期间办公电话故障1日",
        "office": "乌海市政务公开领导小组办公室",
        "telephone": "0473-0000000",
        "web": "https://portal.example.gov.cn/notices/1/object/",
    },
    DocumentKind.PROGRAMME_ACCEPTANCE: {
        **PROGRAMME,
        "number": "乌政公办〔2008〕12号",
        "title": "乌海市政务公开领导小组办公室关于政务公开和办事公开示范点验收情况的报告",
        "issued_on": "2008-05-30",
        "addressee": "乌海市政务公开领导小组",
        "signer": "赵某某",
        "as_of": "2008-05-30",
        "sites_total": 20,
        "examined": len(LISTED),
        "passed": len(LISTED) - 1,
        "failed": 1,
        "waiting": 20 - len(LISTED),
        "scored_by": RULES,
        "sites": accepted_sites(),
        "goals": [
            {"goal": "组织领导机制健全", "government_affairs": "95.0%", "service": "93.2%", "shown_by": ""},
            {"goal": "公开制度科学完善", "government_affairs": "91.3%", "service": "90.1%", "shown_by": ""},
            {"goal": "公开内容全面具体", "government_affairs": "90.4%", "service": "92.6%", "shown_by": ""},
            {"goal": "公开形式丰富多样", "government_affairs": "88.7%", "service": "89.9%", "shown_by": ""},
            {
                "goal": "监督体系规范",
                "government_affairs": "",
                "service": "",
                "shown_by": "监督类检查项（ZW-2.3至ZW-2.6等）达标率92%；公示异议0件。",
            },
            {
                "goal": "工作成效明显",
                "government_affairs": "",
                "service": "",
                "shown_by": "社会评议平均88.4分（1,204份）；改进意见62项，办结62项。",
            },
        ],
    },
    DocumentKind.OBJECTION_REPLY: {
        **SITE,
        "number": "乌政公办〔2008〕13号",
        "title": "乌海市政务公开领导小组办公室关于海勃湾区人民政府政务服务中心公示异议的答复",
        "issued_on": "2008-05-13",
        "addressee": "异议提出人",
        "notice_title": "关于拟命名乌海市政务公开、办事公开示范点的公示",
        "notice_number": "乌政公办〔2008〕14号",
        "received_on": "2008-05-08",
        "channel": "来信",
        "result": "异议部分成立",
        "was_looked_into": True,
        "reply": "经现场核查，公开栏的内容现行有效，但有两项收费依据没有张贴，已责成该单位改正。",
    },
    DocumentKind.INFORMATION_REPLY: {
        **PROGRAMME,
        "number": "乌政公办〔2008〕15号",
        "title": "乌海市政务公开领导小组办公室关于政府信息公开申请的答复",
        "issued_on": "2008-05-20",
        "addressee": "申请人",
        "received_on": "2008-05-06",
        "channel": "网上",
        "result": "予以公开",
        "reply": "你申请的示范点确定名单已经公开，现将名单一并提供。",
    },
    DocumentKind.UPWARD_REPORT: {
        **PROGRAMME,
        "number": "乌政公办〔2008〕2号",
        "title": "乌海市政务公开领导小组办公室关于示范点建设确定示范点和制定方案阶段工作情况的报告",
        "issued_on": "2008-02-03",
        "addressee": "内蒙古自治区政务公开领导小组办公室",
        "copies_to": "乌海市政务公开领导小组",
        "signer": "赵某某",
        "phase": "确定示范点和制定方案阶段",
        "starts_on": "2008-01-01",
        "ends_on": "2008-01-31",
        "tasks": "各区政务公开领导小组办公室结合本地区实际，确定各区政务公开和办事公开示范点，市级和区级示范点要尽快制定各自的具体工作方案。",
        "as_of": "2008-02-01",
        "figures": [
            {"what": "确定示范点", "number": "21个（市级6个、区级15个）"},
            {"what": "工作方案已审核同意的示范点", "number": "19个（市级6个、区级13个）"},
        ],
        "practice": ["市、区两级及时召开会议，层层动员部署。", "各区按照分级负责、分级建点的原则确定示范点。"],
        "problems": ["个别单位工作方案制定较慢。"],
        "next_steps": ["抓紧组织实施，逐项对照建设标准落实。"],
    },
    DocumentKind.WARNING_NOTICE: {
        "resolved": "经2008年5月19日市政务公开领导小组会议研究",
        **SITE,
        **TRACKED,
        "number": "乌政公办〔2008〕31号",
        "title": "乌海市政务公开领导小组办公室关于对海勃湾区人民政府政务服务中心予以警告并限期整改的通知",
        "issued_on": "2008-09-08",
        "addressee": "海勃湾区人民政府",
        "copies_to": "乌海市政务公开领导小组",
        "reason": "公开栏自7月起未更新，办事指南收费标准与现行规定不符。",
        "found_on": "2008-09-05",
        "found": "复查",
        "unmet": "公开栏7月以来没有更新；办事指南的收费标准已经废止",
        "rectify_by": "2008-09-23",
        "length": 10,
        "unit": "工作日",
        "counted": [
            {"date": f"2008-09-{day:02d}", "label": f"星期{week}", "working": week not in "六日"}
            for day, week in zip(range(9, 24), "二三四五六日一二三四五六日一二", strict=True)
        ],
    },
    DocumentKind.RESTORATION_NOTICE: {
        "resolved": "",
        **SITE,
        **TRACKED,
        "number": "乌政公办〔2008〕34号",
        "title": "乌海市政务公开领导小组办公室关于解除对海勃湾区人民政府政务服务中心警告的通知",
        "issued_on": "2008-09-25",
        "addressee": "海勃湾区人民政府",
        "reason": "公开栏已更新，收费标准已更正。",
        "warning_number": "乌政公办〔2008〕31号",
        "warned_on": "2008-09-08",
        "answered_on": "2008-09-22",
        "found_on": "2008-09-24",
        "looked_at": "公开栏；办事指南的收费标准",
    },
    DocumentKind.REVOCATION_DECISION: {
        "resolved": "经2008年6月20日市政务公开领导小组会议研究",
        **SITE,
        **TRACKED,
        "number": "乌政公发〔2008〕9号",
        "title": "乌海市政务公开领导小组关于撤销海勃湾区人民政府政务服务中心示范点命名的决定",
        "issued_on": "2008-09-25",
        "addressee": "各区人民政府，市府各部门，各企事业单位",
        "reason": "整改期满后复查，公开栏仍未更新，收费标准仍未更正，已不符合建设标准。",
        "warning_number": "乌政公办〔2008〕31号",
        "warned_on": "2008-09-08",
        "answered_on": "2008-09-22",
        "found_on": "2008-09-24",
        "unmet": "公开栏仍未更新；收费标准仍未更正",
        "heard_on": "2008-09-08",
        "state_by": "2008-09-16",
        "stated_on": "2008-09-12",
        "rectify_by": "2008-09-23",
        "why_early": "",
    },
}  # fmt: skip
