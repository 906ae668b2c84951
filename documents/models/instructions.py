"""批示: what a member of the leading group writes on a paper, and what those named have done."""

import datetime
from typing import Any, Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.rules import sees_city
from core.http import record_address
from documents.rules import answers_instructions

from .papers import Document


def _shut(user: User) -> models.QuerySet[Any, Any]:
    """The keys of the papers that are about a site this person stood aside from."""
    about = Document.sites.through.objects
    return about.filter(site__in=user.recused_sites()).values("document_id")


class InstructionQuerySet(models.QuerySet["Instruction"]):
    def visible_to(self, user: User) -> Self:
        """The city all, others what names their organisation; whether they read the paper or not.

        A recusal is a hard deny: whoever stood aside from a site reads no instruction on a paper about it,
        even where the paper itself is public.
        """
        seen = self.exclude(document__in=_shut(user))
        if sees_city(user):
            return seen
        named = InstructionAnswer.objects.addressed_to(user)
        return seen.filter(pk__in=named.order_by().values("instruction"))

    def standing(self) -> Self:
        return self.filter(taken_back_on=None)


class Instruction(models.Model):
    """One instruction on one paper. It is not the paper's: being named in it opens no paper.

    Who may not read the paper reads the instruction, and the paper's number and title.
    """

    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="instructions"
    )
    text = models.TextField(_("text"))
    due_on = models.DateField(_("to be answered by"), null=True, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("given by"), on_delete=models.PROTECT, related_name="+"
    )
    given_on = models.DateField(_("given on"))
    taken_back_on = models.DateField(_("taken back on"), null=True, blank=True)

    objects = InstructionQuerySet.as_manager()

    class Meta:
        verbose_name = _("instruction")
        verbose_name_plural = _("instructions")
        ordering = ["-given_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="instruction_says_something"),
            models.CheckConstraint(
                condition=Q(due_on=None) | Q(due_on__gte=F("given_on")), name="instruction_due_after_given"
            ),
            models.CheckConstraint(
                condition=Q(taken_back_on=None) | Q(taken_back_on__gte=F("given_on")),
                name="instruction_taken_back_after_given",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]

    def get_absolute_url(self) -> str:
        return record_address("documents:instruction", self.pk)


class InstructionAnswerQuerySet(models.QuerySet["InstructionAnswer"]):
    def addressed_to(self, user: User) -> Self:
        """Those of the own organisation, where the role answers for it; none about a site one left."""
        if not answers_instructions(user):
            return self.none()
        mine = self.filter(organisation=user.organisation_id)
        return mine.exclude(instruction__document__in=_shut(user))

    def visible_to(self, user: User) -> Self:
        """Of instructions one reads: the city sees all, others what their own organisation answered."""
        if not sees_city(user):
            return self.addressed_to(user)
        return self.exclude(instruction__document__in=_shut(user))

    def awaited(self) -> Self:
        """Not given yet; what was taken back waits for nobody."""
        return self.filter(answered_on=None, instruction__taken_back_on=None)


class InstructionAnswer(models.Model):
    """办理情况: an organisation that an instruction names, and once it has answered, what it did."""

    instruction = models.ForeignKey(
        Instruction, verbose_name=_("instruction"), on_delete=models.PROTECT, related_name="answers"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField(_("how it was acted upon"), blank=True)
    paper = models.ForeignKey(
        Document,
        verbose_name=_("paper that shows it"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    answered_on = models.DateField(_("answered on"), null=True, blank=True)

    objects = InstructionAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to an instruction")
        verbose_name_plural = _("answers to instructions")
        ordering = ["instruction", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["instruction", "organisation"], name="answer_once_an_organisation"
            ),
            models.CheckConstraint(
                condition=Q(text="", paper=None, answered_by=None, answered_on=None)
                | ~Q(text="") & Q(answered_by__isnull=False, answered_on__isnull=False),
                name="instruction_answer_whole_or_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.instruction}"

    def is_late(self, on: datetime.date) -> bool:
        """It came after its day, or has not come and the day is over."""
        due = self.instruction.due_on
        return due is not None and (self.answered_on or on) > due


auditlog.register(Instruction)
auditlog.register(InstructionAnswer)
