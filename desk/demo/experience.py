"""May of the demo: what the named sites do well is told to the others, and taken up by some."""

import datetime
from collections.abc import Sequence

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from accounts.services.secrecy import ask
from documents.papers import REGULATION
from publicity.enums import ArticleKind, EventKind, InvitationAnswer
from publicity.models import Article
from publicity.services import article_files, articles, commendations, events, reuse
from sites.calendar import pinned, today
from sites.models import Site
from standards.citing import cited_on
from standards.models import Item

from . import secrecy
from .cast import SAMPLE, Cast
from .lists import on
from .meetings import PLACE
from .photos import notice_board, photo

PRACTICE = (
    "我单位把公开栏的更新写进岗位职责：每周一上午由专人更换内容，分管领导签字，"
    "更新登记簿挂在公开栏旁，群众随时可查。\n\n"
    "一是定人。每个栏目一名责任人，休假有顶岗人。\n"
    "二是定时。政策文件三日内上栏，办事结果当日上栏。\n"
    "三是定查。每月由监督员抽查一次，抽查结果同时公布。\n\n"
    "三个月来公开栏更新38次，群众咨询量下降约三成。（示例）"
)
MEETING = (
    "市政务公开领导小组办公室在示范点召开现场会，各示范点联络员参观公开栏和办事大厅，交流更新登记和首问负责的做法。\n\n"
    "会议要求各单位对照标准查找差距，把可以照着做的做法尽快用起来。（示例）"
)
NEWS = "首批示范点通过验收并公示期满，市政务公开领导小组作出命名决定，名单已在本网站公布。（示例）"
DRAFT = "我单位试行办事指南“一事一纸”，把条件、材料、时限、收费和监督电话印在同一张纸上，摆在窗口前。（示例）"

COMMENDATION = "关于表彰政务公开示范点建设先进集体和先进个人的决定"
ACHIEVED = "首批示范点公开内容全面具体，公开形式丰富多样，群众反映良好（示例）"
BODY_DID = "公开栏更新及时，办事指南齐全，社会评议满意率高，做法被其他单位采用（示例）。"

TAKEN_UP = (
    ("2008-05-16", "照此设立更新登记簿，指定两名责任人"),
    ("2008-05-19", "把更新时限写入公开制度，每月抽查一次"),
)


def tell(site: Site, learners: Sequence[Site], drafting: Site, cast: Cast) -> None:
    """A practice of a named site, a meeting held there, news of the naming; a draft and an entry wait."""
    liaison = cast.liaison(site.organisation)
    with pinned(on("2008-05-15")):
        practice = _draft(site, "公开栏“三定”更新法", PRACTICE, by=liaison, files=[_board(site)], first=6)
        caption = f"{site.window_name}的公开栏，旁边挂着更新登记簿{SAMPLE}"
        article_files.caption(article=practice, captions={practice.files.get().pk: caption}, by=liaison)
        news = _draft(site, "首批示范点获得命名", NEWS, by=cast.office, kind=ArticleKind.NEWS)
        for article in (practice, news):
            secrecy.clear("article", [article], cast)
            articles.publish(article=article, seen=articles.of_article(article), by=cast.office)
    entries = []
    for learner, (day, note) in zip(learners, TAKEN_UP, strict=True):
        with pinned(on(day)):
            entry = reuse.record(
                article=practice,
                organisation=learner.organisation,
                note=f"{note}{SAMPLE}。",
                on=on(day),
                by=cast.liaison(learner.organisation),
            )
            entries.append(entry)
    with pinned(on("2008-05-19")):
        secrecy.clear("reuse", entries[:1], cast)
        reuse.confirm(reuse=entries[0], by=cast.office)
        waiting = _draft(drafting, "办事指南“一事一纸”", DRAFT, by=cast.liaison(drafting.organisation))
        ask(kind="article", records=[waiting], by=cast.office)
    _meet(site, learners, cast)


