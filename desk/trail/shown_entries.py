"""An entry of the trail as it is shown: as a line of the page, and of the table that leaves the portal."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditlog.models import LogEntry
from django.db.models import QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.exported import chunks
from accounts.models import User
from tables.writing import Head, Row

from .deeds import ICONS, Deed, deed_of, words_of
from .words import Change, changes, names_in

# What can still be read; of a longer trail a table is asked for by dates.
LONGEST_TABLE = 50_000


@dataclass(frozen=True)
class ShownEntry:
    entry: LogEntry
    deed: Deed
    words: str
    icon: str
    changes: list[Change]
    note: str

    @property
    def is_folded(self) -> bool:
        """A new record tells all its fields, a change only a few."""
        return self.deed != Deed.CHANGED and bool(self.changes)

    @property
    def held(self) -> Iterator[str]:
        """What each field of a record holds that is new or gone."""
        colon = pgettext("between a label and its text", ": ")
        return (f"{change.field}{colon}{change.new or change.old}" for change in self.changes)


def shown_entries(entries: Iterable[LogEntry], reader: User) -> list[ShownEntry]:
    """Entries with their `actor` and `content_type`, read; two queries for the names in them."""
    entries = list(entries)
    names = names_in(entries, reader)
    return [_line(entry, changes(entry, names)) for entry in entries]


def _line(entry: LogEntry, told: list[Change]) -> ShownEntry:
    deed = deed_of(entry)
    return ShownEntry(entry, deed, words_of(entry), ICONS[deed], told, _note(entry))


def _note(entry: LogEntry) -> str:
    """Of what was taken out: the file, its length, by what the list was narrowed; which file was refused."""
    told = entry.additional_data or {}
    parts = [str(told["export"])] if "export" in told else []
    if "rows" in told:
        parts.append(_("%(rows)d rows") % {"rows": told["rows"]})
    if "upload" in told:
        parts += [str(told["found"])] if "found" in told else []
        parts += [filesizeformat(told["size"]), f"SHA-256 {told['sha256'][:16]}…"]
    for name, values in told.get("query", {}).items():
        parts.append(f"{name}={'+'.join(values)}")
    return _("; ").join(parts)


HEADS: list[Head] = [
    gettext_lazy("Entry no."),
    gettext_lazy("When"),
    gettext_lazy("Who"),
    gettext_lazy("Account"),
    gettext_lazy("Role"),
    gettext_lazy("Network address"),
    gettext_lazy("What"),
    gettext_lazy("Kind of record"),
    gettext_lazy("Record concerned"),
    gettext_lazy("Old and new"),
    gettext_lazy("Note"),
]


def table_rows(entries: QuerySet[LogEntry], reader: User) -> Iterator[Row]:
    """A row an entry, its changed fields one below the other."""
    for chunk in chunks(entries):
        for line in shown_entries(chunk, reader):
            entry, who = line.entry, line.entry.actor
            yield [
                entry.pk,
                entry.timestamp,
                who or "",
                who.username if who else "",
                who.get_role_display() if who else "",
                entry.remote_addr or "",
                line.words,
                entry.content_type.name,
                entry.object_repr,
                "\n".join(
                    f"{change.field}: {change.old or '—'} → {change.new or '—'}" for change in line.changes
                ),
                line.note,
            ]
