"""Frequent questions with the office's answers; some of them were an enquiry once, and name nobody."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rules import sees_city
from core.http import record_address
from core.models import Worded
from publicity.enums import EnquiryTopic, QuestionState

from .enquiries import Enquiry, kept_from


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, user: User) -> Self:
        """At the desk: the office, which writes them, and the leading group, which may review them.

        Never one of an enquiry that is kept from this person.
        """
        seen = self if sees_city(user) else self.none()
        return seen.exclude(enquiry__in=Enquiry.objects.filter(kept_from(user)))

    def published(self) -> Self:
        return self.filter(published_on__isnull=False, withdrawn_on=None)


class Question(Worded):
    """A question as people ask it, and the answer; what is published stays as it was read before that."""

    question = models.CharField(_("question"), max_length=200)
    answer = models.TextField(_("answer"))
    topic = models.CharField(_("topic"), max_length=12, choices=EnquiryTopic)
    enquiry = models.ForeignKey(
        Enquiry,
        verbose_name=_("enquiry"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="questions",
    )
    written_on = models.DateField(_("written on"))
    writers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("written by"), related_name="+", blank=True
    )
    published_on = models.DateField(_("published on"), null=True, blank=True)
    withdrawn_on = models.DateField(_("taken back on"), null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("frequent question")
        ordering = ["-written_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enquiry"], condition=Q(withdrawn_on=None), name="question_of_an_enquiry_once"
            ),
            models.CheckConstraint(condition=~Q(question="") & ~Q(answer=""), name="question_has_an_answer"),
        ]

    def __str__(self) -> str:
        """Without its words: the trail keeps this for good."""
        return f"{self.get_topic_display()} {self.written_on}"

    def get_absolute_url(self) -> str:
        return record_address("publicity:question", self.pk)

    @property
    def state(self) -> QuestionState:
        if self.withdrawn_on:
            return QuestionState.WITHDRAWN
        return QuestionState.PUBLISHED if self.published_on else QuestionState.DRAFT


# A draft may hold what has to go: the trail, which stays, keeps none of its words.
auditlog.register(Question, exclude_fields=["question", "answer"])
