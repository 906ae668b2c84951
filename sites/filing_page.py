"""What the page of a list shows of its past: where it stands, its steps, its papers."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise

from accounts.models import User
from sites import rules
from sites.enums import Action, FilingState, Level
from sites.models import Determination, Filing, FilingVersion, Opinion, Site, StageChange
from sites.services.decisions import may_decide
from sites.services.filings import SENT_BACK_WITH_THE_LIST
from sites.services.people import filers
from sites.services.versions import Difference, Row, difference, with_differences

# Steps that concern the rows they name, and not the list.
_OF_ROWS = (Action.SET_ASIDE, Action.WITHDRAW)


@dataclass(frozen=True)
class ListStep:
    """One step of a list, as its history shows it: what was done with how many rows, and what was said."""

    what: str
    to_label: StrOrPromise
    on: datetime.date
    by: User
    note: str


@dataclass(frozen=True)
class ListRow:
    """A row of the list with the office's last opinion, and what is to be changed in it while it can be."""

    site: Site
    remark: str
    opinion: Opinion | None


@dataclass(frozen=True)
class Decision:
    """How the district's own determination of a list stands, for its next step.

    `head` is who can decide on it, None if nobody can; `may_put_forward` and `may_decide` are the reader's.
    """

    head: User | None
    may_put_forward: bool
    may_decide: bool


def decision_of(filing: Filing, reader: User) -> Decision | None:
    """None of a list that nobody determines before it is filed, or that is determined."""
    if not filing.must_be_decided or filing.state not in FilingState.UNDECIDED or filing.is_closed:
        return None
    heads = list(filers(filing).filter(is_head=True))
    able = [one for one in heads if not filing.put_forward_on or one.pk != filing.prepared_by_id]
    waits = bool(filing.put_forward_on and able)
    return Decision(
        head=able[0] if able else None,
        may_put_forward=rules.may_edit_filing(reader, filing) and not waits and heads != [reader],
        may_decide=may_decide(filing, reader),
    )


def rows_of_page(
    filing: Filing, sites: Iterable[Site], versions: Sequence[FilingVersion], reader: User
) -> list[ListRow]:
    """The remarks are those of the last return and go once the list is filed again; the opinions are read
    in the leading group and the office while the decision is still to come."""
    remarks = versions[0].row_remarks if versions else {}
    opinions: dict[int, Opinion] = {}
    if filing.state == FilingState.REVIEWED:
        seen = versions[0].opinions.visible_to(reader)
        opinions = {opinion.site_id: opinion for opinion in seen}
    return [
        ListRow(site, remarks.get(str(site.pk), "") if site.is_row_editable else "", opinions.get(site.pk))
        for site in sites
    ]


def past_of(filing: Filing, sites: Sequence[Site], versions: Sequence[FilingVersion]) -> dict[str, Any]:
    """The list's past. Its filing forms are shown while they are read, the decisions once they are taken."""
    is_read = filing.state in (FilingState.FILED, FilingState.REVIEWED) and versions
    return {
        "determinations": determinations_of(filing, sites),
        "versions": versions,
        "ladder": ladder_of(filing),
        "history": steps_of(filing),
        "papers": papers_of(versions[0]) if is_read else [],
        "decisions": decisions_of(filing) if filing.state == FilingState.APPROVED else [],
        "difference": difference(versions[1].rows, versions[0].rows) if is_read and versions[1:] else None,
    }


def told_apart(
    versions: Sequence[FilingVersion],
) -> list[tuple[FilingVersion, Difference | None, list[tuple[Row, str]]]]:
    """Each version with its difference to the one before, and its rows with what was remarked on them."""
    return [
        (version, news, [(row, version.row_remarks.get(str(row["site"]), "")) for row in version.rows])
        for version, news in with_differences(versions)
    ]


