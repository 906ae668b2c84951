"""Practice: a worked, agreed sheet of a made-up unit, and what inspectors mark on it before the season.

It is no `Sheet`: no site, round, list, paper or figure of a programme knows of it.
"""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.rules import is_inspector, sees_city
from assessments.enums import ScoreLevel
from core.http import record_address
from core.models import Worded
from standards.models import Item, Rulebook, Standard, points_field


class PracticeSheetQuerySet(models.QuerySet["PracticeSheet"]):
    def visible_to(self, user: User) -> Self:
        """The city sees all; inspectors those that are released, and those they have begun."""
        if sees_city(user):
            return self
        if not is_inspector(user):
            return self.none()
        begun = PracticeRun.objects.filter(sheet=OuterRef("pk"), by=user)
        return self.filter(Q(released_on__isnull=False, closed_on=None) | Exists(begun))


class PracticeSheet(models.Model):
    """What the marks of a made-up unit are, as agreed, under a standard and a rulebook.

    The office changes it until it is released; closed, it is begun by nobody new.
    """

    title = models.CharField(_("title"), max_length=60)
    standard = models.ForeignKey(
        Standard, verbose_name=_("standard"), on_delete=models.PROTECT, related_name="+"
    )
    rulebook = models.ForeignKey(
        Rulebook, verbose_name=_("rulebook"), on_delete=models.PROTECT, related_name="+"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="+"
    )
    made_on = models.DateField(_("made on"))
    released_on = models.DateField(_("released on"), null=True)
    closed_on = models.DateField(_("closed on"), null=True)

    objects = PracticeSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("practice sheet")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(released_on__isnull=False),
                name="practice_closed_was_released",
            )
        ]

    def __str__(self) -> str:
        return _("%(title)s (sample)") % {"title": self.title}

    def get_absolute_url(self) -> str:
        return record_address("assessments:practice_sheet", self.pk)

    @property
    def is_draft(self) -> bool:
        return self.released_on is None

    @property
    def is_open(self) -> bool:
        return self.released_on is not None and self.closed_on is None


class PracticeMark(Worded):
    """One item's agreed mark: what an inspector finds there, and why the mark is this one."""

    sheet = models.ForeignKey(
        PracticeSheet, verbose_name=_("practice sheet"), on_delete=models.PROTECT, related_name="marks"
    )
    item = models.ForeignKey(Item, verbose_name=_("item"), on_delete=models.PROTECT, related_name="+")
    level = models.CharField(pgettext_lazy("of a mark", "level"), max_length=12, choices=ScoreLevel)
    points = points_field(_("points"))
    faults = models.PositiveSmallIntegerField(_("faults counted"), null=True, blank=True)
    found = models.TextField(_("what is found there"), blank=True)
    reason = models.TextField(_("agreed reason"), blank=True)

    class Meta:
        verbose_name = _("agreed mark")
        ordering = ["item__section__ordinal", "item__ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "item"], name="practice_mark_once"),
            models.CheckConstraint(
                condition=Q(level="met") | ~Q(reason=""), name="practice_mark_below_full_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.code}: {self.points}"


class PracticeRunQuerySet(models.QuerySet["PracticeRun"]):
    def visible_to(self, user: User) -> Self:
        """Whose it is, and the city once it is finished: nobody marks under the eyes of somebody else."""
        if sees_city(user):
            return self.filter(finished_on__isnull=False)
        return self.filter(by=user) if is_inspector(user) else self.none()


class PracticeRun(models.Model):
    """One inspector at one practice sheet."""

    sheet = models.ForeignKey(
        PracticeSheet, verbose_name=_("practice sheet"), on_delete=models.PROTECT, related_name="runs"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    begun_on = models.DateField(_("begun on"))
    finished_on = models.DateField(_("finished on"), null=True)

    objects = PracticeRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("practice of an inspector")
        ordering = ["sheet", "pk"]
        constraints = [models.UniqueConstraint(fields=["sheet", "by"], name="practice_once_a_person")]

    def __str__(self) -> str:
        return f"{self.sheet}: {self.by}"

    def get_absolute_url(self) -> str:
        return record_address("assessments:practice_run", self.pk)


class PracticeAnswer(Worded):
    """What an inspector marked an item of a practice sheet with."""

    run = models.ForeignKey(
        PracticeRun, verbose_name=_("practice"), on_delete=models.PROTECT, related_name="answers"
    )
    item = models.ForeignKey(Item, verbose_name=_("item"), on_delete=models.PROTECT, related_name="+")
    level = models.CharField(pgettext_lazy("of a mark", "level"), max_length=12, choices=ScoreLevel)
    points = points_field(_("points"))
    faults = models.PositiveSmallIntegerField(_("faults counted"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("answer in a practice")
        ordering = ["item__section__ordinal", "item__ordinal"]
        constraints = [models.UniqueConstraint(fields=["run", "item"], name="practice_answer_once")]

    def __str__(self) -> str:
        return f"{self.item.code}: {self.points}"


for model in (PracticeSheet, PracticeMark, PracticeRun):
    auditlog.register(model)
