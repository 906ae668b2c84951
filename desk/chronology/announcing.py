"""Papers; notices, objections, the public appraisal; the naming and what followed it."""

import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from documents.models import Document
from documents.papers import PAPERS, DocumentKind
from publicity.enums import AppraisalState, NoticeState, ObjectionState, TrackingKind
from publicity.models import (
    Appraisal,
    Naming,
    NoticeExtension,
    NoticeSite,
    Objection,
    Recheck,
    Revocation,
    TrackingNote,
    Warned,
)
from publicity.rules import handles_objections
from sites.calendar import today
from sites.enums import Action, Stage
from sites.models import Site

from .building import steps
from .rows import Chapter, Entry, Event, Reader, Row, Source, entry, rows, told


def _papers(site: Site, user: User) -> QuerySet[Document]:
    return Document.objects.visible_to(user).filter(sites=site)


# Of a paper's number the kind and the year go with the note: `PAPERS` alone says how it is written.
_NUMBERED = Concat("kind", Value(" "), Cast("year", TextField()), output_field=TextField())


def _issued(site: Site, user: User) -> QuerySet[Any, Any]:
    return rows(
        _papers(site, user),
        on="issued_on",
        at=F("requested_at"),
        who="created_by__name",
        state=Event.ISSUED.value,
        title=F("title"),
        note=_NUMBERED,
        n=F("number"),
    )


def _withdrawn(site: Site, user: User) -> QuerySet[Any, Any]:
    return rows(
        _papers(site, user).filter(withdrawn_on__isnull=False),
        on="withdrawn_on",
        state=Event.WITHDRAWN.value,
        title=F("title"),
        note=_NUMBERED,
        n=F("number"),
    )


def _tell_paper(row: Row, _reader: Reader) -> Entry:
    kind, year = row.note.split()
    number = PAPERS[DocumentKind(kind)].number(int(year), row.n)
    url = reverse("documents:detail", args=[row.key])
    return entry(row, f"{row.title} {number}", Event(row.state), url)


def _on_notices(site: Site, user: User) -> QuerySet[NoticeSite]:
    return NoticeSite.objects.visible_to(user).filter(site=site)


def _published(site: Site, user: User) -> QuerySet[Any, Any]:
    untold = _on_notices(site, user).exclude(notice__published_on__in=told(site, Action.ANNOUNCE))
    return rows(
        untold,
        on="notice__published_on",
        who="notice__published_by__name",
        state=NoticeState.PUBLISHED.value,
        title=F("notice__title"),
        n=F("notice"),
    )


def _ended(site: Site, user: User) -> QuerySet[Any, Any]:
    over = _on_notices(site, user).filter(notice__closed_on__isnull=False, notice__state=NoticeState.ENDED)
    return rows(
        over,
        on="notice__closed_on",
        state=NoticeState.ENDED.value,
        title=F("notice__title"),
        n=F("notice"),
    )


def _extended(site: Site, user: User) -> QuerySet[Any, Any]:
    about = NoticeExtension.objects.filter(notice__in=_on_notices(site, user).values("notice"))
    return rows(
        about,
        on="extended_on",
        who="by__name",
        state=Event.EXTENDED.value,
        title=F("notice__title"),
        note=F("reason"),
        n=F("notice"),
    )


def _notice(row: Row, reader: Reader) -> str:
    """The desk's page of a notice for the city, the public one for everybody else."""
    room = "publicity_desk" if reader.in_city else "publicity"
    return reverse(f"{room}:notice", args=[row.n]) if row.n else ""


def _tell_notice(row: Row, reader: Reader) -> Entry:
    state = Event.EXTENDED if row.state == Event.EXTENDED else NoticeState(row.state)
    return entry(row, row.title, state, _notice(row, reader), row.note)


def _newest_notice(site: Site, _user: User) -> QuerySet[Any, Any]:
    """The one a step of that day is about."""
    before = NoticeSite.objects.filter(site=site, notice__published_on__lte=OuterRef("on"))
    return before.order_by("-notice__published_on", "-notice").values("notice")


def _objections(site: Site, user: User) -> QuerySet[Objection]:
    return Objection.objects.known_to(user).filter(site=site)


def _received(site: Site, user: User) -> QuerySet[Any, Any]:
    return rows(_objections(site, user), on="received_on", state=ObjectionState.RECEIVED.value)


def _answered(site: Site, user: User) -> QuerySet[Any, Any]:
    answered = _objections(site, user).filter(replied_on__isnull=False)
    return rows(answered, on="replied_on", who="handled_by__name", state=F("state"))


def _tell_objection(row: Row, reader: Reader) -> Entry:
    """What it says is the office's alone (`Objection.visible_to`)."""
    reads = handles_objections(reader.user)
    url = reverse("publicity_desk:objection", args=[row.key]) if reads else ""
    return entry(row, _("Objection"), ObjectionState(row.state), url)


def _appraisals(site: Site, user: User) -> QuerySet[Any, Any]:
    """For those who hang the poster up; from the first day on."""
    begun = Appraisal.objects.hung_up_by(user).filter(site=site, opens_on__lte=today())
    return rows(begun, on="opens_on", who="opened_by__name", note=F("closes_on"))


def _tell_appraisal(row: Row, reader: Reader) -> Entry:
    last = date_format(datetime.date.fromisoformat(row.note))
    url = ""
    if reader.in_city:
        url = reverse("publicity_desk:appraisal", args=[row.key])
    elif row.key == reader.site.appraisal:  # type: ignore[attr-defined]  # annotated: the one not counted yet
        url = reverse("publicity_desk:appraisal_poster", args=[row.key])
    return entry(row, _("Public appraisal, until %(day)s") % {"day": last}, AppraisalState.OPEN, url)


