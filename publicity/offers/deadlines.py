"""Open dates after the acceptance: letters, warnings, hearings, rechecks."""

import datetime
from collections.abc import Iterable
from typing import TypeVar

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role
from accounts.models import User
from core.http import record_address
from core.union import Part
from documents.papers import OFFICE
from publicity.models import Enquiry, Naming, Objection, Recheck, RevocationHearing, Warned
from publicity.recheck_proposals import regular_waiting
from publicity.services import answerers
from publicity.services.inquirers import in_turn, unbarred
from sites.calendar import today
from sites.deadlines import ALL_RUNGS, DEADLINES, OFFICE_ACTS, DeadlineKind, OpenDate, of_site, open_dates
from sites.enums import Rung
from sites.services import people

OBJECTION, WARNING, HEARING, RECHECK = "objection", "warning", "hearing", "recheck"
ENQUIRY = "enquiry"
REGULAR = "regular_recheck"
Record = TypeVar("Record", Recheck, Warned)


def _objections(
    _programme: int | None, reader: User | None, _last_day: datetime.date | None
) -> Iterable[Part]:
    """Of letters to be answered: known to the city alone, never to the unit or its district."""
    letters = Objection.objects.known_to(reader) if reader else Objection.objects.all()
    waiting = letters.open().filter(due_on__isnull=False)
    yield of_site(waiting, OBJECTION, "site__", due_on="due_on", how="counted")


def _enquiries(
    _programme: int | None, reader: User | None, _last_day: datetime.date | None
) -> Iterable[Part]:
    """Of enquiries to be answered: known to the city, and to the body with which one lies."""
    seen = Enquiry.objects.visible_to(reader) if reader else Enquiry.objects.all()
    yield open_dates(
        seen.running(),
        ENQUIRY,
        name=Coalesce("site__window_name", "programme__title"),
        whose=Coalesce("held_by__name", Value(OFFICE)),
        district="held_by__district",
        site="site",
        due_on="due_on",
        how="counted",
    )


def _warnings(_programme: int | None, reader: User | None, _last_day: datetime.date | None) -> Iterable[Part]:
    """Of warnings that the unit has still to answer."""
    waiting = _of_naming(Warned.objects.with_unit(), reader)
    yield of_site(waiting, WARNING, "naming__site__", due_on="rectify_by", how="counted", spot="naming")


def _hearings(_programme: int | None, reader: User | None, _last_day: datetime.date | None) -> Iterable[Part]:
    """Of hearings before a revocation in which the unit has still to state its view; over with the day."""
    seen = RevocationHearing.objects.visible_to(reader) if reader else RevocationHearing.objects.all()
    yield of_site(
        seen.open(on=today()),
        HEARING,
        "warned__naming__site__",
        due_on="state_by",
        how="counted",
        spot="warned__naming",
    )


def _rechecks(_programme: int | None, reader: User | None, _last_day: datetime.date | None) -> Iterable[Part]:
    """Of rechecks that wait: for those who look after many sites, a unit is not told beforehand."""
    seen = Recheck.objects.visible_to(reader) if reader else Recheck.objects.all()
    waiting = _of_naming(seen.waiting(), reader)
    yield of_site(waiting, RECHECK, "naming__site__", due_on="due_on", how=Value("recheck"), spot="naming")


def _regular(_programme: int | None, reader: User | None, _last_day: datetime.date | None) -> Iterable[Part]:
    """Of named sites that are to be rechecked by the rulebook's months, from a month ahead."""
    waiting = regular_waiting(reader)
    yield of_site(waiting, REGULAR, "site__", due_on="regular_on", how=Value("months"), spot="pk")


def _of_naming(records: QuerySet[Record], reader: User | None) -> QuerySet[Record]:
    return records.filter(naming__in=Naming.objects.visible_to(reader)) if reader else records


def _letter(date: OpenDate, role: str) -> str:
    """For whoever reads letters by office; an inspector is told of those alone that were given to him."""
    reads = role in (*Role.CITY_WIDE, Role.INSPECTOR)
    return (
        record_address("publicity_desk:objection", date.key)
        if reads
        else record_address("desk:site", date.site)
    )


def _naming(date: OpenDate, _role: str) -> str:
    return record_address("publicity_desk:naming", date.spot)


def _proposal(date: OpenDate, _role: str) -> str:
    return record_address("publicity_desk:recheck_proposal", date.spot)


def _enquiry(date: OpenDate, _role: str) -> str:
    return record_address("publicity_desk:enquiry", date.key)


def _answering(date: OpenDate) -> QuerySet[User]:
    return answerers.in_turn(Enquiry.objects.select_related("site").get(pk=date.key))


def _handling(date: OpenDate) -> QuerySet[User]:
    """The office's people nothing bars, who see to it that it is answered, and whoever's turn it is."""
    letter = Objection.objects.select_related("site").get(pk=date.key)
    able, turn = unbarred(letter.site, *Role.CITY_WIDE, Role.INSPECTOR), in_turn(letter).order_by()
    acting_for = Subquery(turn.filter(pk=OuterRef("pk")).values("acting_for")[:1])
    told = able.filter(Q(role=Role.OFFICE) | Q(pk__in=turn.values("pk")))
    return told.annotate(acting_for=Coalesce(acting_for, Value("")))


DEADLINES.add(
    DeadlineKind(
        key=OBJECTION,
        label=gettext_lazy("objection to be answered"),
        parts=_objections,
        what=lambda _date: _("Answer an objection"),
        page=_letter,
        rungs=OFFICE_ACTS,
        acting=_handling,
        for_the_city=True,
        for_the_unbarred=True,
    ),
    DeadlineKind(
        key=ENQUIRY,
        label=gettext_lazy("enquiry to be answered"),
        parts=_enquiries,
        what=lambda _date: _("Answer an enquiry"),
        page=_enquiry,
        rungs=OFFICE_ACTS,
        acting=_answering,
    ),
    DeadlineKind(
        key=WARNING,
        label=gettext_lazy("warning to be mended"),
        parts=_warnings,
        what=lambda _date: _("Mend what the warning says, and answer it"),
        page=_naming,
        rungs=ALL_RUNGS,
    ),
    DeadlineKind(
        key=HEARING,
        label=gettext_lazy("view to be stated before a revocation"),
        parts=_hearings,
        what=lambda _date: _("State your view: it is considered to revoke the naming"),
        page=_naming,
        rungs=(Rung.AHEAD,),
    ),
    DeadlineKind(
        key=RECHECK,
        label=gettext_lazy("site to be rechecked"),
        parts=_rechecks,
        what=lambda _date: _("Recheck the site"),
        page=_naming,
        rungs=OFFICE_ACTS,
        acting=lambda _date: people(Role.OFFICE),
        how={"recheck": gettext_lazy("The day the office set for the recheck.")},
    ),
    DeadlineKind(
        key=REGULAR,
        label=gettext_lazy("regular recheck to be set"),
        parts=_regular,
        what=lambda _date: _("Set the regular recheck of the site"),
        page=_proposal,
        rungs=OFFICE_ACTS,
        acting=lambda _date: people(Role.OFFICE),
        how={"months": gettext_lazy("The rulebook's months from the naming or the last recheck.")},
    ),
    place=30,
)
