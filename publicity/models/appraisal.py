"""社会评议: one answer per code (plan, part five, four: 实地检查、社会评议等形式)."""

import datetime
from typing import Self, TypeAlias, TypedDict

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import WithAnnotations

from accounts.models import User
from core.codes import with_check
from core.http import record_address
from documents.models import CODE_LETTERS
from publicity.enums import AppraisalState
from publicity.rules import hangs_up_posters, reads_appraisals
from sites.models import Site
from sites.models.sites import sees_site

CODE_LENGTH = 8
# What is asked, in the order of an answer's numbers.
QUESTIONS = (
    _("Is it easy to find out here what you need to know?"),
    _("Is what is published complete and up to date?"),
    _("Are you told plainly how to get your matter done, and how long it takes?"),
    _("How friendly and quick is the service?"),
    _("When you ask or complain, are you taken seriously?"),
)
# What may be answered, by its number (`assessments.scoring.APPRAISAL_STEPS` says what each is worth).
STEPS = (
    pgettext_lazy("appraisal", "dissatisfied"),
    pgettext_lazy("appraisal", "so-so"),
    pgettext_lazy("appraisal", "fairly satisfied"),
    pgettext_lazy("appraisal", "satisfied"),
)
MOST_LETTERS = 500


class Counts(TypedDict):
    """What `with_counts` tells of each appraisal."""

    given: int
    doubtful: int
    on_paper: int
    printed: int
    waiting: int
    differing: int
    unchecked: int


CountedAppraisal: TypeAlias = "WithAnnotations[Appraisal, Counts]"


class AppraisalQuerySet(models.QuerySet["Appraisal"]):
    def visible_to(self, user: User) -> Self:
        """Run by the office, read by the leading group; nobody else sees codes or single answers."""
        seen = self if reads_appraisals(user) else self.none()
        return seen.exclude(site__in=user.recused_sites())

    def hung_up_by(self, user: User) -> Self:
        """Those whose poster is for this person to print: the city, the site's district, its unit."""
        if not hangs_up_posters(user):
            return self.none()
        return self.filter(sees_site(user, "site__"))

    def with_counts(self) -> Self:
        """Each with `given`, the answers so far, and of these `doubtful` and `on_paper`.

        `printed` are its paper forms; of those drawn `waiting` are not entered again, `differing` are, but
        not settled. `unchecked` are both, and those entered that nothing was drawn from.
        """
        given = Q(responses__answered_at__isnull=False)
        entered = Q(responses__entered_by__isnull=False)
        unsettled = Q(responses__second_entry__isnull=False, responses__second_entry__settled_on=None)
        again = Q(responses__second_entry__entered_by__isnull=False)
        return self.annotate(
            given=Count("responses", filter=given),
            doubtful=Count("responses", filter=given & ~Q(responses__doubts="")),
            on_paper=Count("responses", filter=entered),
            printed=Count("responses", filter=Q(responses__run__isnull=False)),
            waiting=Count("responses", filter=unsettled & ~again),
            differing=Count("responses", filter=unsettled & again),
            unchecked=Count("responses", filter=entered & (Q(responses__draw=None) | unsettled)),
        )

    def open(self, *, on: datetime.date) -> Self:
        """Windows in which the public may answer today."""
        return self.filter(opens_on__lte=on, closes_on__gte=on, counted_on=None)

    def closed(self, *, on: datetime.date) -> Self:
        """Windows that are over and wait to be counted."""
        return self.uncounted().filter(closes_on__lt=on)

    def uncounted(self) -> Self:
        """Those that are still to come to a result."""
        return self.filter(counted_on=None, given_up_on=None)


