"""The two standards and the rulebook, as published versions that never change."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar, Self, TypeVar

from auditlog.registry import auditlog
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from core.models import Worded
from standards.enums import DayUnit, Kind, VersionState
from standards.rules import answers_for_organisation, reads_drafts, reads_versions

from .grounds import Ground

V = TypeVar("V", bound="Version")


def points_field(verbose_name: StrOrPromise, **options: Any) -> "models.DecimalField[Any, Any]":
    """Points are exact: up to 999.99, in hundredths."""
    return models.DecimalField(verbose_name, max_digits=5, decimal_places=2, **options)


class VersionQuerySet(models.QuerySet[V]):
    """What is asked of standards and of rulebooks alike."""

    def visible_to(self, user: User) -> Self:
        """The city sees drafts too, everybody else who takes part what is or was in force."""
        if reads_drafts(user):
            return self
        return self.made_public() if reads_versions(user) else self.none()

    def drafts(self) -> Self:
        return self.filter(state=VersionState.DRAFT)

    def published(self) -> Self:
        return self.filter(state=VersionState.PUBLISHED)

    def made_public(self) -> Self:
        """In force now, or once."""
        return self.exclude(state=VersionState.DRAFT)

    def with_items(self) -> Self:
        """Loaded with everything that is in them; a rulebook has its own fields alone."""
        return self.prefetch_related(*self.model.parts)


class Version(Worded):
    """A text in numbered versions: drafted, in force from the day it is published, retired by the next."""

    told_apart_by: ClassVar[tuple[str, ...]] = ()  # the fields that make it another text, not another version
    parts: ClassVar[tuple[str, ...]] = ()  # the records that belong to it, as lookups

    version = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=100)
    state = models.CharField(_("state"), max_length=10, choices=VersionState, default=VersionState.DRAFT)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    note = models.TextField(_("what is new in this version"), blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"

    def get_absolute_url(self) -> str:
        return reverse(f"standards:{self._meta.model_name}", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == VersionState.DRAFT

    def series(self) -> VersionQuerySet[Self]:
        """All versions of the same text."""
        same = {name: getattr(self, name) for name in self.told_apart_by}
        return VersionQuerySet(type(self)).filter(**same)


class Standard(Version):
    """One version of a standard. Once published, the database refuses any change to it."""

    told_apart_by = ("kind",)
    parts = ("sections__items",)

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    total = points_field(_("total points"), default=Decimal(100))
    points_are_proposed = models.BooleanField(
        _("points are proposed"), default=True, help_text=_("The plan fixes no points; the pages say so.")
    )

    objects = VersionQuerySet["Standard"].as_manager()

    class Meta:
        verbose_name = _("standard")
        verbose_name_plural = _("standards")
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="standard_version_once"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(state="published"), name="standard_one_in_force_per_kind"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_on__isnull=False), name="standard_published_has_date"
            ),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(state="draft"), name="standard_one_draft_per_kind"
            ),
        ]


class Section(models.Model):
    """One of the plan's four sections, with the plan's own words."""

    standard = models.ForeignKey(
        Standard, verbose_name=_("standard"), on_delete=models.CASCADE, related_name="sections"
    )
    ordinal = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=40)
    text = models.TextField(_("the plan's words"))
    points = points_field(_("points"))

    class Meta:
        verbose_name = _("section")
        ordering = ["standard", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "ordinal"], name="section_number_once"),
            models.CheckConstraint(condition=Q(points__gt=0), name="section_points_positive"),
        ]

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """One checkable demand; `clause` is the plan's sentence it is taken from, to the letter."""

    section = models.ForeignKey(
        Section, verbose_name=_("section"), on_delete=models.CASCADE, related_name="items"
    )
    ordinal = models.PositiveSmallIntegerField(_("number"))
    code = models.CharField(_("code"), max_length=10)
    text = models.CharField(_("item"), max_length=200)
    clause = models.CharField(_("the plan's clause"), max_length=300)
    keyword = models.CharField(_("key word"), max_length=60)
    points = points_field(_("points"))
    evidence_hint = models.CharField(_("evidence"), max_length=200)
    disclosure_form = models.CharField(_("form of disclosure"), max_length=100)
    may_be_inapplicable = models.BooleanField(_("may be inapplicable"), default=False)
    either_or = models.BooleanField(_("either form is enough"), default=False)
    deduction = points_field(
        _("points off for each fault"),
        null=True,
        blank=True,
        help_text=_("Where faults are counted: full points without one, never below 0."),
    )
    # By their numbers, so that what was published stays as it was, whatever becomes of the law.
    grounds = models.JSONField(_("grounds it cites"), default=list, blank=True)
    full_example = models.TextField(_("example of the full mark"), blank=True)
    half_example = models.TextField(_("example of half the mark"), blank=True)
    zero_example = models.TextField(_("example of no mark"), blank=True)

    # Why it cannot be judged yet in the round it was read for (see assessments.marks.standard_items).
    not_due: str = ""
    # The grounds themselves, where a page has looked them up (see citing.look_up).
    cited: Sequence[Ground] = ()

    class Meta:
        verbose_name = _("item")
        ordering = ["section__ordinal", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["section", "ordinal"], name="item_number_once"),
            models.UniqueConstraint(fields=["section", "code"], name="item_code_once"),
            models.CheckConstraint(condition=Q(points__gt=0), name="item_points_positive"),
            models.CheckConstraint(
                condition=Q(deduction__gt=0, deduction__lte=models.F("points")), name="item_deduction_within"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    def clean(self) -> None:
        """A fault costs something, and no more than the item has."""
        if self.deduction is not None and self.points and not 0 < self.deduction <= self.points:
            raise ValidationError({"deduction": _("More than 0, and not more than the item's points.")})


def _percent(verbose_name: StrOrPromise, default: int) -> "models.PositiveSmallIntegerField[Any, Any]":
    return models.PositiveSmallIntegerField(
        verbose_name, default=default, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )


# Beyond these a rule would make no sense; a share of 0 or 100 would make “partly met” no level of its own.
RANGES = {
    "partly_met_percent": (1, 99),
    "pass_mark": (0, 100),
    "excellent_from": (0, 100),
    "good_from": (0, 100),
    "qualified_from": (0, 100),
    "bonus_cap": (0, 100),
    "bonus_from": (0, 100),
    "minimum_satisfaction": (0, 100),
    "paper_grace_days": (0, 60),
    "appraisal_prolong_days": (0, 365),
    "paper_check_percent": (1, 100),
    "notice_days": (1, 365),
    "rectification_days": (1, 365),
    "comment_days": (1, 365),
    "hearing_days": (1, 365),
    "recheck_months": (1, 60),
    "recheck_draw_percent": (0, 100),
    "recheck_draws_a_year": (1, 4),
    "recheck_prompt_days": (1, 365),
    "escalation_offices_days": (1, 365),
    "escalation_leading_group_days": (1, 365),
    "objection_reply_days": (1, 365),
    "objection_kept_days": (1, 3650),
    "enquiry_reply_days": (1, 365),
    "due_soon_days": (1, 60),
    "evidence_max_files": (1, 100),
}


class RulebookQuerySet(VersionQuerySet["Rulebook"]):
    def visible_to(self, user: User) -> Self:
        """Beside these a draft for those who are asked for an opinion on it."""
        seen = super().visible_to(user)
        if reads_drafts(user) or not answers_for_organisation(user):
            return seen
        asked = self.model.objects.filter(consultation__opinions__organisation=user.organisation_id)
        return seen | self.filter(pk__in=asked.order_by().values("pk"))


class Rulebook(Version):
    """考评办法: how points become a result. The plan demands it (part six, three) and leaves it open.

    Its own fields are what a result is counted by; its text (`chapters`) names them and says no number.
    """

    parts = ("chapters__articles",)

    version = models.PositiveSmallIntegerField(_("version"), unique=True)
    partly_met_percent = _percent(_("share of points for “partly met” (%)"), 50)
    pass_mark = points_field(_("pass mark"), default=Decimal(80))
    excellent_from = points_field(_("excellent from"), default=Decimal(90))
    good_from = points_field(_("good from"), default=Decimal(80))
    qualified_from = points_field(_("qualified from"), default=Decimal(60))
    standard_weight = _percent(_("weight of the standard (%)"), 80)
    appraisal_weight = _percent(_("weight of the public appraisal (%)"), 20)
    further_weight = _percent(_("weight of further forms of acceptance (%)"), 0)
    bonus_cap = points_field(_("highest bonus"), default=Decimal(5))
    bonus_from = points_field(_("bonus counts from a standard score of"), default=Decimal(0))
    minimum_appraisal_sample = models.PositiveIntegerField(_("smallest valid appraisal sample"), default=30)
    minimum_satisfaction = points_field(_("lowest satisfaction to pass"), default=Decimal(60))
    paper_grace_days = models.PositiveSmallIntegerField(
        _("days after an appraisal in which paper forms are entered"), default=3
    )
    appraisal_prolong_days = models.PositiveSmallIntegerField(
        _("days by which an appraisal is prolonged at most"), default=30
    )
    paper_check_percent = _percent(_("share of paper forms entered a second time (%)"), 20)
    blind_score_gap = _percent(
        _("gap between two inspectors that must be deliberated (percent of the item)"), 30
    )
    veto_reasons = models.JSONField(_("veto reasons"), default=list, blank=True)
    notice_days = models.PositiveSmallIntegerField(_("length of a public notice"), default=5)
    notice_unit = models.CharField(
        _("counted in"), max_length=20, choices=DayUnit, default=DayUnit.WORKING_DAYS
    )
    rectification_days = models.PositiveSmallIntegerField(_("working days to rectify"), default=10)
    comment_days = models.PositiveSmallIntegerField(_("working days to comment on findings"), default=3)
    hearing_days = models.PositiveSmallIntegerField(
        _("working days to state a view before a revocation"), default=5
    )
    recheck_months = models.PositiveSmallIntegerField(
        _("months after which a named site is rechecked at the latest"), default=12
    )
    recheck_draw_percent = _percent(_("share of named sites drawn to be rechecked besides (%)"), 30)
    recheck_draws_a_year = models.PositiveSmallIntegerField(
        _("draws of sites to be rechecked, a year"), default=2
    )
    recheck_prompt_days = models.PositiveSmallIntegerField(
        _("working days to recheck after a complaint"), default=10
    )
    escalation_offices_days = models.PositiveSmallIntegerField(
        _("working days overdue until the offices are told"), default=3
    )
    escalation_leading_group_days = models.PositiveSmallIntegerField(
        _("working days overdue until the leading group is told"), default=5
    )
    objection_reply_days = models.PositiveSmallIntegerField(
        _("working days to answer an objection"), default=15
    )
    objection_kept_days = models.PositiveSmallIntegerField(
        _("days an objector's data is kept after the reply"), default=730
    )
    enquiry_reply_days = models.PositiveSmallIntegerField(_("working days to answer an enquiry"), default=10)
    due_soon_days = models.PositiveSmallIntegerField(_("working days from which a date is close"), default=3)
    evidence_max_files = models.PositiveSmallIntegerField(
        _("files per piece of evidence, at most"), default=10
    )

    objects = RulebookQuerySet.as_manager()

    class Meta:
        verbose_name = _("rulebook")
        verbose_name_plural = _("rulebooks")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="published"), name="rulebook_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(standard_weight=100 - models.F("appraisal_weight") - models.F("further_weight")),
                name="rulebook_weights_make_100",
            ),
            models.CheckConstraint(
                condition=Q(
                    excellent_from__gte=models.F("good_from"), good_from__gte=models.F("qualified_from")
                ),
                name="rulebook_bands_descend",
            ),
            models.CheckConstraint(
                condition=Q(escalation_leading_group_days__gte=models.F("escalation_offices_days")),
                name="rulebook_escalation_ascends",
            ),
            models.UniqueConstraint(fields=["state"], condition=Q(state="draft"), name="rulebook_one_draft"),
        ]

    def clean(self) -> None:
        """What the rules must be among themselves, each failing at its field."""
        wrong: dict[str, StrOrPromise] = {
            name: _("It lies between %(low)d and %(high)d.") % {"low": low, "high": high}
            for name, (low, high) in RANGES.items()
            if not low <= getattr(self, name) <= high
        }
        if self.excellent_from < self.good_from:
            wrong.setdefault("excellent_from", _("“Excellent” must not begin below “good”."))
        if self.good_from < self.qualified_from:
            wrong.setdefault("good_from", _("“Good” must not begin below “qualified”."))
        if self.escalation_leading_group_days < self.escalation_offices_days:
            told = _("The leading group must not be told before the offices.")
            wrong.setdefault("escalation_leading_group_days", told)
        if self.standard_weight + self.appraisal_weight + self.further_weight != 100:
            wrong.setdefault("appraisal_weight", _("The three weights must make 100 together."))
        if wrong:
            raise ValidationError(dict(wrong))


auditlog.register(Standard)
auditlog.register(Section)
auditlog.register(Item)
auditlog.register(Rulebook)
