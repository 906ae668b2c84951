"""更正: which papers may be replaced by a corrected one, and what a correction makes of what they say."""

from collections.abc import Mapping, Sequence
from typing import Any

from .fields import IssueFields, ProgrammeFields
from .papers import PAPERS, DocumentKind

# What stands in the paper, and what it should read.
Change = Sequence[str]

# A list that is filed, a sheet that is signed, the text of a rulebook and what is sent upward are the words
# of somebody else, or of a record; notices, letters of the teams and result sheets are made anew where the
# act that made them stands; a reply to an objector is read by nobody who could check it.
ELSEWHERE = (
    DocumentKind.DISTRICT_DETERMINATION,
    DocumentKind.FILING_FORM,
    DocumentKind.RULEBOOK_NOTICE,
    DocumentKind.TEAM_NOTICE,
    DocumentKind.INTRODUCTION_LETTER,
    DocumentKind.PUBLIC_NOTICE,
    DocumentKind.NOTICE_EXTENSION,
    DocumentKind.OBJECTION_REPLY,
    DocumentKind.INFORMATION_REPLY,
    DocumentKind.RESULT_SHEET,
    DocumentKind.SCORE_SHEET,
    DocumentKind.DELIBERATION_RECORD,
    DocumentKind.UPWARD_REPORT,
)
CORRECTABLE = tuple(kind for kind in PAPERS if kind not in ELSEWHERE)
# What `issue` writes into every paper.
_COMMON = frozenset(IssueFields.__annotations__) | frozenset(ProgrammeFields.__annotations__)


def own_words(context: Mapping[str, Any]) -> dict[str, Any]:
    """What a paper says of its matter, without what issuing added."""
    return {name: value for name, value in context.items() if name not in _COMMON}


def corrected(said: Any, changes: Sequence[Change]) -> Any:
    """The same with these words changed wherever they stand; figures and keys stay as they are."""
    if isinstance(said, str):
        for wrong, right in changes:
            said = said.replace(wrong, right)
        return said
    if isinstance(said, dict):
        return {name: corrected(value, changes) for name, value in said.items()}
    return [corrected(each, changes) for each in said] if isinstance(said, list) else said


def says(said: Any, words: str) -> bool:
    """Whether these words stand anywhere in it."""
    return bool(corrected(said, [(words, "")]) != said)