class Appraisal(models.Model):
    """The window in which the public appraises one site; the dates are the first and the last day.

    Forms that were filled in on paper are entered until `papers_until`: the rulebook's days after the last
    one, as it stood when the window was opened; they move along when it is prolonged. It is prolonged to
    `closes_by` at most. With too few answers by then it is given up once another one is opened.
    When it is counted, its result is put on file with the acceptance (`assessments.AppraisalResult`) and
    nothing about it changes any more.
    """

    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="appraisals"
    )
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"))
    papers_until = models.DateField(_("paper forms are entered until"))
    closes_by = models.DateField(_("prolonged at most until"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("opened by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    codes_made = models.PositiveIntegerField(_("codes made"), default=0, help_text=_("For slips."))
    counted_on = models.DateField(_("counted on"), null=True, blank=True)
    given_up_on = models.DateField(_("given up on"), null=True, blank=True)

    objects = AppraisalQuerySet.as_manager()

    class Meta:
        verbose_name = _("appraisal")
        ordering = ["-opens_on"]
        constraints = [
            models.UniqueConstraint(fields=["site", "opens_on"], name="appraisal_once_a_day"),
            models.UniqueConstraint(
                fields=["site"],
                condition=Q(counted_on=None, given_up_on=None),
                name="appraisal_one_uncounted",
            ),
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("closes_on")), name="appraisal_opens_before_close"
            ),
            models.CheckConstraint(
                condition=Q(closes_on__lte=F("papers_until")), name="appraisal_papers_after_close"
            ),
            models.CheckConstraint(
                condition=Q(closes_on__lte=F("closes_by")), name="appraisal_prolonged_within"
            ),
            models.CheckConstraint(
                condition=Q(given_up_on=None)
                | Q(counted_on=None, given_up_on__gte=F("closes_by"), given_up_on__gt=F("papers_until")),
                name="appraisal_given_up_at_the_end",
            ),
            models.CheckConstraint(
                condition=Q(counted_on=None) | Q(counted_on__gt=F("closes_on")),
                name="appraisal_counted_after_close",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.opens_on}"

    def get_absolute_url(self) -> str:
        return record_address("publicity_desk:appraisal", self.pk)

    def is_open(self, on: datetime.date) -> bool:
        return self.counted_on is None and self.opens_on <= on <= self.closes_on

    def is_spent(self, on: datetime.date) -> bool:
        """Whether nothing more can be done for its sample: it is not prolonged, no form is entered."""
        return on >= self.closes_by and on > max(self.closes_on, self.papers_until)

    def state(self, *, on: datetime.date, given: int, needed: int, unchecked: int) -> AppraisalState:
        """Where it stands on a day, with so many answers given of those that are needed."""
        if self.counted_on:
            return AppraisalState.COUNTED
        if self.given_up_on:
            return AppraisalState.GIVEN_UP
        if on < self.opens_on:
            return AppraisalState.PLANNED
        if on <= self.closes_on:
            return AppraisalState.OPEN
        if given < needed:
            return AppraisalState.TOO_FEW
        return AppraisalState.TO_CHECK if unchecked else AppraisalState.TO_COUNT


def new_appraisal_code() -> str:
    return get_random_string(CODE_LENGTH, CODE_LETTERS)


def new_form_code() -> str:
    """What is printed on a paper form: a letter longer, which tells a clerk who mistypes it."""
    return with_check(new_appraisal_code(), CODE_LETTERS)


class AppraisalResponseQuerySet(models.QuerySet["AppraisalResponse"]):
    def answered(self) -> Self:
        return self.filter(answered_at__isnull=False)

    def unused(self) -> Self:
        return self.filter(answered_at=None)

    def on_slips(self) -> Self:
        """The codes by which people answer online."""
        return self.filter(run=None)

    def on_forms(self) -> Self:
        """The codes printed on paper forms, which the office enters."""
        return self.filter(run__isnull=False)

    def undrawn(self) -> Self:
        """Entered from paper, and in no pool yet from which some are drawn to be entered again."""
        return self.filter(entered_by__isnull=False, draw=None)


class AppraisalResponse(models.Model):
    """One code and, once used, its answer: the number of one of `STEPS` for each of `QUESTIONS`.

    The code stands on a slip, and is used online; or on a form of a printed `run`, and is used by whoever
    enters the form. `draw` is the draw to whose pool the entered form belongs.
    `doubts` says why an answer is doubtful; such an answer is marked and counted all the same.
    `device` is a keyed digest of address and browser, kept until the appraisal is counted.
    """

    appraisal = models.ForeignKey(
        Appraisal, verbose_name=_("appraisal"), on_delete=models.PROTECT, related_name="responses"
    )
    code = models.CharField(_("code"), max_length=12, unique=True, default=new_appraisal_code)
    made_at = models.DateTimeField(
        _("made at"), default=timezone.now, help_text=_("The same for all codes that were made together.")
    )
    run = models.ForeignKey(
        "publicity.FormRun",
        verbose_name=_("run of paper forms"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="responses",
    )
    answers = models.JSONField(_("answers"), null=True, blank=True)
    text = models.TextField(_("remark"), blank=True)
    doubts = models.CharField(_("why it is doubtful"), max_length=200, blank=True)
    device = models.CharField(_("device"), max_length=64, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entered from paper by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    draw = models.ForeignKey(
        "publicity.PaperDraw",
        verbose_name=_("draw of paper forms"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = AppraisalResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("appraisal answer")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answers=None, answered_at=None, answered_on=None)
                | Q(answers__isnull=False, answered_at__isnull=False, answered_on__isnull=False),
                name="appraisal_answer_has_date",
            ),
            models.CheckConstraint(
                condition=Q(run=None, entered_by=None)
                | Q(run__isnull=False, answered_at=None, entered_by=None)
                | Q(run__isnull=False, answered_at__isnull=False, entered_by__isnull=False),
                name="appraisal_paper_answer_has_form",
            ),
            models.CheckConstraint(
                condition=Q(draw=None) | Q(entered_by__isnull=False), name="appraisal_draw_of_entered_forms"
            ),
        ]
        indexes = [
            models.Index(fields=["appraisal", "device"]),
            # Few of very many: without it SQLite, asked for those of one appraisal, reads all in no draw.
            models.Index(
                fields=["appraisal"],
                condition=Q(draw=None, entered_by__isnull=False),
                name="appraisal_answer_undrawn",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def steps(self) -> list[int]:
        """What was answered to each question; nothing while the code is unused."""
        return list(self.answers or ())

    @property
    def first_typed(self) -> list[int]:
        """What was first typed, whatever the paper turned out to say when the form was entered again."""
        second = getattr(self, "second_entry", None)
        return list(second.first_answers) if second else self.steps

    @property
    def is_doubtful(self) -> bool:
        return bool(self.doubts)


auditlog.register(Appraisal)
