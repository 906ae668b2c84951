"""The plan as a record: programme, phases, holidays, designated units."""

import datetime
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Resolution
from core.http import record_address
from core.models import Worded
from sites.enums import Becomes, HolidayKind, Leftover, ProgrammeState, Stage
from standards.models import Rulebook, Standard


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def current(self) -> "Programme | None":
        """The campaign that runs; None before the plan is loaded."""
        return self.filter(is_current=True).prefetch_related("phases").first()

    def begun(self) -> Self:
        """Those that run or have run: nobody begins a list before. Only these are on the public pages."""
        with_list = Programme.objects.filter(pk=OuterRef("pk"), filings__isnull=False)
        return self.filter(Q(is_current=True) | Q(Exists(with_list)))

    def with_counts(self) -> Self:
        """Each with its phases, and how many lists, determined sites and sites that bear the title it has."""
        determined = Q(sites__stage__in=Stage.LISTED)
        named = Q(sites__stage__in=Stage.TITLED)
        return self.prefetch_related("phases").annotate(
            list_count=Count("filings", distinct=True),
            site_count=Count("sites", filter=determined, distinct=True),
            named_count=Count("sites", filter=named, distinct=True),
        )


class Programme(models.Model):
    """One campaign, as the plan lays it down."""

    title = models.CharField(_("title"), max_length=100)
    document_number = models.CharField(_("document number"), max_length=40, unique=True)
    issuer = models.CharField(_("issued by"), max_length=100)
    addressees = models.CharField(_("addressed to"), max_length=200)
    issued_on = models.DateField(_("issued on"))
    notice_title = models.CharField(_("title of the covering notice"), max_length=200)
    text = models.TextField(_("full text"))
    district_minimum = models.PositiveSmallIntegerField(_("sites per district, at least"), default=4)
    district_maximum = models.PositiveSmallIntegerField(_("sites per district, at most"), default=6)
    designated_quota = models.PositiveSmallIntegerField(_("windows per designated unit"), default=1)
    districts_determine = models.BooleanField(
        _("districts determine their sites"),
        default=True,
        help_text=_(
            "The head of a district's office determines its list before it is filed, and the office confirms "
            "what its sites have rectified before the city's office does."
        ),
    )
    is_current = models.BooleanField(_("runs now"), default=True)
    standards = models.ManyToManyField(
        Standard,
        verbose_name=_("standards"),
        related_name="programmes",
        help_text=_("The versions its next rounds are opened with, one of each kind."),
    )
    rulebook = models.ForeignKey(
        Rulebook,
        verbose_name=_("rulebook"),
        null=True,
        on_delete=models.PROTECT,
        related_name="programmes",
    )
    based_on = models.ForeignKey(
        "self", verbose_name=_("made from"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["-issued_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="programme_one_current"
            ),
            models.CheckConstraint(
                condition=Q(district_minimum__lte=F("district_maximum")), name="programme_quota_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return record_address("sites:programme", self.pk)

    @property
    def state(self) -> ProgrammeState:
        """Whether it runs, has run, or is only in preparation; `with_counts` spares the query."""
        if self.is_current:
            return ProgrammeState.RUNNING
        has_lists = self.list_count if hasattr(self, "list_count") else self.filings.exists()
        return ProgrammeState.ENDED if has_lists else ProgrammeState.PLANNED

    @property
    def first_day(self) -> datetime.date | None:
        return min((phase.starts_on for phase in self.phases.all()), default=None)

    @property
    def last_day(self) -> datetime.date | None:
        return max((phase.last_day for phase in self.phases.all()), default=None)

    @property
    def campaign(self) -> str:
        """How one tells it from the others: the year or years of its phases, and its number."""
        years = sorted({day.year for day in (self.first_day, self.last_day) if day})
        return " ".join(filter(None, ("–".join(map(str, years)), self.document_number)))

    @property
    def rulebook_used(self) -> Rulebook:
        """The rulebook it goes by: its own, else the one in force."""
        return self.rulebook or Rulebook.objects.published().get()

    def phase_on(self, day: datetime.date) -> "Phase | None":
        """The phase that holds `day`; of two, the later one (an earlier phase may be extended)."""
        running = [phase for phase in self.phases.all() if phase.starts_on <= day <= phase.last_day]
        return running[-1] if running else None


class LeftOpenQuerySet(models.QuerySet["LeftOpen"]):
    def closing(self, kind: str) -> Self:
        """With which nobody waits any more for what is open of the kind, as long as the other one runs."""
        return self.filter(kind=kind, becomes=Becomes.CLOSED, is_past=False)


class LeftOpen(Worded):
    """What was open of a kind in a programme when another took over, and what became of it.

    The kind is a `Leftover`, or what the to-do said, as its msgid: then it goes on. `is_past`: the
    programme has run again since, and everything of it waits as before.
    """

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="left_open"
    )
    successor = models.ForeignKey(
        Programme, verbose_name=_("taken over by"), on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("what was open"), max_length=200)
    count = models.PositiveIntegerField(_("number that was open"))
    becomes = models.CharField(_("what became of it"), max_length=10, choices=Becomes)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    is_past = models.BooleanField(_("the programme has run again since"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("on"))

    objects = LeftOpenQuerySet.as_manager()

    class Meta:
        verbose_name = _("open steps of an earlier programme")
        verbose_name_plural = _("open steps of an earlier programme")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "kind"], condition=Q(is_past=False), name="left_open_answered_once"
            ),
            models.CheckConstraint(
                condition=~Q(becomes=Becomes.CLOSED) | (Q(kind__in=Leftover.values) & ~Q(reason="")),
                name="left_open_closed_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.called}: {self.count}"

    @property
    def called(self) -> str:
        return called(self.kind)


def called(kind: str) -> str:
    """What is open of the kind, in the reader's words."""
    return str(Leftover(kind).label) if kind in Leftover.values else gettext(kind)


class Phase(models.Model):
    """One of the plan's four phases (plan, part five)."""

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.CASCADE, related_name="phases"
    )
    ordinal = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=40)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), help_text=_("As the plan says."))
    extended_to = models.DateField(
        _("extended to"), null=True, blank=True, help_text=_("The end of the last extension.")
    )
    tasks = models.TextField(_("the plan's words"))

    class Meta:
        verbose_name = _("phase")
        ordering = ["programme", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "ordinal"], name="phase_number_once"),
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="phase_starts_before_end"),
            models.CheckConstraint(
                condition=Q(extended_to=None) | Q(extended_to__gt=F("ends_on")),
                name="phase_extended_beyond_end",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def last_day(self) -> datetime.date:
        """The last day on which the phase's actions are open, extensions included."""
        return self.extended_to or self.ends_on


class Extension(models.Model):
    """A phase prolonged, with who and why; never shortened, never deleted."""

    phase = models.ForeignKey(
        Phase, verbose_name=_("phase"), on_delete=models.PROTECT, related_name="extensions"
    )
    previous_end = models.DateField(_("previous end"))
    new_end = models.DateField(_("new end"))
    reason = models.CharField(_("reason"), max_length=300)
    asked_by = models.CharField(_("asked for by"), max_length=100, blank=True)
    counted = models.TextField(_("how the new end was counted"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("on"))

    class Meta:
        verbose_name = _("extension")
        ordering = ["new_end"]
        constraints = [
            models.CheckConstraint(condition=Q(new_end__gt=F("previous_end")), name="extension_prolongs"),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.phase} → {self.new_end}"


class Holiday(Worded):
    """One day of a State Council holiday arrangement that differs from the plain week."""

    date = models.DateField(_("date"), unique=True)
    kind = models.CharField(_("kind"), max_length=4, choices=HolidayKind)
    name = models.CharField(_("name"), max_length=40)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class DesignatedUnit(models.Model):
    """A municipal unit that the plan itself tells to name one window (plan, part three).

    初步确定 by the leading group is a state of its own, before 确定 and 命名: its day is that of the
    `resolution`, without which the unit waits for it.
    """

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.CASCADE, related_name="designated_units"
    )
    ordinal = models.PositiveSmallIntegerField(_("number"))
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="designations"
    )
    name_in_plan = models.CharField(_("name in the plan"), max_length=40)
    resolution = models.ForeignKey(
        Resolution,
        verbose_name=_("preliminary designation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("designated unit")
        ordering = ["programme", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "ordinal"], name="designated_number_once"),
            models.UniqueConstraint(fields=["programme", "organisation"], name="designated_unit_once"),
        ]

    def __str__(self) -> str:
        return self.name_in_plan


auditlog.register(Programme, m2m_fields={"standards"})
for model in (LeftOpen, Phase, Extension, Holiday, DesignatedUnit):
    auditlog.register(model)
