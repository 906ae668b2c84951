"""Papers, as the chronology of a site tells them."""

from django.db.models import QuerySet

from accounts.models import User
from core.http import record_address
from core.union import Part
from documents.models import Document
from documents.numbers import NUMBERED, number_of
from sites.chronology import (
    EVENTS,
    Chapter,
    Entry,
    EventKind,
    EventRow,
    EventState,
    Reader,
    entry,
    events,
)
from sites.models import Site


def _papers(site: Site, user: User) -> QuerySet[Document]:
    return Document.objects.visible_to(user).filter(sites=site)


def _issued(site: Site, user: User) -> Part:
    return events(
        _papers(site, user),
        on="issued_on",
        at="requested_at",
        who="created_by__name",
        state=EventState.ISSUED,
        title="title",
        note=NUMBERED,
    )


def _withdrawn(site: Site, user: User) -> Part:
    return events(
        _papers(site, user).filter(withdrawn_on__isnull=False),
        on="withdrawn_on",
        state=EventState.WITHDRAWN,
        title="title",
        note=NUMBERED,
    )


def _tell_paper(row: EventRow, _reader: Reader) -> Entry:
    url = record_address("documents:detail", row.key)
    return entry(row, f"{row.title} {number_of(row.note)}", EventState(row.state), url)


_PAPERS = (Chapter.PAPERS,)
EVENTS.add(
    EventKind(_PAPERS, _issued, _tell_paper),
    EventKind(_PAPERS, _withdrawn, _tell_paper),
    place=40,
)
