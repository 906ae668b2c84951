"""May of the demo: what people asked the office, how it was answered, and what is asked often."""

from accounts.models import Organisation
from publicity.enums import EnquiryKind, EnquiryTopic, InformationResult, Satisfaction, WantedForm
from publicity.models import Enquiry
from publicity.services import answering, enquiries, questions
from publicity.services.enquiries import Asked
from sites.calendar import pinned
from sites.models import Programme, Site

from . import secrecy
from .cast import PHONE, SAMPLE, Cast
from .lists import on

# What the pages of this site answer, and so is true of it; the rest is a sample.
OFTEN = (
    (
        EnquiryTopic.CAMPAIGN,
        "什么是政务公开和办事公开示范点？",
        (
            "按照乌海市政务公开示范点建设工作方案，由市直指定单位和各区选报的窗口单位，对照公布的建设标准建设，"
            "经检查、验收和公示后命名，供其他单位学习。名单见“示范点”，标准见“建设标准”。"
        ),
    ),
    (
        EnquiryTopic.CAMPAIGN,
        "对公示的单位有意见，怎样提出？",
        (
            "公示期内打开“公示”，选正在公示的一份，点“提出异议”，写明真实姓名和联系方式。也可以来信、来电、来访。"
            "提交后得到回执码，凭码查看答复。姓名不向被反映的单位提供。"
        ),
    ),
    (
        EnquiryTopic.CAMPAIGN,
        "示范点命名以后还有人管吗？",
        (
            "有。命名后实行动态跟踪管理：定期复查、随机抽查，投诉已命名示范点的安排复查；"
            "工作滑坡的予以警告、限期整改，直至撤销命名。"
        ),
    ),
    (
        EnquiryTopic.CONDUCT,
        "窗口服务态度不好，向谁反映？",
        "在“咨询投诉”点“我要投诉”，选择示范点，写明时间和经过；可以不留姓名。投诉不会转给被投诉的单位答复。",
    ),
    (
        EnquiryTopic.DISCLOSURE,
        "怎样申请公开政府信息？",
        (
            "在“咨询投诉”点“依申请公开”，写明需要的信息、姓名和联系方式。按政府信息公开条例规定的期限答复，"
            "答复书凭回执码下载。"
        ),
    ),
    (
        EnquiryTopic.WEBSITE,
        "回执码丢了怎么办？",
        (
            "回执码是查看答复的唯一凭证，本网站不能找回。请打电话给办公室，说明来信的日期和内容，由工作人员核对后告知"
            f"{SAMPLE}。"
        ),
    ),
    (
        EnquiryTopic.FEES,
        "窗口办事收费吗？",
        f"收费项目、标准和依据由各窗口公开，没有公开的不得收取{SAMPLE}。发现乱收费的，请在“咨询投诉”中反映。",
    ),
    (
        EnquiryTopic.HOURS,
        "窗口几点上班？",
        f"工作日8:30—12:00、14:30—18:00{SAMPLE}，以各窗口公示的时间为准。",
    ),
    (
        EnquiryTopic.PROCEDURE,
        "办事要带什么材料？",
        f"各窗口的办事指南列明每项业务的条件、材料、程序和时限{SAMPLE}；也可以先打窗口电话询问。",
    ),
)


def publish_what_is_asked_often(cast: Cast) -> None:
    """5 May: written by the office, reviewed by the colleague, published."""
    with pinned(on("2008-05-05")):
        made = [
            questions.keep(question=None, asked=asked, answer=answer, topic=topic, by=cast.office)
            for topic, asked, answer in OFTEN
        ]
        for question in made:
            secrecy.clear("question", [question], cast)
            questions.publish(question=question, by=cast.office)


def come_in(programme: Programme, site: Site, unit: Organisation, cast: Cast) -> None:
    """7–20 May: one of each kind; some are answered, some wait for the office, a unit, or an approval."""
    with pinned(on("2008-05-07")):
        hours = _ask(programme, EnquiryKind.QUESTION, EnquiryTopic.HOURS, "请问周六能办理吗？")
        _answer(hours, "周六不对外办理，请在工作日前来；窗口电话可以先行预约。", cast)
        kept = _ask(
            programme,
            EnquiryKind.INFORMATION,
            EnquiryTopic.DISCLOSURE,
            "申请公开2008年示范点确定名单和各示范点的工作方案。",
        )
    with pinned(on("2008-05-09")):
        enquiries.rate(enquiry=hours, satisfaction=Satisfaction.SATISFIED)
        _answer(
            kept,
            "示范点确定名单已经公开，随答复一并提供；各示范点的工作方案涉及内部安排的部分不予公开，其余部分提供",
            cast,
            result=InformationResult.PARTLY,
        )
    with pinned(on("2008-05-14")):
        idea = _ask(programme, EnquiryKind.SUGGESTION, EnquiryTopic.CAMPAIGN, "建议公开栏旁放老花镜。")
        answering.accept(enquiry=idea, by=cast.office)
        answering.draft(enquiry=idea, reply="建议很好，已转各示范点参考。", by=cast.office)
        passed_on = _ask(programme, EnquiryKind.QUESTION, EnquiryTopic.FEES, "补办证件收多少钱？")
        answering.hand_on(enquiry=passed_on, body=unit, reason=f"属于该单位业务{SAMPLE}", by=cast.office)
    with pinned(on("2008-05-16")):
        complaint = _ask(
            programme,
            EnquiryKind.COMPLAINT,
            EnquiryTopic.CONDUCT,
            "咨询台上午十一点就没有人了。",
            site=site,
        )
        answering.accept(enquiry=complaint, by=cast.office)
    with pinned(on("2008-05-19")):
        _ask(
            programme,
            EnquiryKind.ERROR,
            EnquiryTopic.WEBSITE,
            "公示页面的电话少一位。",
            page="公示",
        )


def _ask(programme: Programme, kind: EnquiryKind, topic: EnquiryTopic, text: str, **more: object) -> Enquiry:
    wanted = WantedForm.PAPER if kind == EnquiryKind.INFORMATION else ""
    asked = Asked(
        kind=kind,
        topic=topic,
        text=text + SAMPLE,
        name=f"赵某某{SAMPLE}",
        contact=PHONE,
        wanted_as=wanted,
        **more,  # type: ignore[arg-type]  # a site, or a page
    )
    return enquiries.receive(programme=programme, asked=asked).enquiry


def _answer(enquiry: Enquiry, reply: str, cast: Cast, result: InformationResult | str = "") -> None:
    """By the office, approved by the colleague."""
    answering.accept(enquiry=enquiry, by=cast.office)
    answering.draft(enquiry=enquiry, reply=reply + SAMPLE, result=result, by=cast.office)
    answering.approve(enquiry=enquiry, seen=enquiry.steps.latest("pk").pk, by=cast.colleague)
