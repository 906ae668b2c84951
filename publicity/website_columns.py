"""The public site's columns (栏目), for the site map, the sitemap and every page's meta tags."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.http import page_address


@dataclass(frozen=True)
class Column:
    """A page that stands by itself, whatever has been published."""

    name: str
    label: Promise
    about: Promise
    # As people ask for it, in Chinese: the search leads here (publicity.finding).
    asked: str = ""

    @property
    def url(self) -> str:
        return page_address(f"publicity:{self.name}")


COLUMNS = {
    column.name: column
    for column in (
        Column(
            "home",
            _("Home"),
            _("How far the campaign is, and what is open to you now."),
            asked="首页 进度 进展",
        ),
        Column(
            "programme",
            _("The plan"),
            _("The plan word for word, its phases and what came of them."),
            asked="工作方案 方案全文 时间安排 阶段 55号 乌海政办发 什么时候结束 活动时间 建点单位 哪些单位",
        ),
        Column(
            "standards",
            _("Standards"),
            _("What a demonstration site is measured by, item by item."),
            asked="建设标准 标准 政务公开标准 办事公开标准 示范点条件 要求 怎么评",
        ),
        Column(
            "rulebook",
            _("Rulebook"),
            _("How points become a result, article by article, in each version."),
            asked="考评办法 评分 打分办法 多少分合格 扣分 验收标准 公示期几天",
        ),
        Column(
            "grounds",
            _("Grounds"),
            _("The laws, opinions and notices behind it, and how they stand."),
            asked="依据 法规 政府信息公开条例 文件依据",
        ),
        Column(
            "sites",
            _("Demonstration sites"),
            _("Every site, by district, level, kind and stage."),
            asked="示范点 示范点名单 有哪些示范点 全部名单 地址 电话 窗口 海勃湾 海南区 乌达",
        ),
        Column(
            "determinations",
            _("Determined lists"),
            _("Which sites were determined, by which paper."),
            asked="确定名单 批次 哪一批 确定通知",
        ),
        Column(
            "notices",
            _("Public notices"),
            _("Sites about to be named; while a notice runs, you may object."),
            asked="公示 公示期 公示名单 公示结果 正在公示 提出异议 怎么提异议 反对 举报示范点",
        ),
        Column(
            "objection",
            _("Follow an objection"),
            _("How far your objection is, by its receipt code."),
            asked="回执码 回执 异议查询 异议进度 答复 多久答复 异议结果 查询异议",
        ),
        Column(
            "appraise",
            _("Appraise a site"),
            _("Five questions, one minute, with the code on your slip."),
            asked="评议码 评议 打分 评价 评价窗口 满意度 小票 纸条 社会评议 服务态度",
        ),
        Column(
            "namings",
            _("Namings"),
            _("Who bears the title, by which decision, and who lost it."),
            asked="命名 命名决定 牌匾 牌匾编号 授牌 称号 撤销 警告",
        ),
        Column(
            "commendations",
            _("Commendations"),
            _("Who was commended, by which decision, and for what."),
            asked="表彰 先进集体 先进个人 奖励",
        ),
        Column(
            "articles",
            _("Experience"),
            _("Good practices, meetings, commendations and news."),
            asked="经验 做法 学习 新闻 动态 培训",
        ),
        Column(
            "verify",
            _("Verify a document"),
            _("Whether an official paper is genuine, by its code."),
            asked="验证码 验证 真伪 真假 公文 假公文 文号查询 查文号 二维码",
        ),
        Column(
            "ask",
            _("Ask and complain"),
            _("Frequent questions; ask, complain, suggest, request information; how it is answered."),
            asked="咨询 投诉 建议 举报 怎么投诉 我要投诉 我要举报 我要咨询 留言 信箱 提问 常见问题 "
            "反映问题 态度不好 依申请公开 申请公开 信息公开申请 查询来信 什么时候答复",
        ),
        Column("search", _("Search"), _("Everything published here, by its words.")),
        Column(
            "open_data",
            _("Open data"),
            _("What is published here as CSV, JSON and XLSX."),
            asked="数据 下载 开放数据 表格 接口",
        ),
        Column(
            "report_error",
            _("Report an error on this website"),
            _("What is wrong here, and whom to tell."),
            asked="投诉电话 举报电话 电话 联系电话 联系方式 找错 网站错误 上班时间 办公时间 "
            "办公地址 找谁 服务热线",
        ),
        Column(
            "help",
            _("Help"),
            _("How to do what, a page for everybody who takes part."),
            asked="帮助 使用手册 使用说明 怎么用 教程",
        ),
        Column(
            "site_map", _("Site map"), _("Every column of this site on one page."), asked="网站地图 栏目 导航"
        ),
    )
}


def column_choices() -> list[tuple[str, Promise]]:
    """The columns to choose from, by name."""
    return [(column.name, column.label) for column in COLUMNS.values()]


def column_of(path: str) -> Column:
    """The column a page belongs to, by its address; the home page's where it belongs to none."""
    holding = [column for column in COLUMNS.values() if path.startswith(column.url)]
    return max(holding, key=lambda column: len(column.url))
