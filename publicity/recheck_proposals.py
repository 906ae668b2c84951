"""Which rechecks the portal proposes by the rulebook: worked out from what is on record, nothing is kept.

Three grounds: a site that is rechecked by the rulebook's months, from a month ahead; one that a draw of the
rulebook's came to; one that was complained of, and not looked at since. A site that is warned is followed by
its warning, and a revoked one no more; while a recheck waits none is proposed, for it will answer them all.
"""

import datetime
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Case, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from accounts.models import User
from core.union import Part, UnionOf
from publicity.enums import RecheckOrigin, TrackingKind
from publicity.models import DrawnSite, Naming, RecheckDecline, RecheckDraw, TrackingNote
from publicity.models.naming import NamingQuerySet
from publicity.recheck_rule import period
from publicity.rules import reads_complaints, reads_rechecks
from sites.calendar import today
from sites.enums import Stage
from sites.models import Programme
from standards.models import RANGES, Rulebook

# So many days before its last day a recheck by the rulebook's months is proposed.
AHEAD = datetime.timedelta(days=30)


class Proposal(NamedTuple):
    """One recheck that is proposed, or was and was declined.

    `key` is of the naming, the drawn site, or the complaint; `since` is the day from which the months are
    counted. `spot` is the naming, `declined` the key of what was said why not.
    """

    origin: str
    key: int
    spot: int
    due_on: datetime.date
    about: str
    whose: str
    plaque: str
    since: datetime.date | None = None
    draw: int | None = None
    declined: int | None = None

    @property
    def ground(self) -> str:
        """What tells it from a later one of the same site, in a form that somebody sends."""
        return f"{self.origin}-{self.since:%Y%m%d}" if self.since else f"{self.origin}-{self.key}"

    @property
    def is_late(self) -> bool:
        return self.due_on < today()

    @property
    def waits(self) -> bool:
        """Whether somebody has to answer it: nobody did, or the rulebook's months are over all the same."""
        return not self.declined or (self.origin == RecheckOrigin.REGULAR and self.is_late)

    @property
    def origin_label(self) -> str:
        return str(RecheckOrigin(self.origin).label)


PROPOSALS = UnionOf(Proposal)


def free(reader: User | None) -> NamingQuerySet:
    """The namings of which a recheck can be proposed, as far as this person may know; without one all."""
    seen = Naming.objects.all()
    if reader is not None:
        seen = seen.visible_to(reader) if reads_rechecks(reader) else seen.none()
    return seen.filter(site__stage=Stage.NAMED).unwatched().order_by()


def regular(reader: User | None) -> Part:
    """Namings to be rechecked by the rulebook's months, each with `declined`."""
    said = RecheckDecline.objects.filter(naming=OuterRef("pk"), since=OuterRef("looked_on"))
    near: Part = free(reader).regular().filter(regular_on__lte=today() + AHEAD)
    with_answers: Part = near.annotate(declined=Subquery(said.values("pk")[:1]))
    return with_answers


def drawn(reader: User | None) -> Part:
    """Drawn sites that nobody has looked at since the draw, each with `declined`."""
    looked = TrackingNote.objects.filter(
        naming=OuterRef("naming"), kind=TrackingKind.RECHECK, visited_on__gte=OuterRef("draw__drawn_on")
    )
    unseen = DrawnSite.objects.filter(~Exists(looked), naming__in=free(reader))
    return unseen.order_by().annotate(declined=F("decline"))


def complained(reader: User | None) -> Part:
    """Complaints that no visit of their day or later has followed on file, each with `declined`."""
    looked = TrackingNote.objects.filter(
        naming=OuterRef("naming"),
        kind=TrackingKind.RECHECK,
        visited_on__gte=OuterRef("on"),
        pk__gt=OuterRef("pk"),
    )
    seen = TrackingNote.objects.filter(~Exists(looked), kind=TrackingKind.COMPLAINT, naming__in=free(reader))
    if reader is not None and not reads_complaints(reader):
        seen = seen.none()
    return seen.order_by().annotate(declined=F("decline"))


