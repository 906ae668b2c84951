"""How the leading group of the demo decides: at meetings its office prepared, or by circulation."""

from accounts.enums import ResolutionKind, SlipAnswer
from accounts.models import Resolution
from accounts.services import meetings
from accounts.services.meetings import Item, Outcome
from sites.calendar import pinned
from sites.models import Programme

from .cast import SAMPLE, Cast
from .lists import on

PLACE = f"市政府第二会议室{SAMPLE}"
GUESTS = f"市政务公开领导小组办公室全体工作人员{SAMPLE}"


def meet(
    programme: Programme, cast: Cast, *, called: str, day: str, confirmed: str, item: Item, outcome: str
) -> Resolution:
    """One item, put on the agenda some days before; one member is away, another one confirms the minutes."""
    with pinned(on(called)):
        meeting = meetings.plan_meeting(
            campaign=programme.pk,
            on=on(day),
            place=PLACE,
            chair=cast.leader,
            members=cast.leading_group,
            guests=GUESTS,
            by=cast.office,
        )
        resolution = meetings.put_on_agenda(meeting=meeting, item=item, by=cast.office)
    with pinned(on(day)):
        meetings.record(
            meeting=meeting,
            present=cast.leading_group[:2],
            outcomes={resolution.pk: Outcome(agreed=True, text=outcome)},
            remarks=f"办公室要加强指导和监督，各成员单位要按分工抓好落实{SAMPLE}。",
            by=cast.office,
        )
    with pinned(on(confirmed)):
        meetings.confirm_minutes(meeting=meeting, by=cast.leading_group[1])
        meetings.issue_minutes(meeting=meeting, by=cast.office)
    return resolution


def decided(programme: Programme, cast: Cast, day: str, item: Item) -> Resolution:
    """Put on record on the day itself; nobody has confirmed the minutes yet."""
    with pinned(on(day)):
        return meetings.note_decision(
            campaign=programme.pk,
            item=item,
            on=on(day),
            place=PLACE,
            chair=cast.leader,
            present=cast.leading_group[:2],
            by=cast.office,
        )


def send_round(programme: Programme, cast: Cast, day: str, item: Item, *, answers: int = 3) -> Resolution:
    """So many of the members answer on the day; with all of them it is decided."""
    with pinned(on(day)):
        resolution = meetings.circulate(
            campaign=programme.pk, item=item, members=cast.leading_group, by=cast.office
        )
        for slip in resolution.slips.order_by("pk")[:answers]:
            says = SlipAnswer.NOTE if slip.member == cast.leading_group[2] else SlipAnswer.AGREE
            meetings.answer(slip=slip, says=says, by=slip.member)
    resolution.refresh_from_db()
    return resolution


def look_ahead(programme: Programme, cast: Cast) -> None:
    """On 20 May: a plan goes round and waits for the third member; a meeting on the 23rd has its agenda."""
    plan = Item(
        ResolutionKind.OTHER,
        f"示范点建设现场交流会方案{SAMPLE}",
        f"拟于6月上旬在已命名的示范点召开现场交流会，推广好经验、好做法{SAMPLE}。",
    )
    send_round(programme, cast, "2008-05-19", plan, answers=2)
    with pinned(on("2008-05-20")):
        meeting = meetings.plan_meeting(
            campaign=programme.pk,
            on=on("2008-05-23"),
            place=PLACE,
            chair=cast.leader,
            members=cast.leading_group,
            guests=GUESTS,
            by=cast.office,
        )
        item = Item(ResolutionKind.ACCEPTANCE, f"审定第二批示范点验收结果{SAMPLE}")
        meetings.put_on_agenda(meeting=meeting, item=item, by=cast.office)
