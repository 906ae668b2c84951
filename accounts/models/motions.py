"""What one person moves and another one decides."""

from functools import cached_property, reduce
from operator import or_
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Model, Q
from django.utils.translation import gettext_lazy as _

from accounts.decisions import DECISIONS, Decision, decision_of
from accounts.deputies import acts_as
from accounts.enums import MotionState
from core.http import record_address
from core.models import Worded

from .meetings import Resolution
from .people import User


class MotionQuerySet(models.QuerySet["Motion"]):
    def visible_to(self, user: User) -> Self:
        """Those a person may decide, or could if they were not the own; whoever stands aside sees none."""
        open_to = [
            Q(kind=decision.kind, record__in=decision.open_to(user).values("pk")) for decision in DECISIONS
        ]
        return self.filter(Q(proposed_by=user) | reduce(or_, open_to))

    def waiting_for(self, user: User) -> Self:
        """Open ones of somebody else, whom this person does not stand in for."""
        return self.visible_to(user).open().exclude(acts_as(user, "proposed_by"))

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
                condition=~Q(kind="user.administer")
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
