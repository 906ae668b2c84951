"""May of the demo: what citizens wrote while the notices ran, and what came of it."""

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import SecrecyReview, User
from accounts.services import motions
from publicity.enums import LetterKind, ObjectionState
from publicity.models import Notice, Objection
from publicity.services import handling, letters, objections
from sites.calendar import pinned
from sites.models import Site

from . import secrecy
from .cast import PHONE, SAMPLE, Cast
from .lists import on
from .papers import sign
from .photos import notice_board, saved


def answered(notice: Notice, looked_into: Site, declined: Site, cast: Cast) -> None:
    """8–13 May: one letter is looked into and not upheld, one is not taken up; an anonymous one is logged."""
    with pinned(on("2008-05-08")):
        first = _write(notice, looked_into, "办事大厅收费公示栏缺少两项收费依据。")
        second = _write(notice, declined, "对窗口人员的服务态度不满意。")
        letters.log_letter(
            notice=notice,
            site=looked_into,
            kind=LetterKind.ANONYMOUS,
            received_on=on("2008-05-08"),
            text=f"反映大厅排队时间过长{SAMPLE}。",
            dealt_with="未署名，不作为异议受理；已转该单位改进叫号安排。",
            by=cast.office,
        )
    with pinned(on("2008-05-09")):
        handling.accept(objection=first, investigator=cast.inspectors[0], by=cast.office)
        handling.decline(
            objection=second,
            reply="所反映的是个别服务问题，不涉及示范点建设标准，已转有关单位办理，谢谢监督。",
            by=cast.office,
        )
        _approve(second, by=cast.colleague)
    with pinned(on("2008-05-12")):
        handling.report(
            objection=first,
            findings="5月12日现场核查，两项收费依据张贴在二楼公示栏，内容现行有效。",
            by=cast.inspectors[0],
        )
    with pinned(on("2008-05-13")):
        handling.conclude(
            objection=first,
            result=ObjectionState.NOT_UPHELD,
            reply="经现场核查，两项收费依据已在二楼公示栏公开。已建议该单位在一楼同时公开。",
            by=cast.colleague,
        )
        _approve(first, by=cast.leader)


def _approve(objection: Objection, by: User) -> None:
    """As it stands, drafted by somebody else."""
    handling.approve(objection=objection, seen=objection.handlings.latest("pk").pk, by=by)


def waiting(notice: Notice, site: Site, cast: Cast) -> None:
    """19 May: a letter with a picture waits for the office; the notice is given two more days."""
    with pinned(on("2008-05-19")):
        board = saved(notice_board(site, sheets=2), "公开栏现状")
        _write(notice, site, "公开栏有一半空白，办事指南没有更新，照片是5月18日拍摄的。", board)
        moved = motions.move(
            kind="notice.extend",
            record=notice,
            values={
                "counted_from": notice.ends_on.isoformat(),
                "length": 2,
                "reason": f"公示期间受理电话故障一日{SAMPLE}",
            },
            by=cast.office,
        )
        secrecy.give(
            SecrecyReview.objects.about(moved.kind, moved.record).waiting().get(), cast, by=cast.leader
        )
        sign(moved, cast, by=cast.leading_group[1])


def late(notice: Notice, site: Site, cast: Cast) -> None:
    """16 May: a letter comes three days after the notice's end."""
    with pinned(on("2008-05-16")):
        letters.log_letter(
            notice=notice,
            site=site,
            kind=LetterKind.LATE,
            received_on=on("2008-05-16"),
            text=f"来信反映咨询电话无人接听{SAMPLE}。",
            dealt_with="公示期满后收到，作为投诉登记，已转办核实并回复来信人。",
            by=cast.office,
        )


def _write(notice: Notice, site: Site, text: str, *files: SimpleUploadedFile) -> Objection:
    return objections.receive(
        notice=notice,
        site=site,
        name=f"王某某{SAMPLE}",
        phone=PHONE,
        text=text + SAMPLE,
        files=files,
    ).objection
