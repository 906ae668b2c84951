"""One row for each site and item: what every sheet says of it, or that it says nothing."""

from collections.abc import Iterator
from typing import cast

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments.enums import MarkState, ScoreLevel
from assessments.marks import mark_of
from assessments.models import Assessment, Score, Sheet
from sites.models.sites import SiteInDistrict
from standards.models import Item
from tables.writing import Head, Part, Row

from .cases import Case, RoundCases


def item_table(cases: RoundCases) -> Part:
    """The table of items; its rows are made while they are written out."""
    return Part(_("Items"), _heads(cases.most_members), _rows(cases), fixed=NAMED + 2)


# The site's number and name: what every row is about, however far to the right one reads.
NAMED = 2


def site_heads() -> list[Head]:
    return [
        _("Site number"),
        _("Site"),
        _("Unit"),
        _("District"),
        _("Level"),
        _("Kind"),
        _("Title of the standard"),
        _("Version of the standard"),
    ]


def site_cells(assessment: Assessment) -> Row:
    """The site, and the version of the standard it is measured by."""
    site, standard = cast("SiteInDistrict", assessment.site), assessment.standard
    return [
        site.pk,
        site.window_name,
        site.organisation.name,
        site.district_name or "",
        site.get_level_display(),
        site.get_kind_display(),
        standard.title,
        standard.version,
    ]


def member_name(n: int) -> str:
    return _("Inspector %(n)d") % {"n": n}


def head_of(whose: str, what: str) -> str:
    return _("%(whose)s: %(what)s") % {"whose": whose, "what": what}


def _heads(members: int) -> list[Head]:
    site = site_heads()
    heads: list[Head] = [*site[:NAMED], _("Code"), _("Item"), *site[NAMED:], _("Section"), _("Points")]
    heads += _mark_heads(_("Self-assessment"))
    for n in range(1, members + 1):
        heads += [member_name(n), *_mark_heads(member_name(n))]
    heads += [
        *_mark_heads(_("Final")),
        _("Inapplicability agreed by"),
        _("Deliberated"),
        _("State of the finding"),
    ]
    return heads


def _mark_heads(whose: str) -> list[str]:
    what = (
        _("Level reached"),
        _("Points reached"),
        _("Faults counted"),
        _("Reason"),
        _("row version"),
        _("written by"),
        _("written at"),
    )
    return [head_of(whose, each) for each in what]


def _rows(cases: RoundCases) -> Iterator[Row]:
    members = cases.most_members
    for case in cases:
        about = site_cells(case.assessment)
        for item in case.items:
            of_item = [item.code, item.text, *about[NAMED:], item.section.name, item.points]
            yield [*about[:NAMED], *of_item, *_marks(case, item, members)]


def _marks(case: Case, item: Item, members: int) -> Row:
    row: list[object] = [*_own_cells(case, item)]
    for at in range(members):
        sheet = case.members[at] if at < len(case.members) else None
        row += [sheet.author if sheet else "", *_mark_cells(case, sheet, item)]
    row += _mark_cells(case, case.final, item)
    final, finding = case.score(case.final, item), case.findings.get(item.pk)
    row.append(_consent(final) if final else "")
    row.append(yes_or_no(item.pk in case.deliberated) if case.sees_deliberations else "")
    row.append(finding.get_state_display() if finding else "")
    return row


def _own_cells(case: Case, item: Item) -> Row:
    """The self-assessment may be older than a change of the standard: then it marked other items."""
    if case.own and case.own.assessment.standard_id != case.assessment.standard_id:
        return [_("under another version"), *_NOTHING]
    return _mark_cells(case, case.own, item)


def _mark_cells(case: Case, sheet: Sheet | None, item: Item) -> Row:
    """What a sheet says of an item: no points are not 0 points."""
    score = case.score(sheet, item)
    state = mark_of(item, score).state
    if sheet is None and state != MarkState.NOT_DUE:
        return [_("no sheet begun"), *_NOTHING]
    if score is None:
        return [state.label, *_NOTHING]
    counts = state in ScoreLevel.values and state != MarkState.INAPPLICABLE
    return [
        state.label,
        score.points if counts else None,
        score.faults,
        score.reason,
        score.version,
        score.updated_by,
        score.updated_at,
    ]


def _consent(score: Score) -> object:
    """Who agreed that the item does not apply, or why the office does not."""
    if score.refusal:
        return _("The office does not agree: %(reason)s") % {"reason": score.refusal}
    return score.consented_by


# The cells of a mark that is not there, after the word that says why.
_NOTHING: tuple[None, ...] = (None,) * 6


def yes_or_no(value: bool) -> str:
    return pgettext("answer", "yes") if value else pgettext("answer", "no")
