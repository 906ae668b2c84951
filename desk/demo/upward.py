"""Reports to the autonomous region: the first phase's is sent, the second's is to be checked.

The third's is still to be written.
"""

from accounts.services import motions
from desk.models import UpwardReport
from desk.upward import services
from sites.calendar import pinned
from sites.models import Programme

from .cast import SAMPLE, Cast
from .lists import on
from .papers import print_on_trial, sign


def report_on_lists(programme: Programme, cast: Cast) -> None:
    """5 February: drafted, agreed to the day after, and sent."""
    with pinned(on("2008-02-05")):
        report = _draft(
            programme,
            1,
            cast,
            practice=f"市、区两级分级负责、分级建点，先初步确定，再上报、初审、审定。{SAMPLE}",
            problems=f"个别单位条件还不成熟，个别示范点工作方案制定较慢。{SAMPLE}",
            next_steps=f"督促各示范点按照工作方案抓紧组织实施。{SAMPLE}",
        )
        motion = motions.move(kind=services.ISSUE, record=report, values={}, by=cast.office)
    with pinned(on("2008-02-06")):
        sign(motion, cast, by=cast.leader)
        report.refresh_from_db()
        services.record_sent(report=report, sent_on=on("2008-02-06"), sent_how="机要交换", by=cast.office)


def report_on_building(programme: Programme, cast: Cast) -> None:
    """19 May: drafted late, to be checked by a colleague before the leading group signs it."""
    with pinned(on("2008-05-19")):
        report = _draft(
            programme,
            2,
            cast,
            practice=f"各示范点对照建设标准逐项落实，市、区两级办公室现场指导。{SAMPLE}",
            problems=f"部分单位公开栏更新不及时，佐证材料不够规范。{SAMPLE}",
            next_steps=f"结合督查和整改，把检查项逐条落实到位。{SAMPLE}",
        )
        print_on_trial(motions.move(kind=services.ISSUE, record=report, values={}, by=cast.office))


def _draft(programme: Programme, ordinal: int, cast: Cast, **words: str) -> UpwardReport:
    return services.draft(phase=programme.phases.get(ordinal=ordinal), words=words, by=cast.office)
