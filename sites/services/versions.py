"""What a list said each time it was filed, and what changed from one time to the next."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import Max
from django.utils import translation

from accounts.models import User
from sites import site_fields
from sites.calendar import today
from sites.enums import Outcome, Stage
from sites.models import Filing, FilingVersion, Site
from sites.site_fields import SITE_FIELDS, SiteField
from sites.taken import Change

# One row as it is kept in a version: `site` (its key) and the columns of the list as text.
Row = Mapping[str, Any]


@dataclass(frozen=True)
class RowDifference:
    """A row that is new, changed or taken off; `row` is how it reads now, or read last."""

    state: Outcome | Stage
    row: Row
    changes: Sequence[Change] = ()


@dataclass(frozen=True)
class Difference:
    """What became of the rows between two versions of a list."""

    rows: list[RowDifference]
    unchanged: int


def texts_of(site: Site) -> dict[str, str]:
    """The columns of the list as text, in Chinese whatever the reader's language: they are kept."""
    with translation.override("zh-hans"):
        return site_fields.texts_of(site)


def record_of(site: Site) -> dict[str, Any]:
    """The row as a replacement keeps it: its texts, and its unit's key."""
    return {**texts_of(site), "organisation_id": site.organisation_id}


def snapshot(sites: Sequence[Site]) -> list[Row]:
    """The rows as a version keeps them; `sites` come with their units and liaisons."""
    return [{"site": site.pk, **texts_of(site)} for site in sites]


def write_version(filing: Filing, sites: Sequence[Site], by: User) -> FilingVersion:
    """Keep what is being filed; the caller has locked the list, so the numbers have no gap."""
    last = filing.versions.aggregate(Max("number"))["number__max"] or 0
    return FilingVersion.objects.create(
        filing=filing, number=last + 1, rows=snapshot(sites), filed_by=by, filed_on=today()
    )


def keep_remarks(filing: Filing, remarks: str, row_remarks: Mapping[int, str]) -> None:
    """Write what the office wants changed onto the version it read."""
    version = filing.versions.latest("number")
    version.returned_on, version.remarks = today(), remarks
    version.row_remarks = {str(key): text for key, text in row_remarks.items()}
    version.save(update_fields=["returned_on", "remarks", "row_remarks"])


def remark_on(site: Site) -> str:
    """What the office wants changed in a row that came back; "" if nothing, or if it has moved on."""
    version = site.filing.versions.first() if site.is_row_editable else None
    return version.row_remarks.get(str(site.pk), "") if version else ""


def difference(before: Sequence[Row], after: Sequence[Row]) -> Difference:
    """What is new, changed and taken off, in the order of the later rows; a row is known by its site."""
    was = {row["site"]: row for row in before}
    found: list[RowDifference] = []
    for row in after:
        old = was.pop(row["site"], None)
        if old is None:
            found.append(RowDifference(Outcome.NEW, row))
        elif changes := changes_of(SITE_FIELDS, old, row):
            found.append(RowDifference(Outcome.CHANGED, row, changes))
    unchanged = len(after) - len(found)
    return Difference(found + [RowDifference(Stage.WITHDRAWN, row) for row in was.values()], unchanged)


def with_differences(versions: Sequence[FilingVersion]) -> list[tuple[FilingVersion, Difference | None]]:
    """Each version, the newest first as they come, with its difference to the one before it, if any."""
    later = [(new, difference(old.rows, new.rows)) for new, old in pairwise(versions)]
    return [*later, *((first, None) for first in versions[-1:])]


def fingerprint(version: FilingVersion) -> str:
    """Sixteen letters of the rows' SHA-256, in fours: two printed receipts can be compared by eye."""
    text = json.dumps(version.rows, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:16].upper()
    return " ".join(digest[at : at + 4] for at in range(0, 16, 4))


def changes_of(fields: Iterable[SiteField], old: Row, new: Row) -> list[Change]:
    """The fields that read differently; one that was not kept then has not changed."""
    return [
        Change(field.head, old[field.name], new[field.name])
        for field in fields
        if field.name in old and field.name in new and old[field.name] != new[field.name]
    ]
