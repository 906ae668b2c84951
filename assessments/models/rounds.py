"""A round of assessments, and each site's place in it."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from assessments.enums import RoundKind, RoundState
from core.http import record_address
from core.models import Worded
from sites.calendar import today
from sites.models import Programme, Site
from sites.models.sites import sees_site
from standards.models import Item, Rulebook, Standard


class RoundQuerySet(models.QuerySet["Round"]):
    def open(self) -> Self:
        return self.filter(closed_on=None)

    def visible_to(self, user: User) -> Self:
        """Rounds are run by the office; an inspector sees those its teams are in."""
        if user.role in Role.CITY_WIDE:
            return self
        return self.filter(pk__in=self.filter(teams__members__user=user).values("pk"))


class Round(Worded):
    """One pass of assessments over the sites, under the versions in force when it was opened."""

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="rounds"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=RoundKind)
    ordinal = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=100)
    standards = models.ManyToManyField(Standard, verbose_name=_("standards"), related_name="rounds")
    rulebook = models.ForeignKey(
        Rulebook, verbose_name=_("rulebook"), on_delete=models.PROTECT, related_name="rounds"
    )
    opened_on = models.DateField(_("opened on"))
    due_on = models.DateField(_("due on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("opened by"), on_delete=models.PROTECT, related_name="+"
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("round")
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "kind", "ordinal"], name="round_number_once"),
            models.UniqueConstraint(
                fields=["programme", "kind"],
                condition=Q(closed_on=None) & ~Q(kind=RoundKind.ACCEPTANCE),
                name="round_one_open_of_a_kind",
            ),
            models.CheckConstraint(condition=Q(opened_on__lte=F("due_on")), name="round_opens_before_due"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return record_address("assessments:round", self.pk)

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    @property
    def state(self) -> RoundState:
        """As it is shown: past its due date a round still takes what comes in, until the office closes it."""
        if not self.is_open:
            return RoundState.CLOSED
        return RoundState.OVERDUE if self.due_on < today() else RoundState.OPEN


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(sees_site(user, "site__"))


class Assessment(models.Model):
    """One site in one round, measured by the frozen version of its kind's standard."""

    round = models.ForeignKey(
        Round, verbose_name=_("round"), on_delete=models.PROTECT, related_name="assessments"
    )
    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="assessments"
    )
    standard = models.ForeignKey(
        Standard, verbose_name=_("standard"), on_delete=models.PROTECT, related_name="+"
    )
    spent_on = models.DateField(
        _("does not count any more since"),
        null=True,
        blank=True,
        help_text=_("The site failed on it, or an objection asks for a new visit: it stays on record."),
    )

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        ordering = ["round", "site"]
        constraints = [models.UniqueConstraint(fields=["round", "site"], name="assessment_once_per_round")]

    def __str__(self) -> str:
        return f"{self.round}: {self.site}"


class NotDueQuerySet(models.QuerySet["NotDue"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(round__in=Round.objects.visible_to(user))


class NotDue(models.Model):
    """未到期: an item that cannot be judged in this round yet; it is left out of every sheet's maximum."""

    round = models.ForeignKey(
        Round, verbose_name=_("round"), on_delete=models.PROTECT, related_name="not_due"
    )
    item = models.ForeignKey(Item, verbose_name=_("item"), on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("why it is not due yet"), max_length=200)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), on_delete=models.PROTECT, related_name="+"
    )
    decided_on = models.DateField(_("decided on"))

    objects = NotDueQuerySet.as_manager()

    class Meta:
        verbose_name = _("item not due")
        verbose_name_plural = _("items not due")
        ordering = ["item__section__standard", "item__section__ordinal", "item__ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["round", "item"], name="not_due_once_per_round"),
            models.CheckConstraint(condition=~Q(reason=""), name="not_due_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.item.code}"


for model in (Round, Assessment, NotDue):
    auditlog.register(model)
