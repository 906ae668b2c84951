"""征求意见: a draft sent to districts and units, what they say to it, and what the office answers."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from core.http import record_address
from core.models import Worded
from standards.enums import Stance, Taken
from standards.rules import answers_for_organisation, reads_drafts

from .text import Article
from .versions import Rulebook


class Consultation(models.Model):
    """Opinions were asked for on a draft, once; `seen` is what it said then (see fingerprints.py)."""

    rulebook = models.OneToOneField(
        Rulebook, verbose_name=_("rulebook"), on_delete=models.CASCADE, related_name="consultation"
    )
    letter = models.TextField(_("what is asked"), max_length=2000)
    answer_by = models.DateField(_("answer by"))
    sent_on = models.DateField(_("sent on"))
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("sent by"), on_delete=models.PROTECT, related_name="+"
    )
    seen = models.CharField(_("digest of the draft"), max_length=64)

    class Meta:
        verbose_name = _("consultation")
        constraints = [
            models.CheckConstraint(
                condition=Q(answer_by__gt=models.F("sent_on")), name="consultation_leaves_time"
            )
        ]

    def __str__(self) -> str:
        return str(self.rulebook)


class DraftOpinionQuerySet(models.QuerySet["Opinion"]):
    def visible_to(self, user: User) -> Self:
        """The city reads all of them, who answers for an organisation its own."""
        if reads_drafts(user):
            return self
        own = self.filter(organisation=user.organisation_id)
        return own if answers_for_organisation(user) else self.none()

    def waiting(self) -> Self:
        """Not given yet, while the draft is one."""
        return self.filter(stance="", consultation__rulebook__state="draft")


class Opinion(Worded):
    """What one organisation says to the draft; nothing yet, as long as it has no stance."""

    consultation = models.ForeignKey(
        Consultation, verbose_name=_("consultation"), on_delete=models.CASCADE, related_name="opinions"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    stance = models.CharField(_("opinion"), max_length=10, choices=Stance, blank=True)
    answered_on = models.DateField(_("day of the answer"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = DraftOpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("opinion on a draft")
        verbose_name_plural = _("opinions on a draft")
        ordering = ["organisation__code"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "organisation"], name="opinion_once_asked"),
            models.CheckConstraint(
                condition=Q(stance="", answered_on=None, answered_by=None)
                | ~Q(stance="") & Q(answered_on__isnull=False, answered_by__isnull=False),
                name="opinion_given_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    def get_absolute_url(self) -> str:
        return record_address("standards:opinion", self.pk)


class DraftProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: User) -> Self:
        """Like the opinions they are part of."""
        if reads_drafts(user):
            return self
        own = self.filter(opinion__organisation=user.organisation_id)
        return own if answers_for_organisation(user) else self.none()

    def unanswered(self) -> Self:
        return self.filter(taken="", opinion__consultation__rulebook__state="draft")


class Proposal(Worded):
    """A change that is proposed, and the office's answer; `about` stands when the article goes."""

    opinion = models.ForeignKey(
        Opinion, verbose_name=_("opinion on a draft"), on_delete=models.CASCADE, related_name="proposals"
    )
    article = models.ForeignKey(
        Article,
        verbose_name=_("article of the rulebook"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    about = models.CharField(_("about"), max_length=20, blank=True, help_text=_("Empty: the whole draft."))
    text = models.TextField(_("proposed change"), max_length=2000)
    taken = models.CharField(_("answer"), max_length=10, choices=Taken, blank=True)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    replied_on = models.DateField(_("day of the answer"), null=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = DraftProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal on a draft")
        verbose_name_plural = _("proposals on a draft")
        ordering = ["opinion__organisation__code", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken="", replied_on=None, replied_by=None)
                | ~Q(taken="") & ~Q(reason="") & Q(replied_on__isnull=False, replied_by__isnull=False),
                name="proposal_answered_with_reason",
            )
        ]

    def __str__(self) -> str:
        return self.text[:40]


auditlog.register(Consultation)
auditlog.register(Opinion)
auditlog.register(Proposal)
