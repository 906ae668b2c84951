"""社会评议 on paper: forms printed with their codes, those of them that are entered twice, their scans."""

from math import ceil
from typing import Any, Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.deputies import acts_as
from accounts.models import User
from assessments.drawing import ordered
from audit.guards import append_only
from core.http import record_address
from core.kept_files import FlagsField
from publicity.models.appraisal import QUESTIONS, STEPS, Appraisal, AppraisalResponse

# The place of the remark among what a form says; before it stand the questions.
REMARK = len(QUESTIONS)


class FormRun(models.Model):
    """Forms that were printed together, each with a code of its own."""

    appraisal = models.ForeignKey(
        Appraisal, verbose_name=_("appraisal"), on_delete=models.PROTECT, related_name="form_runs"
    )
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("printed by"), on_delete=models.PROTECT, related_name="+"
    )
    printed_on = models.DateField(_("printed on"))

    class Meta:
        verbose_name = _("run of paper forms")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.appraisal} {self.printed_on}"


class PaperDrawQuerySet(models.QuerySet["PaperDraw"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(appraisal__in=Appraisal.objects.visible_to(user))


class PaperDraw(models.Model):
    """The entered forms that nothing was drawn from yet, and the seed by which some are entered again.

    The pool's codes in the order of `assessments.drawing` and the seed give the same forms to anybody.
    """

    appraisal = models.ForeignKey(
        Appraisal, verbose_name=_("appraisal"), on_delete=models.PROTECT, related_name="paper_draws"
    )
    seed = models.CharField(_("seed"), max_length=64)
    pool = models.JSONField(_("what was drawn from"))
    percent = models.PositiveSmallIntegerField(_("share that is drawn (%)"))
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("drawn by"), on_delete=models.PROTECT, related_name="+"
    )
    drawn_on = models.DateField(_("drawn on"))

    objects = PaperDrawQuerySet.as_manager()

    class Meta:
        verbose_name = _("draw of paper forms")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100), name="paper_draw_takes_a_share"
            )
        ]

    def __str__(self) -> str:
        return f"{self.appraisal} {self.drawn_on}"

    def get_absolute_url(self) -> str:
        return record_address("publicity_desk:appraisal_paper_draw", self.pk)

    @property
    def wanted(self) -> int:
        """How many are drawn: the share, and one at least."""
        return ceil(len(self.pool) * self.percent / 100)

    @property
    def codes(self) -> list[str]:
        """The codes that pool and seed give, in the order of the draw."""
        return ordered(self.seed, self.pool)[: self.wanted]


class SecondEntryQuerySet(models.QuerySet["SecondEntry"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(response__appraisal__in=Appraisal.objects.visible_to(user))

    def waiting(self) -> Self:
        """Drawn, and not entered again."""
        return self.filter(entered_by=None)

    def waiting_for(self, user: User) -> Self:
        return self.waiting().exclude(acts_as(user, "first_by"))

    def differing(self) -> Self:
        """Entered again, with differences that nobody has settled."""
        return self.filter(entered_by__isnull=False, settled_on=None)

    def to_settle_by(self, user: User) -> Self:
        return self.differing().exclude(acts_as(user, "first_by"))


class SecondEntry(models.Model):
    """A form that was drawn: what one person typed first, and what another one, who does not see it, types.

    It is settled once both say the same, or somebody has looked at the paper wherever they do not; what holds
    stands in the answer itself.
    """

    response = models.OneToOneField(
        AppraisalResponse, verbose_name=_("answer"), on_delete=models.PROTECT, related_name="second_entry"
    )
    draw = models.ForeignKey(
        PaperDraw, verbose_name=_("draw"), on_delete=models.PROTECT, related_name="second_entries"
    )
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("first entered by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    first_answers = models.JSONField(_("answers as first entered"))
    first_text = models.TextField(_("remark as first entered"), blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entered again by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    answers = models.JSONField(_("answers as entered again"), null=True, blank=True)
    text = models.TextField(_("remark as entered again"), blank=True)
    entered_on = models.DateField(_("entered again on"), null=True, blank=True)
    settled_on = models.DateField(_("settled on"), null=True, blank=True)

    objects = SecondEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("second entry of a paper form")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(entered_by=None) | ~Q(entered_by=F("first_by")), name="second_entry_by_another"
            ),
            models.CheckConstraint(
                condition=Q(entered_by=None, answers__isnull=True, entered_on=None, settled_on=None)
                | Q(entered_by__isnull=False, answers__isnull=False, entered_on__isnull=False),
                name="second_entry_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["response"], condition=Q(settled_on=None), name="second_entry_unsettled")
        ]

    def __str__(self) -> str:
        return str(self.response)

    @property
    def typed(self) -> tuple[list[Any], list[Any]]:
        """What each of the two says, field by field: the answers, then the remark."""
        return [*self.first_answers, self.first_text], [*(self.answers or ()), self.text]

    @property
    def differing(self) -> list[int]:
        """The places of the fields in which the two entries differ; blanks in a remark are none."""
        pairs = enumerate(zip(*self.typed, strict=True))
        return [place for place, (first, second) in pairs if _plain(first) != _plain(second)]


def _plain(value: object) -> object:
    return "".join(value.split()) if isinstance(value, str) else value


class Settlement(models.Model):
    """What the paper says in one field in which the two entries differ, and who looked."""

    second_entry = models.ForeignKey(
        SecondEntry, verbose_name=_("second entry"), on_delete=models.PROTECT, related_name="settlements"
    )
    field = models.PositiveSmallIntegerField(_("field"))
    value = models.JSONField(_("what the paper says"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("settled difference")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["second_entry", "field"], name="settlement_once_a_field"),
            models.CheckConstraint(condition=Q(field__lte=REMARK), name="settlement_of_a_field"),
        ]

    def __str__(self) -> str:
        return f"{self.second_entry} {self.number}"

    @property
    def number(self) -> int:
        """The question's number, as people count."""
        return self.field + 1

    @property
    def is_remark(self) -> bool:
        return self.field == REMARK

    @property
    def told(self) -> str:
        """What the paper says, in words."""
        return str(self.value if self.is_remark else STEPS[self.value])


class AppraisalScanQuerySet(models.QuerySet["AppraisalScan"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(appraisal__in=Appraisal.objects.visible_to(user))


class AppraisalScan(models.Model):
    """Paper forms as they were scanned."""

    appraisal = models.ForeignKey(
        Appraisal, verbose_name=_("appraisal"), on_delete=models.PROTECT, related_name="scans"
    )
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField("SHA-256", max_length=64)
    file = models.FileField(_("file"), upload_to="appraisals/%Y/%m/")
    flags = FlagsField(_("what to know of it"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("added by"), on_delete=models.PROTECT, related_name="+"
    )
    added_on = models.DateField(_("added on"))

    objects = AppraisalScanQuerySet.as_manager()

    class Meta:
        verbose_name = _("scan of paper forms")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["appraisal", "sha256"], name="appraisal_holds_a_scan_once")
        ]

    def __str__(self) -> str:
        return self.name


append_only(FormRun, PaperDraw, Settlement, AppraisalScan)
auditlog.register(FormRun)
auditlog.register(PaperDraw)
# What a citizen wrote stands on the row alone.
auditlog.register(SecondEntry, exclude_fields=["first_text", "text"])
auditlog.register(Settlement)
auditlog.register(AppraisalScan)
