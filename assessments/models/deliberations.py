"""合议: where members' marks lie too far apart, what was argued, proposed and agreed."""

import datetime
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.deputies import with_deputy
from accounts.models import User
from assessments.enums import ScoreLevel
from assessments.models.rounds import NotDue
from assessments.models.sheets import Sheet
from audit.guards import append_only
from core.http import record_address
from core.models import Worded
from standards.models import Item, points_field


class DeliberationQuerySet(models.QuerySet["Deliberation"]):
    def visible_to(self, user: User) -> Self:
        """For the city, and members whose own sheet is submitted; never for the unit or its district."""
        return self.filter(sheet__in=Sheet.objects.opened_to(user))

    def due(self) -> Self:
        """Without the items that were declared not due since then: they need no mark."""
        put_off = NotDue.objects.filter(round=OuterRef("sheet__assessment__round"), item=OuterRef("item"))
        return self.filter(~Exists(put_off))

    def open(self) -> Self:
        """Those still to be settled."""
        return self.due().filter(settled_on=None)

    def waiting_for(self, user: User) -> Self:
        """Open ones of this person's teams whose latest proposal they have not answered."""
        newest = Proposal.objects.filter(deliberation=OuterRef("pk")).order_by("-ordinal").values("pk")[:1]
        given = ProposalAnswer.objects.filter(proposal=OuterRef("newest"), by=user)
        mine = self.open().filter(sheet__assessment__assignment__team__members__user=user)
        return mine.annotate(newest=Subquery(newest)).exclude(newest=None).exclude(Exists(given))

    def with_words(self) -> Self:
        """Each with its item and everything that was argued, proposed and answered."""
        answers = Prefetch("answers", ProposalAnswer.objects.select_related("by"))
        return self.select_related("item__section").prefetch_related(
            Prefetch("arguments", Argument.objects.select_related("by")),
            Prefetch(
                "proposals", Proposal.objects.select_related("by", "acted_for").prefetch_related(answers)
            ),
        )


class Deliberation(models.Model):
    """One item of a final sheet on which the members' marks differ.

    Opened by itself above the rulebook's gap; below it the leader may put the item before the team, or settle
    it alone.
    """

    sheet = models.ForeignKey(
        Sheet, verbose_name=_("final sheet"), on_delete=models.PROTECT, related_name="deliberations"
    )
    item = models.ForeignKey(Item, verbose_name=_("item"), on_delete=models.PROTECT, related_name="+")
    gap = models.PositiveSmallIntegerField(_("gap in percent of the item"))
    opened_on = models.DateField(_("opened on"))
    settled_on = models.DateField(_("settled on"), null=True, blank=True)

    objects = DeliberationQuerySet.as_manager()

    class Meta:
        verbose_name = _("deliberation")
        ordering = ["sheet", "item__section__ordinal", "item__ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "item"], name="deliberation_once_per_item"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet}: {self.item.code}"

    def get_absolute_url(self) -> str:
        return record_address("assessments:deliberation", self.sheet_id) + f"#item-{self.item.code}"

    @property
    def is_open(self) -> bool:
        return self.settled_on is None

    def was_open_on(self, day: datetime.date) -> bool:
        """Both ends count: a day is as fine as it is known."""
        return self.opened_on <= day and (self.settled_on is None or day <= self.settled_on)


class Argument(models.Model):
    """What a member said about a disputed item; append-only."""

    deliberation = models.ForeignKey(
        Deliberation, verbose_name=_("deliberation"), on_delete=models.PROTECT, related_name="arguments"
    )
    text = models.TextField(_("argument"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("written at"), auto_now_add=True)

    class Meta:
        verbose_name = _("argument")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="argument_says_something")]

    def __str__(self) -> str:
        return self.text[:40]


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(deliberation__in=Deliberation.objects.visible_to(user))


class Proposal(Worded):
    """A mark the leader proposes to the members; a new one takes the earlier one's place. Append-only."""

    deliberation = models.ForeignKey(
        Deliberation, verbose_name=_("deliberation"), on_delete=models.PROTECT, related_name="proposals"
    )
    ordinal = models.PositiveSmallIntegerField(_("number"))
    level = models.CharField(pgettext_lazy("of a mark", "level"), max_length=12, choices=ScoreLevel)
    points = points_field(_("points"))
    faults = models.PositiveSmallIntegerField(_("faults counted"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    acted_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("as deputy for"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("written at"), auto_now_add=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        ordering = ["deliberation", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["deliberation", "ordinal"], name="proposal_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.deliberation} {self.ordinal}: {self.points}"

    @property
    def proposer(self) -> str:
        """Who made it, and for whom where a deputy did."""
        return with_deputy(self.by, self.acted_for)


class ProposalAnswer(models.Model):
    """Whether a member agrees to a proposed mark; whoever does not says why. Append-only."""

    proposal = models.ForeignKey(
        Proposal, verbose_name=_("proposal"), on_delete=models.PROTECT, related_name="answers"
    )
    agrees = models.BooleanField(_("agrees"))
    text = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("written at"), auto_now_add=True)

    class Meta:
        verbose_name = _("answer to a proposal")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "by"], name="proposal_answered_once"),
            models.CheckConstraint(
                condition=Q(agrees=True) | ~Q(text=""), name="proposal_disagreement_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by}: {self.agrees}"


class BatchConfirmation(models.Model):
    """A member's one word, by own password, for all marks put at one table; append-only.

    `digest` names what was confirmed by its content (`services.table.Batch`): a mark changed later is
    no part of it. `entered_by` was signed in at the device it was typed at, where that was another's.
    """

    sheet = models.ForeignKey(
        Sheet, verbose_name=_("final sheet"), on_delete=models.PROTECT, related_name="confirmations"
    )
    digest = models.CharField(_("check code"), max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("at the device of"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("written at"), auto_now_add=True)

    class Meta:
        verbose_name = _("confirmation of marks")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "by", "digest"], name="batch_confirmed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.by}: {self.digest[:8]}"

    @property
    def code(self) -> str:
        """The digest as people compare it."""
        return self.digest[:8]


for model in (Deliberation, Argument, Proposal, ProposalAnswer, BatchConfirmation):
    auditlog.register(model)
append_only(Argument, Proposal, ProposalAnswer, BatchConfirmation)