def regular_waiting(reader: User | None) -> Part:
    """Those nobody has answered; and those that are late, whatever was said why not."""
    return regular(reader).filter(Q(declined=None) | Q(regular_on__lt=today()))


def proposals(reader: User, programme: Programme, *, origin: str = "", state: str = "") -> Part:
    """The proposals of a programme, the earliest first; of an origin, in a state (both "" = any)."""
    parts = _parts(reader, site__programme=programme)
    asked = [part.filter(_state(state)) for key, part in parts.items() if origin in ("", key)]
    return PROPOSALS.query(asked).order_by("row_due_on", "row_plaque", "row_origin", "row_key")


def proposals_of(naming: Naming, reader: User) -> list[Proposal]:
    """What is proposed for one site, the earliest first."""
    found = PROPOSALS.rows(PROPOSALS.query(_parts(reader, pk=naming.pk).values()))
    return sorted(found, key=lambda row: (row.due_on, row.origin, row.key))


def _parts(reader: User, **here: object) -> dict[str, Part]:
    """By their origin, of the namings that are so."""
    of_it = {f"naming__{name}": value for name, value in here.items()}
    return {
        RecheckOrigin.REGULAR: _part(
            regular(reader).filter(**here), RecheckOrigin.REGULAR, due_on="regular_on", since="looked_on"
        ),
        RecheckOrigin.DRAWN: _part(
            drawn(reader).filter(**of_it),
            RecheckOrigin.DRAWN,
            "naming__",
            due_on="draw__period_to",
            draw="draw",
        ),
        RecheckOrigin.COMPLAINT: _part(
            complained(reader).filter(**of_it), RecheckOrigin.COMPLAINT, "naming__", due_on="recheck_by"
        ),
    }


def _part(records: Part, origin: RecheckOrigin, path: str = "", **columns: str) -> Part:
    return PROPOSALS.part(
        records,
        origin=Value(origin.value),
        key="pk",
        spot=f"{path}pk",
        about=f"{path}site__window_name",
        whose=f"{path}site__organisation__name",
        plaque=f"{path}plaque_number",
        **{"declined": "declined", **columns},
    )


def _state(state: str) -> Q:
    late = Q(row_due_on__lt=today())
    states = {
        "waits": Q(row_declined=None) | Q(row_origin=RecheckOrigin.REGULAR) & late,
        "late": late,
        "declined": Q(row_declined__isnull=False),
    }
    return states.get(state, Q())


# -- the draw of the rulebook's ---------------------------------------------------------------------


def period_now(programme: Programme) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of the part of the year for which one draw is made."""
    return period(today(), programme.rulebook_used.recheck_draws_a_year)


def to_draw(programmes: QuerySet[Programme]) -> QuerySet[Programme]:
    """Those whose draw of this period is still to be made, each with `draw_by`, the last day for it.

    Where the rulebook draws none, or every named site waits for a recheck already, none is to be made.
    """
    in_force = Rulebook.objects.published()
    first, last = (Case(*_periods(end)) for end in (0, 1))
    counted = programmes.annotate(
        draws_a_year=Coalesce(
            F("rulebook__recheck_draws_a_year"), Subquery(in_force.values("recheck_draws_a_year")[:1])
        ),
        draw_percent=Coalesce(
            F("rulebook__recheck_draw_percent"), Subquery(in_force.values("recheck_draw_percent")[:1])
        ),
    ).annotate(period_from=first, draw_by=last)
    made = RecheckDraw.objects.filter(programme=OuterRef("pk"), period_from=OuterRef("period_from"))
    there_are = free(None).filter(site__programme=OuterRef("pk"))
    return counted.filter(Exists(there_are), ~Exists(made), draw_percent__gt=0)


def _periods(end: int) -> Iterator[When]:
    for draws in range(1, RANGES["recheck_draws_a_year"][1] + 1):
        yield When(draws_a_year=draws, then=Value(period(today(), draws)[end], DateField()))
