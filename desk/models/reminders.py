"""How the office reminds of dates, and who has been reminded of which."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.eligibility import is_barred
from core.models import Worded
from desk.deadlines.kinds import kind_choices
from desk.rules import reads_reminders
from sites.deadlines import DEADLINES
from sites.enums import Rung
from sites.models import Filing, Site


class ReminderRule(Worded):
    """When people are told of one kind of date, and in which words; the office changes it.

    There is one of every kind from the first migration on.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=kind_choices, unique=True, editable=False)
    is_on = models.BooleanField(_("reminders go out"), default=True)
    lead_days = models.JSONField(
        _("working days ahead"), default=list, help_text=_("Each a reminder, the longest first.")
    )
    text = models.CharField(_("text before the date"), max_length=200)
    late_text = models.CharField(_("text after the date"), max_length=200, blank=True)
    district_after = models.PositiveSmallIntegerField(
        _("working days overdue until the district is told"), null=True, blank=True
    )
    office_after = models.PositiveSmallIntegerField(
        _("working days overdue until the municipal office is told"), null=True, blank=True
    )
    leading_group_after = models.PositiveSmallIntegerField(
        _("working days overdue until the leading group is told"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("rule of reminders")
        verbose_name_plural = _("rules of reminders")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(district_after=None) | Q(office_after=None) | Q(office_after__gte=F("district_after"))
                )
                & (
                    Q(district_after=None)
                    | Q(leading_group_after=None)
                    | Q(leading_group_after__gte=F("district_after"))
                )
                & (
                    Q(office_after=None)
                    | Q(leading_group_after=None)
                    | Q(leading_group_after__gte=F("office_after"))
                ),
                name="reminder_rule_ascends",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def get_absolute_url(self) -> str:
        return reverse("desk:reminder_rule", args=[self.kind])


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def sent(self) -> Self:
        """Those that went out; the others were overtaken by a later one before anybody could be told."""
        return self.filter(people__gt=0)

    def visible_to(self, user: User) -> Self:
        """The city's; without what is about a site one stood aside from, or what one is barred from."""
        if not reads_reminders(user):
            return self.none()
        hidden = [kind.key for kind in DEADLINES if kind.for_the_unbarred]
        barred = Q(is_barred(user), kind__in=hidden)
        shut = Q(site__in=user.recused_sites()) | Q(filing__in=user.recused_lists())
        return self.exclude(shut | barred)


class Reminder(Worded):
    """One reminder that went out: of one thing, one date, one rung, and it never goes out again.

    Unless somebody reminds by hand (`by`): that goes once a day, and keeps no other reminder from going out.

    `key` names the thing among its kind (`desk.deadlines`). A date that was extended is another date: its
    reminders begin anew. With nobody told it is a lead time that had passed when a later one went out.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=kind_choices)
    key = models.CharField(_("record"), max_length=40)
    due_on = models.DateField(_("due on"))
    rung = models.CharField(_("told"), max_length=15, choices=Rung)
    lead_days = models.PositiveSmallIntegerField(
        _("working days ahead"), default=0, help_text=_("0 once the date is over.")
    )
    on = models.DateField(_("on"))
    text = models.TextField(_("text"), blank=True)
    people = models.PositiveIntegerField(_("people told"), default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reminded by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    site = models.ForeignKey(
        Site, verbose_name=_("site"), null=True, on_delete=models.CASCADE, related_name="+"
    )
    filing = models.ForeignKey(
        Filing, verbose_name=_("list"), null=True, on_delete=models.CASCADE, related_name="+"
    )

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key", "due_on", "rung", "lead_days"],
                condition=Q(by=None),
                name="reminded_once_a_rung",
            ),
            models.UniqueConstraint(
                fields=["kind", "key", "due_on", "on"],
                condition=Q(by__isnull=False),
                name="reminded_by_hand_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key}: {self.get_rung_display()}"


auditlog.register(ReminderRule)
