"""What the portal counts of each of the plan's four phases, as a report says it: in Chinese, as papers are.

Nothing is counted anew here: the figures of the desk and the accounts of the rooms are put into words.
"""

from collections.abc import Iterator

from django.utils import translation

from accounts.models import User
from assessments.goals import closed_findings
from assessments.models import Evidence, Round, Sheet
from assessments.papers.programme import standing
from assessments.scoring import plain
from desk.figures.funnel import FUNNEL, stages
from desk.figures.heat import HEAT
from desk.figures.scope import Scope
from publicity.models import Objection
from sites.enums import Stage
from sites.models import GuidanceNote, Phase
from standards.enums import Kind

Line = tuple[str, str]


def figures_of(phase: Phase, reader: User) -> list[dict[str, str]]:
    """What belongs to this phase, as things stand today, over all sites of its programme the reader sees."""
    with translation.override("zh-hans"):
        return [{"what": what, "number": number} for what, number in _OF_PHASE[phase.ordinal](phase, reader)]


def _scope(phase: Phase, reader: User, by: str = "level") -> Scope:
    chosen = FUNNEL.filter({"by": by}, programme=phase.programme, reader=reader)
    return Scope(phase.programme, reader, chosen)


def _so_far(phase: Phase, reader: User, stage: Stage) -> str:
    """How many sites have come so far: 21个（市级8个、区级13个）."""
    whole, levels = stages(_scope(phase, reader))
    parts = "、".join(f"{name}{of_level.so_far(stage)}个" for name, of_level in levels)
    return f"{whole.so_far(stage)}个" + (f"（{parts}）" if parts else "")


def _lists(phase: Phase, reader: User) -> Iterator[Line]:
    _whole, kinds = stages(_scope(phase, reader, by="kind"))
    yield "确定示范点", _so_far(phase, reader, Stage.DETERMINED)
    for name, of_kind in kinds:
        yield f"其中{name}示范点", f"{of_kind.so_far(Stage.DETERMINED)}个"
    yield "工作方案已审核同意的示范点", _so_far(phase, reader, Stage.BUILDING)


def _building(phase: Phase, reader: User) -> Iterator[Line]:
    sites = _scope(phase, reader).sites
    guidance = GuidanceNote.objects.filter(site__in=sites)
    yield "组织实施的示范点", _so_far(phase, reader, Stage.BUILDING)
    yield "已提交自评的示范点", _so_far(phase, reader, Stage.SELF_ASSESSED)
    yield "佐证材料", f"{Evidence.objects.filter(site__in=sites).count()}件"
    yield "市、区两级指导监督", f"{guidance.count()}次，已答复{guidance.exclude(replied_on=None).count()}次"


def _inspection(phase: Phase, reader: User) -> Iterator[Line]:
    sites = _scope(phase, reader).sites
    for each in Round.objects.filter(programme=phase.programme, kind="inspection").order_by("pk"):
        signed = Sheet.objects.signed_finals().filter(assessment__round=each).count()
        yield each.title, f"应检查{each.assessments.count()}个，已签署评分表{signed}个"
    for kind in Kind:
        chosen = HEAT.filter({"kind": kind.value}, programme=phase.programme, reader=reader)
        drawn = HEAT.count(Scope(phase.programme, reader, chosen)).drawing
        if drawn and drawn.bars[-1].average is not None:
            yield f"{kind.label}示范点平均得分率（{drawn.round}）", f"{drawn.bars[-1].average}"
    found = closed_findings(sites.values_list("pk", flat=True))
    yield "存在差距", f"{found.all}项，整改完成{found.of_these}项，尚未完成{found.left}项"
    yield "完成整改的示范点", _so_far(phase, reader, Stage.RECTIFIED)


def _acceptance(phase: Phase, reader: User) -> Iterator[Line]:
    sites = _scope(phase, reader).sites
    now = standing(sites)
    yield "审定验收结果的示范点", f"{len(now.results)}个，通过{now.passed}个，未通过{now.failed}个"
    yield "尚待验收的示范点", f"{now.waiting}个"
    if now.goals.appraisals:
        people, score = now.goals.appraisals.people, plain(now.goals.appraisals.score)
        yield "通过验收的示范点社会评议", f"答卷{people}份，平均{score}分"
    yield "公示期间及以后收到的异议", f"{Objection.objects.filter(site__in=sites).count()}件"
    yield "命名示范点", _so_far(phase, reader, Stage.NAMED)


# By the phase's number in the plan, as the table of steps has it.
_OF_PHASE = {1: _lists, 2: _building, 3: _inspection, 4: _acceptance}
