"""Notices, objections, the public appraisal; the naming and what followed it."""

import datetime
from collections.abc import Callable

from django.db.models import Case, OuterRef, Q, QuerySet, When
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django_stubs_ext import StrOrPromise

from accounts.deputies import name_with_deputy
from accounts.models import User
from core.http import record_address
from core.union import Part
from publicity.enums import (
    AppraisalState,
    NoticeState,
    ObjectionDeed,
    ObjectionState,
    OutletKind,
    TrackingKind,
    not_rechecked,
)
from publicity.models import (
    Appraisal,
    Handling,
    Naming,
    NoticeExtension,
    NoticeOutlet,
    NoticeSite,
    Objection,
    Recheck,
    RecheckDecline,
    Revocation,
    RevocationHearing,
    TrackingNote,
    Warned,
    WarningAnswer,
)
from publicity.rules import reads_objections
from publicity.services.warned import STEPS, review_kind
from sites.calendar import today
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
    secrecy_reviews,
    step_days,
    steps,
    tell_secrecy_review,
)
from sites.enums import Action, Stage
from sites.models import Site


def _on_notices(site: Site, user: User) -> QuerySet[NoticeSite]:
    return NoticeSite.objects.visible_to(user).filter(site=site)


def _published(site: Site, user: User) -> Part:
    untold = _on_notices(site, user).exclude(notice__published_on__in=step_days(site, Action.ANNOUNCE))
    return events(
        untold,
        on="notice__published_on",
        who="notice__published_by__name",
        state=NoticeState.PUBLISHED,
        title="notice__title",
        n="notice",
    )


def _ended(site: Site, user: User) -> Part:
    over = _on_notices(site, user).filter(notice__closed_on__isnull=False, notice__state=NoticeState.ENDED)
    return events(
        over,
        on="notice__closed_on",
        state=NoticeState.ENDED,
        title="notice__title",
        n="notice",
    )


def _extended(site: Site, user: User) -> Part:
    about = NoticeExtension.objects.filter(notice__in=_on_notices(site, user).values("notice"))
    return events(
        about,
        on="extended_on",
        who="by__name",
        state=EventState.EXTENDED,
        title="notice__title",
        note="reason",
        n="notice",
    )


def _made_known(site: Site, user: User) -> Part:
    """Where it could be read beside this website, as far as the public reads of it."""
    outlets = NoticeOutlet.objects.published().filter(notice__in=_on_notices(site, user).values("notice"))
    return events(
        outlets, on="on", who="entered_by__name", state="kind", title="medium", note="note", n="notice"
    )


def _tell_made_known(row: EventRow, reader: Reader) -> Entry:
    what = _("Notice made known: %(form)s, %(medium)s")
    told = what % {"form": OutletKind(row.state).label, "medium": row.title}
    return entry(row, told, EventState.RECORDED, _notice(row, reader), row.note)


def _notice(row: EventRow, reader: Reader) -> str:
    """The desk's page of a notice for the city, the public one for everybody else."""
    room = "publicity_desk" if reader.in_city else "publicity"
    return record_address(f"{room}:notice", row.n) if row.n else ""


def _tell_notice(row: EventRow, reader: Reader) -> Entry:
    state = EventState.EXTENDED if row.state == EventState.EXTENDED else NoticeState(row.state)
    return entry(row, row.title, state, _notice(row, reader), row.note)


def _newest_notice(site: Site, _user: User) -> Part:
    """The one a step of that day is about."""
    before = NoticeSite.objects.filter(site=site, notice__published_on__lte=OuterRef("on"))
    return before.order_by("-notice__published_on", "-notice").values("notice")


def _objections(site: Site, user: User) -> QuerySet[Objection]:
    return Objection.objects.known_to(user).filter(site=site)


def _received(site: Site, user: User) -> Part:
    return events(_objections(site, user), on="received_on", state=ObjectionState.RECEIVED)


def _handled(site: Site, user: User) -> Part:
    """Every step, and who took it; one that was taken down begins before, with the day it came in."""
    return events(
        Handling.objects.known_to(user).filter(objection__site=site),
        on="on",
        at="at",
        who=name_with_deputy("by", "acted_for"),
        state="state",
        title="deed",
        n="objection",
    )


def _letter_page(key: int, reader: Reader) -> str:
    """What it says is for the office and the leading group (`Objection.visible_to`)."""
    return record_address("publicity_desk:objection", key) if reads_objections(reader.user) else ""


