"""Papers, and instructions on them, as the chronology of a site tells them."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from core.http import record_address
from core.union import Part
from documents.models import Document, Instruction, InstructionAnswer
from documents.void import NAMED, marked, named
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
        note=NAMED,
    )


def _withdrawn(site: Site, user: User) -> Part:
    return events(
        _papers(site, user).filter(withdrawn_on__isnull=False),
        on="withdrawn_on",
        state=EventState.WITHDRAWN,
        title="title",
        note=NAMED,
    )


def _tell_paper(row: EventRow, _reader: Reader) -> Entry:
    url, (number, why) = record_address("documents:detail", row.key), named(row.note)
    note = why if row.state == EventState.WITHDRAWN else ""
    return entry(row, f"{row.title} {number}", EventState(row.state), url, note)


def _instructions(site: Site, user: User) -> QuerySet[Instruction]:
    return Instruction.objects.visible_to(user).filter(document__sites=site)


def _instructed(site: Site, user: User) -> Part:
    return events(
        _instructions(site, user),
        on="given_on",
        who="given_by__name",
        state=EventState.GIVEN,
        title=marked("document__title", "document__"),
        note="text",
    )


def _answered(site: Site, user: User) -> Part:
    answers = InstructionAnswer.objects.visible_to(user).filter(instruction__document__sites=site)
    return events(
        answers.filter(answered_on__isnull=False),
        on="answered_on",
        key="instruction",
        who="answered_by__name",
        state=EventState.REPLIED,
        title=marked("instruction__document__title", "instruction__document__"),
        note="text",
    )


def _taken_back(site: Site, user: User) -> Part:
    return events(
        _instructions(site, user).filter(taken_back_on__isnull=False),
        on="taken_back_on",
        state=EventState.TAKEN_BACK,
        title=marked("document__title", "document__"),
    )


def _tell_instruction(row: EventRow, _reader: Reader) -> Entry:
    what = _("Instruction on “%(paper)s”") % {"paper": row.title}
    return entry(row, what, EventState(row.state), record_address("documents:instruction", row.key), row.note)


_PAPERS = (Chapter.PAPERS,)
EVENTS.add(
    EventKind(_PAPERS, _issued, _tell_paper),
    EventKind(_PAPERS, _withdrawn, _tell_paper),
    EventKind(_PAPERS, _instructed, _tell_instruction),
    EventKind(_PAPERS, _answered, _tell_instruction),
    EventKind(_PAPERS, _taken_back, _tell_instruction),
    place=40,
)