def _meet(site: Site, learners: Sequence[Site], cast: Cast) -> None:
    """An on-site meeting from its invitation to the article; an exchange meeting that is still to come."""
    visitors = [learner.organisation for learner in learners]
    with pinned(on("2008-05-13")):
        meeting = events.plan(
            programme=site.programme,
            words=_planned(EventKind.ON_SITE, "公开栏更新现场会", "2008-05-16", site),
            sites=[site],
            invited=visitors,
            by=cast.office,
        )
        for invitation in meeting.invitations.all():
            events.answer(
                invitation=invitation,
                answer=InvitationAnswer.COMING,
                people=f"分管负责人、联络员{SAMPLE}",
                by=cast.liaison(invitation.organisation),
            )
    with pinned(on("2008-05-19")):
        came = {invitation.pk: 2 for invitation in meeting.invitations.all()}
        events.hold(event=meeting, came=came, by=cast.office)
        article = events.write_of(event=meeting, by=cast.office)
        articles.revise(
            article=article,
            words={"text": MEETING},
            sites=[site],
            items=(),
            seen=articles.of_article(article),
            by=cast.office,
        )
        article.refresh_from_db()
        secrecy.clear("article", [article], cast)
        articles.publish(article=article, seen=articles.of_article(article), by=cast.office)
        events.plan(
            programme=site.programme,
            words=_planned(EventKind.EXCHANGE, "示范点建设经验交流会", "2008-05-28", site),
            sites=[site],
            invited=[site.organisation, *visitors],
            by=cast.office,
        )


def commend(sites: Sequence[Site], cast: Cast) -> None:
    """A list waits for its review and the leading group; the meeting that reads it out is planned."""
    helper = min(cast.districts.values(), key=lambda clerk: clerk.pk).organisation
    with pinned(on("2008-05-19")):
        waiting = commendations.draft(
            programme=sites[0].programme, title=COMMENDATION, grounds=ACHIEVED, by=cast.office
        )
        lines: list[dict[str, object]] = [
            *({"site": site, "reason": BODY_DID} for site in sites),
            {"organisation": helper, "reason": f"指导辖区示范点对照标准逐项整改，按时办结{SAMPLE}。"},
            {
                "organisation": sites[0].organisation,
                "person": f"李某{SAMPLE}",
                "post": "办公室副主任",
                "reason": f"负责公开栏更新登记，五个月来无一延误{SAMPLE}。",
                "consented_on": today(),
                "consent": f"本人签署的同意书，存市办{SAMPLE}",
            },
        ]
        for words in lines:
            commendations.write_line(commendation=waiting, words=words, by=cast.office)
        commendations.put_forward(commendation=waiting, by=cast.office)
        meeting = _planned(EventKind.COMMENDATION, "示范点建设表彰会", "2008-06-12", sites[0])
        agenda = f"一、宣读表彰决定；\n二、先进集体和先进个人代表发言；\n三、领导讲话。{SAMPLE}"
        events.plan(
            programme=sites[0].programme,
            words=meeting | {"place": PLACE, "agenda": agenda, "commendation": waiting},
            sites=sites,
            invited=[site.organisation for site in sites],
            by=cast.office,
        )


def _planned(kind: EventKind, title: str, day: str, site: Site) -> dict[str, object]:
    return {
        "kind": kind,
        "title": f"{title}{SAMPLE}",
        "held_on": on(day),
        "begins_at": datetime.time(9, 0),
        "place": site.window_name,
        "agenda": f"一、{site.window_name}介绍做法；\n二、参观公开栏和办事大厅；\n三、交流讨论。{SAMPLE}",
    }


def _board(site: Site) -> SimpleUploadedFile:
    place = float(str(site.latitude)), float(str(site.longitude))
    image = notice_board(site, sheets=6, view="experience")
    return photo(image, "公开栏近照", taken="2008-05-14 10:20:00", at=place)


def _draft(
    site: Site,
    title: str,
    text: str,
    *,
    by: User,
    files: Sequence[SimpleUploadedFile] = (),
    first: int = 0,
    **more: object,
) -> Article:
    """About two items of the site's standard, from the `first` on."""
    items = Item.objects.filter(section__standard__in=site.programme.standards.filter(kind=site.kind))
    return articles.draft(
        programme=site.programme,
        words={"title": f"{title}{SAMPLE}", "text": text, **more},
        sites=[site],
        items=list(items[first : first + 2]),
        grounds=cited_on([REGULATION], on=today()),
        files=files,
        by=by,
    )
