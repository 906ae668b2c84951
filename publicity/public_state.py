"""Where a site stands in public: one answer for every list, page, count, file and feed.

Between the determined list and the public notice everything is “under construction” to the outside: a
conclusion that is not announced never shows. What was announced shows until something else is: a site whose
notice was withdrawn is not simply “under construction” again.
"""

import datetime
from collections.abc import Mapping
from typing import TypeAlias, TypedDict, cast

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, TextChoices, Value, When
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import WithAnnotations

from sites.enums import Action, Stage
from sites.models import Site, StageChange

from .models import Notice, NoticeSite


class PublicState(TextChoices):
    BUILDING = "building", _("under construction")
    ON_NOTICE = "on_notice", _("on public notice")
    NOTICE_OVER = "notice_over", _("notice over, to be decided")
    NOTICE_WITHDRAWN = "notice_withdrawn", _("notice withdrawn")
    TAKEN_OFF = "taken_off", _("taken off the notice")
    NAMED = "named", _("named")
    WARNED = "warned", _("warned")
    REVOKED = "revoked", _("naming revoked")


class InPublic(TypedDict):
    public_state: str


SiteInPublic: TypeAlias = "WithAnnotations[Site, InPublic]"

# How a site left its last notice without a name, until it stands on the next one.
_LEFT: Mapping[Action, PublicState] = {
    Action.WITHDRAW_NOTICE: PublicState.NOTICE_WITHDRAWN,
    Action.UPHOLD_OBJECTION: PublicState.TAKEN_OFF,
}
# An objection that was upheld when its notice had been withdrawn took the site off none.
INSIDE = Q(action=Action.UPHOLD_OBJECTION) & ~Q(from_stage=Stage.ON_NOTICE)


def with_public_state(sites: QuerySet[Site], on: datetime.date) -> "QuerySet[SiteInPublic]":
    """Listed sites, each with its `public_state` of a day: a notice is over with its last day."""
    on_running = NoticeSite.objects.filter(
        site=OuterRef("pk"), removed_on=None, notice__in=Notice.objects.running(on=on)
    )
    steps = StageChange.objects.filter(site=OuterRef("pk"), action__in=_LEFT).exclude(INSIDE)
    left = Subquery(steps.order_by("-pk").values("action")[:1])
    state = Case(
        When(stage=Stage.NAMED, then=Value(PublicState.NAMED)),
        When(stage=Stage.WARNED, then=Value(PublicState.WARNED)),
        When(stage=Stage.REVOKED, then=Value(PublicState.REVOKED)),
        When(Q(stage=Stage.ON_NOTICE) & Exists(on_running), then=Value(PublicState.ON_NOTICE)),
        When(stage=Stage.ON_NOTICE, then=Value(PublicState.NOTICE_OVER)),
        *(When(left_by=action, then=Value(state)) for action, state in _LEFT.items()),
        default=Value(PublicState.BUILDING),
    )
    return cast("QuerySet[SiteInPublic]", sites.alias(left_by=left).annotate(public_state=state))
