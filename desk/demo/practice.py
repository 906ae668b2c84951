"""April of the demo: a practice sheet for inspectors, made from a signed one; a colleague has finished it."""

from assessments.enums import ScoreLevel
from assessments.models import PracticeMark, PracticeRun, PracticeSheet, Sheet
from assessments.services import practice
from sites.calendar import pinned

from .cast import SAMPLE, Cast
from .lists import on

TITLE = "某区办事大厅"
TOO_STRICT = f"公开栏内容齐全，但更新日期不明显{SAMPLE}。"


def release(source: Sheet, cast: Cast) -> None:
    """The office copies the sheet and releases it; one inspector marks it, a step too strict now and then."""
    with pinned(on("2008-04-14")):
        made = practice.copy(source=source, title=TITLE, by=cast.office)
        practice.release(sheet=made, by=cast.office)
    made.refresh_from_db()
    with pinned(on("2008-04-15")):
        _finish(made, cast)


def _finish(sheet: PracticeSheet, cast: Cast) -> None:
    colleague = cast.inspectors[1]
    run = practice.begin(sheet=sheet, by=colleague)
    for number, mark in enumerate(sheet.marks.select_related("item"), start=1):
        _answer(run, mark, is_strict=number % 8 == 0)
    practice.finish(run=run, by=colleague)


def _answer(run: PracticeRun, mark: PracticeMark, *, is_strict: bool) -> None:
    """As agreed, or partly met where full marks were agreed."""
    differs = is_strict and mark.level == ScoreLevel.MET and mark.faults is None
    practice.answer(
        run=run,
        item=mark.item,
        level=ScoreLevel.PARTLY if differs else mark.level,
        points=mark.points if mark.level == ScoreLevel.PARTLY else None,
        faults=mark.faults,
        reason=TOO_STRICT if differs else mark.reason,
        by=run.by,
    )