def steps_of(filing: Filing) -> list[ListStep]:
    """The list's history, newest first. One query."""
    changes = StageChange.objects.filter(site__filing=filing, action__in=Action.LISTING)
    return list(_grouped(changes.select_related("site", "by").order_by("pk")))[::-1]


def decisions_of(filing: Filing) -> QuerySet[Determination]:
    """The batches that decided on sites of this list, the newest first, with how many of them either way."""
    batches = Determination.objects.filter(lines__site__filing=filing)
    return batches.with_counts().order_by("-ordinal")


def papers_of(version: FilingVersion) -> QuerySet[Any]:
    """The filing forms, newest first. They live in the room above; a row of the list leads to them."""
    return Site(pk=version.rows[0]["site"]).documents.filter(kind="filing_form")


def determinations_of(filing: Filing, sites: Sequence[Site]) -> list[Any]:
    """The paper in which the district determines its sites, where one stands. It lives in the room above."""
    if filing.level != Level.DISTRICT or not filing.decided_by_id or not sites:
        return []
    return list(
        sites[0].documents.filter(kind="district_determination", withdrawn_on=None).order_by("-pk")[:1]
    )


def ladder_of(filing: Filing) -> list[dict[str, Any]]:
    """The states of a list in their order, with who brought it there and when."""
    returned = filing.state == FilingState.RETURNED
    shown = filing.must_be_decided or filing.decided_by_id
    own = [(FilingState.DECIDED, filing.decided_on, filing.decided_by)] if shown else []
    steps: list[tuple[FilingState, Any, Any]] = [
        (FilingState.RETURNED if returned else FilingState.DRAFT, None, None),
        *own,
        (FilingState.FILED, filing.filed_on, filing.filed_by),
        (FilingState.REVIEWED, filing.reviewed_on, filing.reviewed_by),
        (FilingState.APPROVED, filing.approved_on, filing.approved_by),
    ]
    at = [state for state, _on, _by in steps].index(FilingState(filing.state))
    return [
        {
            "label": state.label,
            "state": "current" if place == at else "done" if place < at else "next",
            "date": on if place <= at else None,
            "by": by if place <= at else None,
        }
        for place, (state, on, by) in enumerate(steps)
    ]


def _grouped(changes: Iterable[StageChange]) -> Iterator[ListStep]:
    """The rows' steps put together: what one person did to the list at one time is one line an action."""
    for _key, run in groupby(changes, key=_occasion):
        of_action: dict[str, list[StageChange]] = defaultdict(list)
        for change in run:
            of_action[change.action].append(change)
        for same in of_action.values():
            yield _step(same)


def _occasion(change: StageChange) -> tuple[str, int, datetime.date]:
    """What a determination sets aside stands between what it determines: one occasion."""
    action = Action.DETERMINE if change.action == Action.SET_ASIDE else change.action
    return action, change.by_id, change.on


def _step(changes: Sequence[StageChange]) -> ListStep:
    first = changes[0]
    what = ngettext("%(action)s: %(n)d site", "%(action)s: %(n)d sites", len(changes))
    return ListStep(
        what % {"action": first.get_action_display(), "n": len(changes)},
        first.get_to_stage_display(),
        first.on,
        first.by,
        _note(changes),
    )


def _note(changes: Sequence[StageChange]) -> str:
    """What was said of the whole list, once, and below it what was said of single rows."""
    of_list = "" if changes[0].action in _OF_ROWS else _in_common([change.note for change in changes])
    own = ((change.site, change.note.removeprefix(of_list).strip()) for change in changes)
    of_rows = [
        _("%(site)s: %(text)s") % {"site": site, "text": text}
        for site, text in own
        if text and text != SENT_BACK_WITH_THE_LIST
    ]
    return "\n".join([of_list, *of_rows] if of_list else of_rows)


def _in_common(notes: Sequence[str]) -> str:
    """The note that every other one begins with; "" if there is none."""
    shortest = min(notes, key=len)
    return shortest if all(note.startswith(shortest) for note in notes) else ""