def _tell_objection(row: EventRow, reader: Reader) -> Entry:
    return entry(row, _("Objection"), ObjectionState(row.state), _letter_page(row.key, reader))


def _tell_handling(row: EventRow, reader: Reader) -> Entry:
    what = _("Objection: %(deed)s") % {"deed": ObjectionDeed(row.title).label}
    return entry(row, what, ObjectionState(row.state), _letter_page(row.n, reader))


def _appraisals(site: Site, user: User) -> Part:
    """For those who hang the poster up; from the first day on."""
    begun = Appraisal.objects.hung_up_by(user).filter(site=site, opens_on__lte=today())
    is_open = Case(When(counted_on=None, given_up_on=None, then=1), default=0)
    return events(begun, on="opens_on", who="opened_by__name", note="closes_on", n=is_open)


def _tell_appraisal(row: EventRow, reader: Reader) -> Entry:
    last = date_format(datetime.date.fromisoformat(row.note))
    url = ""
    if reader.in_city:
        url = record_address("publicity_desk:appraisal", row.key)
    elif row.n:  # not counted yet
        url = record_address("publicity_desk:appraisal_poster", row.key)
    return entry(row, _("Public appraisal, until %(day)s") % {"day": last}, AppraisalState.OPEN, url)


def _namings(site: Site, user: User) -> QuerySet[Naming]:
    return Naming.objects.visible_to(user).filter(site=site)


def _named(site: Site, user: User) -> Part:
    untold = _namings(site, user).exclude(named_on__in=step_days(site, Action.NAME))
    return events(untold, on="named_on", state=Stage.NAMED, title="plaque_number", n="pk")


def _plaques(site: Site, user: User) -> Part:
    handed = _namings(site, user).filter(plaque_handed_on__isnull=False)
    return events(handed, on="plaque_handed_on", who="plaque_received_by", title="plaque_number", n="pk")


def _plaques_back(site: Site, user: User) -> Part:
    back = Revocation.objects.filter(naming__in=_namings(site, user), plaque_returned_on__isnull=False)
    return events(back, on="plaque_returned_on", title="naming__plaque_number", n="naming")


def _reviewed(site: Site, user: User) -> Part:
    """What was reviewed for secrets of the words of a warning, its lifting, a revocation."""
    kinds = [review_kind(step) for step in STEPS]
    return secrecy_reviews(user, Q(kind__in=kinds, subjects__record__in=_namings(site, user).values("pk")))


def _warned(site: Site, user: User) -> Part:
    of_site = Warned.objects.filter(naming__in=_namings(site, user))
    untold = of_site.exclude(warned_on__in=step_days(site, Action.WARN))
    return events(
        untold, on="warned_on", who="warned_by__name", state=Stage.WARNED, note="reason", n="naming"
    )


def _lifted(site: Site, user: User) -> Part:
    lifted = Warned.objects.filter(naming__in=_namings(site, user), lifted_on__isnull=False)
    untold = lifted.exclude(lifted_on__in=step_days(site, Action.RESTORE))
    return events(untold, on="lifted_on", note="lifting_reason", n="naming")


def _revoked(site: Site, user: User) -> Part:
    of_site = Revocation.objects.filter(naming__in=_namings(site, user))
    untold = of_site.exclude(revoked_on__in=step_days(site, Action.REVOKE))
    return events(untold, on="revoked_on", who="by__name", state=Stage.REVOKED, note="reason", n="naming")


def _looked(site: Site, user: User) -> Part:
    notes = TrackingNote.objects.visible_to(user).filter(naming__site=site)
    return events(notes, on="on", at="at", who="by__name", state="kind", note="text", n="naming")


def _answered(site: Site, user: User) -> Part:
    said = WarningAnswer.objects.visible_to(user).filter(warned__naming__site=site)
    return events(said, on="on", at="at", who="by__name", note="text", n="warned__naming")


def _heard(site: Site, user: User) -> Part:
    hearings = RevocationHearing.objects.visible_to(user).filter(warned__naming__site=site)
    return events(
        hearings, on="opened_on", at="at", who="opened_by__name", note="grounds", n="warned__naming"
    )


def _stated(site: Site, user: User) -> Part:
    hearings = RevocationHearing.objects.visible_to(user).filter(warned__naming__site=site)
    return events(
        hearings.exclude(statement=""),
        on="stated_on",
        at="stated_at",
        who="stated_by__name",
        note="statement",
        n="warned__naming",
    )


