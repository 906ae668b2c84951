"""本级自查: what a district's government does itself beside its sites (plan, part three)."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.rules import is_district_office, sees_city
from assessments.enums import Fulfilment, OwnCheckAction, OwnCheckState
from core.http import record_address
from core.kept_files import KeptFile
from core.models import Worded
from sites.models import Programme
from standards.models import Item


class OwnCheckQuerySet(models.QuerySet["OwnCheck"]):
    def visible_to(self, user: User) -> Self:
        """The city all, as it sees all lists; a district's office its own. It is about no site."""
        if sees_city(user):
            return self
        if not is_district_office(user):
            return self.none()
        return self.filter(district=user.district_id)

    def with_counts(self) -> Self:
        """Each with how many of its items are `done`, `partly` and `not_yet`."""
        counts = {value: Count("answers", filter=Q(answers__fulfilment=value)) for value in Fulfilment.values}
        return self.annotate(**counts)


class OwnCheck(Worded):
    """One district's check of its own government's work in a programme: drafted, filed by its head, read."""

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="own_checks"
    )
    district = models.ForeignKey(
        Organisation, verbose_name=_("district"), on_delete=models.PROTECT, related_name="own_checks"
    )
    state = models.CharField(_("state"), max_length=10, choices=OwnCheckState, default=OwnCheckState.DRAFT)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("drafted by"),
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Who changed it last, or put it before the head."),
    )
    begun_on = models.DateField(_("begun on"))
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("filed by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    filed_on = models.DateField(_("filed on"), null=True)

    objects = OwnCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("self-check of a district's government")
        verbose_name_plural = _("self-checks of districts' governments")
        ordering = ["district__code"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "district"], name="own_check_once_a_programme"),
            models.CheckConstraint(
                condition=Q(filed_by=None) | ~Q(filed_by=F("drafted_by")), name="own_check_filed_by_another"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["filed", "read"]) & Q(filed_by__isnull=False, filed_on__isnull=False)
                | ~Q(state__in=["filed", "read"]) & Q(filed_by=None, filed_on=None),
                name="own_check_filed_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return str(self.district)

    def get_absolute_url(self) -> str:
        return record_address("assessments:own_check", self.pk)

    @property
    def is_editable(self) -> bool:
        return self.state in OwnCheckState.EDITABLE


class OwnCheckAnswer(Worded):
    """What a government says of one item of the standard: how far, in words, with links and files."""

    check_of = models.ForeignKey(
        OwnCheck, verbose_name=_("self-check"), on_delete=models.PROTECT, related_name="answers"
    )
    item = models.ForeignKey(Item, verbose_name=_("item"), on_delete=models.PROTECT, related_name="+")
    fulfilment = models.CharField(_("how far it is done"), max_length=10, choices=Fulfilment, blank=True)
    text = models.TextField(_("in words"), blank=True)
    links = models.JSONField(_("links"), default=list, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("answer of a self-check")
        ordering = ["item__section__ordinal", "item__ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["check_of", "item"], name="own_check_answers_an_item_once"),
            models.CheckConstraint(
                condition=Q(fulfilment="", by=None) | ~Q(fulfilment="") & Q(by__isnull=False),
                name="own_check_answered_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.item)

    def get_absolute_url(self) -> str:
        """Where it is given."""
        return record_address("assessments:own_check_answer", self.check_of_id, self.pk)


class OwnCheckFileQuerySet(models.QuerySet["OwnCheckFile"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(answer__check_of__in=OwnCheck.objects.visible_to(user))

    def standing(self) -> Self:
        """Without those that were taken off."""
        return self.filter(removed_on=None)


class OwnCheckFile(KeptFile):
    """What shows that an answer is so."""

    folder = "own-checks"

    answer = models.ForeignKey(
        OwnCheckAnswer, verbose_name=_("answer"), on_delete=models.PROTECT, related_name="files"
    )

    objects = OwnCheckFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a self-check")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "sha256"], name="own_check_holds_a_file_once")
        ]


class OwnCheckStep(Worded):
    """One step it took, with what was said about it."""

    check_of = models.ForeignKey(
        OwnCheck, verbose_name=_("self-check"), on_delete=models.PROTECT, related_name="steps"
    )
    action = models.CharField(_("action"), max_length=12, choices=OwnCheckAction)
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("on"))

    class Meta:
        verbose_name = _("step of a self-check")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.on} {self.get_action_display()}"


for model in (OwnCheck, OwnCheckAnswer, OwnCheckFile, OwnCheckStep):
    auditlog.register(model)
