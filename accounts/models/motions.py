"""What one person moves and another one decides."""

import datetime
from functools import cached_property, reduce
from operator import or_
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Model, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.decisions import DECISIONS, Decision, decision_of
from accounts.deputies import acts_as
from accounts.enums import MotionState
from core.clock import today
from core.http import record_address
from core.models import Worded

from .meetings import Resolution
from .people import User

# So long after a role, a link or a lost factor two people are no second person of each other.
APPOINT = "user.appoint"
BOUND = datetime.timedelta(days=90)


def bound_to(user: User) -> models.QuerySet[User]:
    """Who made this person's way in of late, or whose way in this person made: neither agrees for the other.

    That is by a link to set a password, or by having proposed or agreed to a role or to taking a factor away.
    Otherwise one could be both: whoever makes an account, its link and its factor can use it.
    """
    since = today() - BOUND
    people = User.objects.get_queryset().filter(link_made_on__gte=since)
    given = Motion.objects.filter(kind__startswith="user.", state=MotionState.AGREED, ended_on__gte=since)
    of_theirs, by_them = given.filter(record=user.pk), given.filter(Q(proposed_by=user) | Q(decided_by=user))
    return User.objects.get_queryset().filter(
        Q(pk__in=people.filter(pk=user.pk).values("link_made_by"))
        | Q(pk__in=people.filter(link_made_by=user).values("pk"))
        | Q(pk__in=of_theirs.values("proposed_by"))
        | Q(pk__in=of_theirs.values("decided_by"))
        | Q(pk__in=by_them.values("record"))
    )


def proposed_way_in_of(person: User, by: User) -> bool:
    """Whether this one proposed of late the other's role, or to take their factor away, and it may hold.

    So they do not hand out the link as well, in whichever order.
    """
    moved = Motion.objects.filter(kind__startswith="user.", record=person.pk, proposed_by=by)
    agreed = Q(state=MotionState.AGREED, ended_on__gte=today() - BOUND)
    return moved.filter(Q(state=MotionState.OPEN) | agreed).exists()


def made_link_of(person: User, by: User) -> bool:
    """Whether this one made the other's last link, of late."""
    made_on = person.link_made_on
    return person.link_made_by_id == by.pk and made_on is not None and made_on >= today() - BOUND


class MotionQuerySet(models.QuerySet["Motion"]):
    def visible_to(self, user: User) -> Self:
        """Those a person may decide, or could if they were not the own; whoever stands aside sees none."""
        open_to = [
            Q(Exists(decision.open_to(user).filter(pk=OuterRef("record"))), kind=decision.kind)
            for decision in DECISIONS
        ]
        return self.filter(Q(proposed_by=user) | reduce(or_, open_to))

    def waiting_for(self, user: User) -> Self:
        """Open ones of somebody else, whom this person does not stand in for and is not bound to."""
        decides = [decision.kind for decision in DECISIONS if user.role in decision.decided_by]
        ready = self.visible_to(user).open().filter(is_held=False)
        others = ready.filter(kind__in=decides).exclude(acts_as(user, "proposed_by"))
        return others.exclude(proposed_by__in=bound_to(user))

    def open(self) -> Self:
        return self.filter(state=MotionState.OPEN)

    def about(self, record: Model) -> Self:
        """What is proposed of this record."""
        return self.filter(kind__startswith=f"{record._meta.model_name}.", record=record.pk)


class Motion(Worded):
    """An act that binds, as its form was filled in: nothing holds before another person has agreed.

    The `kind` is that of an `accounts.decisions.Decision`, `record` the key of what it is about, `title` what
    that was called.
    """

    kind = models.CharField(_("kind"), max_length=40)
    record = models.PositiveBigIntegerField(_("key of the record"))
    title = models.CharField(_("about"), max_length=250)
    values = models.JSONField(_("as the form was filled in"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=MotionState, default=MotionState.OPEN)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("proposed by"), on_delete=models.PROTECT, related_name="+"
    )
    proposed_on = models.DateField(_("proposed on"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    ended_on = models.DateField(_("ended on"), null=True)
    resolution = models.OneToOneField(
        Resolution,
        verbose_name=_("resolution"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("What the leading group's agreement rests on; empty where the act needs none."),
    )
    answer = models.TextField(_("answer"), blank=True)
    is_held = models.BooleanField(
        _("held"), default=False, help_text=_("Something else comes first: its papers are checked.")
    )
    is_elsewhere = models.BooleanField(
        _("decided on another page"), default=False, help_text=_("Where its papers are read and signed.")
    )

    objects = MotionQuerySet.as_manager()

    class Meta:
        verbose_name = _("motion")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="motion_two_people"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("agreed", "declined"), decided_by__isnull=False)
                | Q(state__in=("open", "taken_back"), decided_by=None),
                name="motion_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_on=None) | ~Q(state="open") & Q(ended_on__isnull=False),
                name="motion_ended_has_date",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("open", "agreed")) | ~Q(answer=""), name="motion_refusal_has_reason"
            ),
            models.UniqueConstraint(
                fields=["kind", "record"], condition=Q(state="open"), name="motion_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(state="agreed")
                | ~Q(kind__in=("standard.publish", "rulebook.publish"))
                | Q(resolution__isnull=False),
                name="motion_of_rules_rests_on_resolution",
            ),
            models.CheckConstraint(
                condition=~Q(kind__startswith="user.")
                | ~Q(record=F("proposed_by")) & (Q(decided_by=None) | ~Q(record=F("decided_by"))),
                name="motion_nobody_appoints_themselves",
            ),
        ]
        indexes = [models.Index(fields=["state", "kind", "record"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return record_address("people:motion", self.pk)

    @cached_property
    def decision(self) -> Decision:
        """The act that is proposed."""
        return decision_of(self.kind)

    @property
    def is_open(self) -> bool:
        return self.state == MotionState.OPEN


auditlog.register(Motion)