def _tell_of_warning(what: StrOrPromise) -> Callable[[EventRow, Reader], Entry]:
    def tell(row: EventRow, reader: Reader) -> Entry:
        return entry(row, str(what), EventState.RECORDED, _naming_page(row, reader), row.note)

    return tell


def _rechecks(site: Site, user: User) -> Part:
    planned = Recheck.objects.visible_to(user).filter(naming__site=site)
    return events(planned, on="planned_on", who="planned_by__name", note="due_on", n="naming")


def _tell_recheck(row: EventRow, reader: Reader) -> Entry:
    due = date_format(datetime.date.fromisoformat(row.note))
    return entry(
        row, _("Recheck, due on %(day)s") % {"day": due}, EventState.PLANNED, _naming_page(row, reader)
    )


def _declined(site: Site, user: User) -> Part:
    said = RecheckDecline.objects.visible_to(user).filter(naming__site=site)
    return events(said, on="on", at="at", who="by__name", title="origin", note="text", n="naming")


def _tell_decline(row: EventRow, reader: Reader) -> Entry:
    what = not_rechecked(row.title)
    return entry(row, what, EventState.RECORDED, _naming_page(row, reader), row.note)


def _naming_of_site(site: Site, _user: User) -> Part:
    return Naming.objects.filter(site=site).values("pk")


def _naming_page(row: EventRow, _reader: Reader) -> str:
    """The page of the site's naming; "" where it has none."""
    return record_address("publicity_desk:naming", row.n) if row.n else ""


def _tell_plaque(state: EventState) -> Callable[[EventRow, Reader], Entry]:
    def tell(row: EventRow, reader: Reader) -> Entry:
        what = _("Plaque %(number)s") % {"number": row.title}
        return entry(row, what, state, _naming_page(row, reader))

    return tell


def _tell_naming(row: EventRow, reader: Reader) -> Entry:
    what = {Stage.NAMED: _("Named"), Stage.WARNED: _("Warned"), Stage.REVOKED: _("Naming revoked")}
    stage = Stage(row.state)
    return entry(row, f"{what[stage]} {row.title}".strip(), stage, _naming_page(row, reader), row.note)


_PUBLIC = (Chapter.PUBLIC,)
EVENTS.add(
    EventKind(_PUBLIC, _appraisals, _tell_appraisal),
    EventKind(_PUBLIC, _received, _tell_objection),
    EventKind(_PUBLIC, _handled, _tell_handling),
    EventKind(_PUBLIC, _published, _tell_notice),
    EventKind(_PUBLIC, _extended, _tell_notice),
    EventKind(_PUBLIC, _made_known, _tell_made_known),
    EventKind(_PUBLIC, _ended, _tell_notice),
    EventKind(_PUBLIC, _named, _tell_naming),
    EventKind(_PUBLIC, _plaques, _tell_plaque(EventState.HANDED_OVER)),
    EventKind(_PUBLIC, _rechecks, _tell_recheck),
    EventKind(_PUBLIC, _declined, _tell_decline),
    EventKind(
        _PUBLIC,
        _looked,
        lambda row, reader: entry(
            row, TrackingKind(row.state).label, EventState.RECORDED, _naming_page(row, reader), row.note
        ),
    ),
    EventKind(_PUBLIC, _warned, _tell_naming),
    EventKind(_PUBLIC, _reviewed, tell_secrecy_review),
    EventKind(
        _PUBLIC,
        _lifted,
        lambda row, reader: entry(
            row, pgettext("of a site", "Warning"), EventState.LIFTED, _naming_page(row, reader), row.note
        ),
    ),
    EventKind(_PUBLIC, _answered, _tell_of_warning(gettext_lazy("Answer to the warning"))),
    EventKind(_PUBLIC, _heard, _tell_of_warning(gettext_lazy("Revocation proposed; the unit is heard"))),
    EventKind(_PUBLIC, _stated, _tell_of_warning(gettext_lazy("The unit's view"))),
    EventKind(_PUBLIC, _revoked, _tell_naming),
    EventKind(_PUBLIC, _plaques_back, _tell_plaque(EventState.TAKEN_BACK)),
    place=30,
)
EVENTS.add(
    steps(
        Action.ANNOUNCE,
        Action.WITHDRAW_NOTICE,
        chapter=Chapter.PUBLIC,
        spot=_notice,
        about=_newest_notice,
    ),
    steps(
        Action.NAME,
        Action.WARN,
        Action.RESTORE,
        Action.REVOKE,
        chapter=Chapter.PUBLIC,
        spot=_naming_page,
        about=_naming_of_site,
    ),
    place=50,
)
