"""What the office says to a recheck that the portal proposes; and the draw the rulebook asks for."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import require_office
from publicity.enums import RecheckOrigin
from publicity.models import DrawnSite, Naming, Recheck, RecheckDecline, RecheckDraw
from publicity.recheck_proposals import Proposal, period_now, proposals_of
from publicity.recheck_rule import share
from publicity.services import tracking
from sites.calendar import today
from sites.models import Programme
from sites.workflow import WorkflowError


@transaction.atomic
def accept(*, naming: Naming, ground: str, due_on: datetime.date, by: User) -> Recheck:
    """The site is rechecked by that day, no later than the rulebook has it; declined before, it can be still.

    `ground` is what `Proposal.ground` said. Raises WorkflowError where a recheck waits by now, or it is gone.
    """
    require_office(by)
    tracking.hold_unwatched(naming)
    proposal = _proposed(naming, ground, by)
    tracking.check_day(due_on, last=tracking.last_day(naming, proposal.due_on))
    about: dict[str, Any] = {}
    if proposal.draw:
        about["draw"] = RecheckDraw.objects.get(pk=proposal.draw)
    elif proposal.origin == RecheckOrigin.COMPLAINT:
        about["complaint"] = naming.tracking.get(pk=proposal.key)
    return tracking.start(naming, RecheckOrigin(proposal.origin), due_on, by, **about)


@transaction.atomic
def decline(*, naming: Naming, ground: str, text: str, by: User) -> RecheckDecline:
    """Put on record why the site is not rechecked upon this ground; said once, and it stays.

    A site that is to be rechecked by the rulebook's months is late all the same once its day is over.
    """
    require_office(by)
    if not text.strip():
        raise ValidationError({"text": _("Say why the site is not rechecked.")})
    tracking.hold_unwatched(naming)
    proposal = _proposed(naming, ground, by)
    if proposal.declined:
        said = RecheckDecline.objects.select_related("by").get(pk=proposal.declined)
        told = _("%(person)s said on %(day)s why it is not rechecked; that stands.")
        raise WorkflowError(told % {"person": said.by, "day": date_format(said.on)})
    return _decline(naming, proposal, text.strip(), by)


@transaction.atomic
def draw_share(*, programme: Programme, by: User) -> RecheckDraw:
    """Draw the rulebook's share of the named sites, once in each of its periods; what is drawn is proposed.

    The share is of all that bear the title. Drawn from are those not warned that no recheck waits for,
    without those this person has stood aside from; where these are fewer than the share, all are drawn.
    """
    require_office(by)
    percent = programme.rulebook_used.recheck_draw_percent
    if not percent:
        raise WorkflowError(_("The rulebook draws no share of the named sites."))
    pool = tracking.held_pool(programme, by)
    period = period_now(programme)
    if made := programme.recheck_draws.filter(period_from=period[0]).first():
        told = _("The draw from %(first)s to %(last)s was made on %(day)s; it stands.")
        days = {"first": date_format(period[0]), "last": date_format(period[1])}
        raise WorkflowError(told % {**days, "day": date_format(made.drawn_on)})
    if not pool:
        raise WorkflowError(
            _("There is no site to draw from: a recheck waits for each, or you have stood aside from it.")
        )
    titled = Naming.objects.tracked().filter(site__programme=programme).count()
    wanted = min(share(titled, percent), len(pool))
    draw = tracking.put_on_record(programme, pool, wanted, by, period=period)
    DrawnSite.objects.bulk_create(DrawnSite(draw=draw, naming=pool[code]) for code in tracking.drawn(draw))
    return draw


def _proposed(naming: Naming, ground: str, by: User) -> Proposal:
    """The proposal as it stands; raises WorkflowError where it is gone, by another recheck on file."""
    for proposal in proposals_of(naming, by):
        if proposal.ground == ground:
            return proposal
    raise WorkflowError(_("This recheck is not proposed any more."))


def _decline(naming: Naming, proposal: Proposal, text: str, by: User) -> RecheckDecline:
    about: dict[str, Any] = {"since": proposal.since}
    if proposal.origin == RecheckOrigin.DRAWN:
        about["drawn_id"] = proposal.key
    elif proposal.origin == RecheckOrigin.COMPLAINT:
        about["complaint_id"] = proposal.key
    return RecheckDecline.objects.create(
        naming=naming, origin=proposal.origin, text=text, by=by, on=today(), **about
    )
