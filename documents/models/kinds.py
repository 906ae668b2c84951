"""What the office sets for a kind of paper."""

import hashlib
import json
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import Worded
from documents.papers import DocumentKind
from documents.rules import words_papers


class KindSeries(Worded):
    """机关代字 of a kind's numbers, where the office has set others than those the kind comes with.

    Numbers that were given keep theirs.
    """

    kind = models.CharField(_("kind"), max_length=30, choices=DocumentKind, unique=True)
    code = models.CharField(_("letters of the number"), max_length=10)

    class Meta:
        verbose_name = _("letters of a kind's numbers")
        verbose_name_plural = _("letters of the kinds' numbers")
        ordering = ["kind"]
        constraints = [models.CheckConstraint(condition=~Q(code=""), name="kind_series_has_letters")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.code}"


class WordingQuerySet(models.QuerySet["Wording"]):
    def visible_to(self, user: User) -> Self:
        return self if words_papers(user) else self.none()

    def released(self) -> Self:
        return self.filter(published_on__isnull=False)

    def drafts(self) -> Self:
        return self.filter(published_on=None)

    def in_force(self) -> Self:
        """Of each kind the newest published one; without one, papers have the text the portal comes with."""
        later = Wording.objects.released().filter(kind=OuterRef("kind"), version__gt=OuterRef("version"))
        return self.released().exclude(Exists(later))


class Wording(Worded):
    """A version of a kind's standing text, passage by passage; once it is published it never changes.

    One person writes it and another publishes it. A paper keeps the version it was made with.
    """

    kind = models.CharField(_("kind"), max_length=30, choices=DocumentKind)
    version = models.PositiveSmallIntegerField(_("version"))
    texts = models.JSONField(_("passages"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("written by"), on_delete=models.PROTECT, related_name="+"
    )
    drafted_on = models.DateField(_("written on"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    published_on = models.DateField(_("published on"), null=True)

    objects = WordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="wording_version_once"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(published_on=None), name="wording_one_draft_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(published_by=None) | ~Q(published_by=F("drafted_by")), name="wording_two_people"
            ),
            models.CheckConstraint(
                condition=Q(published_by=None, published_on=None)
                | Q(published_by__isnull=False, published_on__isnull=False),
                name="wording_published_whole_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("documents:wording", args=[self.kind])

    @property
    def digest(self) -> str:
        """What somebody has read who publishes it."""
        said = json.dumps(self.texts, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


auditlog.register(KindSeries)
auditlog.register(Wording)