def _namings(site: Site, user: User) -> QuerySet[Naming]:
    return Naming.objects.visible_to(user).filter(site=site)


def _named(site: Site, user: User) -> QuerySet[Any, Any]:
    untold = _namings(site, user).exclude(named_on__in=told(site, Action.NAME))
    return rows(untold, on="named_on", state=Stage.NAMED.value, title=F("plaque_number"))


def _plaques(site: Site, user: User) -> QuerySet[Any, Any]:
    handed = _namings(site, user).filter(plaque_handed_on__isnull=False)
    return rows(handed, on="plaque_handed_on", who="plaque_received_by", title=F("plaque_number"))


def _plaques_back(site: Site, user: User) -> QuerySet[Any, Any]:
    back = Revocation.objects.filter(naming__in=_namings(site, user), plaque_returned_on__isnull=False)
    return rows(back, on="plaque_returned_on", title=F("naming__plaque_number"))


def _warned(site: Site, user: User) -> QuerySet[Any, Any]:
    of_site = Warned.objects.filter(naming__in=_namings(site, user))
    untold = of_site.exclude(warned_on__in=told(site, Action.WARN))
    return rows(untold, on="warned_on", who="warned_by__name", state=Stage.WARNED.value, note=F("reason"))


def _lifted(site: Site, user: User) -> QuerySet[Any, Any]:
    lifted = Warned.objects.filter(naming__in=_namings(site, user), lifted_on__isnull=False)
    untold = lifted.exclude(lifted_on__in=told(site, Action.RESTORE))
    return rows(untold, on="lifted_on", note=F("lifting_reason"))


def _revoked(site: Site, user: User) -> QuerySet[Any, Any]:
    of_site = Revocation.objects.filter(naming__in=_namings(site, user))
    untold = of_site.exclude(revoked_on__in=told(site, Action.REVOKE))
    return rows(untold, on="revoked_on", who="by__name", state=Stage.REVOKED.value, note=F("reason"))


def _looked(site: Site, user: User) -> QuerySet[Any, Any]:
    notes = TrackingNote.objects.visible_to(user).filter(naming__site=site)
    return rows(notes, on="on", at=F("at"), who="by__name", state=F("kind"), note=F("text"))


def _rechecks(site: Site, user: User) -> QuerySet[Any, Any]:
    planned = Recheck.objects.visible_to(user).filter(naming__site=site)
    return rows(planned, on="planned_on", who="planned_by__name", note=F("due_on"))


def _tell_recheck(row: Row, reader: Reader) -> Entry:
    due = date_format(datetime.date.fromisoformat(row.note))
    return entry(row, _("Recheck, due on %(day)s") % {"day": due}, Event.PLANNED, naming_page(row, reader))


def naming_page(_row: Row, reader: Reader) -> str:
    """The page of the site's naming; "" where it has none."""
    key = reader.site.naming_key  # type: ignore[attr-defined]  # annotated by with_facts
    return reverse("publicity_desk:naming", args=[key]) if key else ""


def _tell_naming(row: Row, reader: Reader) -> Entry:
    what = {Stage.NAMED: _("Named"), Stage.WARNED: _("Warned"), Stage.REVOKED: _("Naming revoked")}
    stage = Stage(row.state)
    return entry(row, f"{what[stage]} {row.title}".strip(), stage, naming_page(row, reader), row.note)


_PUBLIC, _PAPERS = (Chapter.PUBLIC,), (Chapter.PAPERS,)
ANNOUNCING: tuple[Source, ...] = (
    Source(_PUBLIC, _appraisals, _tell_appraisal),
    Source(_PUBLIC, _received, _tell_objection),
    Source(_PUBLIC, _answered, _tell_objection),
    Source(_PUBLIC, _published, _tell_notice),
    Source(_PUBLIC, _extended, _tell_notice),
    Source(_PUBLIC, _ended, _tell_notice),
    Source(_PUBLIC, _named, _tell_naming),
    Source(
        _PUBLIC,
        _plaques,
        lambda row, reader: entry(
            row, _("Plaque %(number)s") % {"number": row.title}, Event.HANDED_OVER, naming_page(row, reader)
        ),
    ),
    Source(_PUBLIC, _rechecks, _tell_recheck),
    Source(
        _PUBLIC,
        _looked,
        lambda row, reader: entry(
            row, TrackingKind(row.state).label, Event.RECORDED, naming_page(row, reader), row.note
        ),
    ),
    Source(_PUBLIC, _warned, _tell_naming),
    Source(
        _PUBLIC,
        _lifted,
        lambda row, reader: entry(
            row, pgettext("of a site", "Warning"), Event.LIFTED, naming_page(row, reader), row.note
        ),
    ),
    Source(_PUBLIC, _revoked, _tell_naming),
    Source(
        _PUBLIC,
        _plaques_back,
        lambda row, reader: entry(
            row, _("Plaque %(number)s") % {"number": row.title}, Event.TAKEN_BACK, naming_page(row, reader)
        ),
    ),
    Source(_PAPERS, _issued, _tell_paper),
    Source(_PAPERS, _withdrawn, _tell_paper),
    steps(
        Action.ANNOUNCE,
        Action.WITHDRAW_NOTICE,
        chapter=Chapter.PUBLIC,
        spot=_notice,
        about=_newest_notice,
    ),
    steps(Action.NAME, Action.WARN, Action.RESTORE, Action.REVOKE, chapter=Chapter.PUBLIC, spot=naming_page),
)
