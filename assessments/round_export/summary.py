"""One row for each site: its sections, its total, and what the rulebook makes of it."""

from collections.abc import Iterator

from django.db.models import Count
from django.utils.translation import gettext as _

from assessments.enums import RoundKind
from assessments.judging import band_by, pass_points, share_of
from assessments.marks import sheet_score
from assessments.models import Sheet
from assessments.scoring import SheetScore
from standards.models import Rulebook
from tables.writing import Head, Part, Row

from .cases import Case, RoundCases
from .items import NAMED, head_of, member_name, site_cells, site_heads, yes_or_no


def summary_table(cases: RoundCases) -> Part:
    """The sheet that counts in the round (the final one; in a self-assessment the site's own), summed up."""
    counted = cases.round.standards.annotate(n=Count("sections")).values_list("n", flat=True)
    sections = max(counted, default=0)
    heads = _heads(sections, cases.most_members)
    return Part(_("Summary"), heads, _rows(cases, sections), fixed=NAMED)


def _heads(sections: int, members: int) -> list[Head]:
    heads = [*site_heads(), _("Rulebook"), _("State of the sheet")]
    of_section = (_("Section %(n)d"), _("Section %(n)d: points"), _("Section %(n)d: maximum"))
    for n in range(1, sections + 1):
        heads += [text % {"n": n} for text in of_section]
    heads += [_("Total"), _("Maximum"), _("Percent"), _("Pass mark in points"), _("Passes"), _("Band")]
    heads += [_("Items due"), _("Not looked at"), _("Inapplicable"), _("Not due")]
    others = (_("Self-assessment"), *(member_name(n) for n in range(1, members + 1)))
    return [*heads, *(head_of(whose, _("Total")) for whose in others)]


def _rows(cases: RoundCases, sections: int) -> Iterator[Row]:
    rulebook, is_self = cases.round.rulebook, cases.round.kind == RoundKind.SELF
    for case in cases:
        sheet = case.own if is_self else case.final
        row = [*site_cells(case.assessment), rulebook]
        if sheet is None:
            row += [_("no sheet begun"), *[None] * (3 * sections + 10)]
        else:
            row += [sheet.get_state_display(), *_sections(case, sheet, sections)]
            row += _result(sheet_score(case.marks(sheet)), rulebook)
        members = [_points(case, each) for each in case.members]
        yield [*row, _points(case, case.own), *members, *[None] * (cases.most_members - len(members))]


def _sections(case: Case, sheet: Sheet, sections: int) -> Row:
    marks = case.marks(sheet)
    cells: list[object] = []
    for part, score in zip(marks, sheet_score(marks).sections, strict=True):
        cells += [part.section.name, score.points, score.maximum]
    return cells + [None] * (3 * sections - len(cells))


def _result(score: SheetScore, rulebook: Rulebook) -> Row:
    """A sheet that is not whole yet neither passes nor fails."""
    share, needed = share_of(score), pass_points(rulebook, score)
    verdict: list[object] = [None, None]
    if score.is_complete:
        verdict = [yes_or_no(score.points >= needed), band_by(rulebook, share).label]
    inapplicable = sum(section.inapplicable for section in score.sections)
    not_due = sum(section.not_due for section in score.sections)
    return [
        score.points,
        score.maximum,
        share,
        needed,
        *verdict,
        score.items,
        score.unmarked,
        inapplicable,
        not_due,
    ]


def _points(case: Case, sheet: Sheet | None) -> object:
    """The total of another sheet; none where it was measured by another version."""
    if sheet is None or sheet.assessment.standard_id != case.assessment.standard_id:
        return None
    return sheet_score(case.marks(sheet)).points
