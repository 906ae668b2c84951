"""How papers write what people typed and what was counted."""

from assessments.marks import section_marks, sheet_score
from assessments.models import Sheet
from assessments.scoring import plain


def sentence(text: str) -> str:
    """What a person typed, with the end mark that people leave out."""
    return text if not text or text.endswith(("。", "！", "？", "”")) else f"{text}。"


def totals(sheet: Sheet | None) -> dict[str, str]:
    """A sheet's points and maximum as printed; empty without a sheet."""
    if sheet is None:
        return {"total": "", "maximum": ""}
    score = sheet_score(section_marks(sheet))
    return {"total": plain(score.points), "maximum": plain(score.maximum)}
