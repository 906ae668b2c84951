"""Lists: what a body puts forward, from which workbooks, what was filed each time, and the opinions on it."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.deputies import acts_as
from accounts.enums import Role
from accounts.models import Organisation, User
from core.encrypted import PartlyEncryptedJSONField
from core.http import record_address
from core.models import Worded
from sites.enums import TELEPHONES, FilingState, Leftover, Level
from sites.models.programme import Programme


def sees_list(user: User, filing: str = "") -> Q:
    """The condition that a person sees the list at this path, which has its `__`; of no list it never holds.

    City-wide roles see all; a district its list; a liaison the list of its own unit. A list moves as a whole
    and its papers name every site on it: whoever stood aside from one of them does not see the list.
    """
    there = Q(**{f"{filing}pk__isnull": False}) if filing else Q()
    return there & _is_of_role(user, filing) & ~Q(**{f"{filing}pk__in": user.recused_lists()})


def _is_of_role(user: User, filing: str) -> Q:
    if user.role in Role.CITY_WIDE:
        return Q()
    if user.role == Role.DISTRICT:
        return Q(**{f"{filing}level": Level.DISTRICT, f"{filing}organisation_id": user.district_id})
    if user.role == Role.LIAISON:
        return Q(**{f"{filing}level": Level.CITY, f"{filing}organisation_id": user.organisation_id})
    return Q(pk__in=[])


class FilingQuerySet(models.QuerySet["Filing"]):
    def visible_to(self, user: User) -> Self:
        """As `sees_list` says."""
        return self.filter(sees_list(user))

    def reviewed_by(self, user: User) -> Self:
        """Those this person, or whoever they stand in for, reviewed, or a site of: not theirs to decide."""
        own = Opinion.objects.filter(acts_as(user, "by")).values("version__filing")
        return self.filter(acts_as(user, "reviewed_by") | Q(pk__in=own))


class Filing(Worded):
    """The list a district or a designated unit puts forward. Once filed it cannot be edited."""

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="filings"
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("filed by"),
        on_delete=models.PROTECT,
        related_name="filings",
        help_text=_("The district, or the designated unit."),
    )
    level = models.CharField(_("level"), max_length=10, choices=Level)
    state = models.CharField(_("state"), max_length=10, choices=FilingState, default=FilingState.DRAFT)
    working_body = models.CharField(
        _("working body"), max_length=100, blank=True, help_text=_("Of the district itself.")
    )
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("prepared by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Of a district: who changed it last, or put it before the head of the office."),
    )
    put_forward_on = models.DateField(
        _("put forward on"), null=True, help_text=_("Empty once it was changed, determined or filed.")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("determined for the district by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_on = models.DateField(_("determined for the district on"), null=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("filed by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    filed_on = models.DateField(_("filed on"), null=True)
    remarks = models.TextField(_("remarks on sending back"), blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewed by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True)
    opinion = models.TextField(_("opinion of the preliminary review"), blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_on = models.DateField(_("approved on"), null=True)

    objects = FilingQuerySet.as_manager()

    class Meta:
        verbose_name = _("list")
        verbose_name_plural = _("lists")
        ordering = ["level", "organisation__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "organisation", "level"], name="filing_once_per_body"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("reviewed_by")), name="filing_two_people"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(prepared_by__isnull=False) & ~Q(decided_by=F("prepared_by")),
                name="filing_decided_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state=FilingState.DECIDED)
                | Q(decided_by__isnull=False, decided_on__isnull=False, level=Level.DISTRICT),
                name="filing_decided_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(state__in=FilingState.EDITABLE) | Q(filed_on__isnull=False),
                name="filing_filed_has_date",
            ),
        ]

    def __str__(self) -> str:
        return self.called(self.organisation, self.level)

    @staticmethod
    def called(organisation: object, level: str) -> str:
        """How a list of this body at this level is called, where the list itself was not read."""
        return gettext("%(organisation)s (%(level)s)") % {
            "organisation": organisation,
            "level": Level(level).label,
        }

    def get_absolute_url(self) -> str:
        return record_address("sites:filing", self.pk)

    @property
    def is_editable(self) -> bool:
        return self.state in FilingState.EDITABLE and not self.is_closed

    @cached_property
    def is_closed(self) -> bool:
        """Nobody waits for it: another programme has taken over, and the office closed what was not filed."""
        if self.state not in FilingState.EDITABLE or self.programme.is_current:
            return False
        return self.programme.left_open.closing(Leftover.LISTS).exists()

    @property
    def must_be_decided(self) -> bool:
        """Its district determines it before it is filed (plan, part five, one)."""
        return self.level == Level.DISTRICT and self.programme.districts_determine

    @property
    def district(self) -> Organisation | None:
        """Whose list it is, where a district files it; None of a designated unit."""
        return self.organisation if self.level == Level.DISTRICT else None

    @property
    def quota(self) -> tuple[int, int]:
        """How many sites it must hold, at least and at most (plan, part three)."""
        if self.level == Level.CITY:
            return self.programme.designated_quota, self.programme.designated_quota
        return self.programme.district_minimum, self.programme.district_maximum


class FilingVersion(models.Model):
    """What a list said when it was filed, once for each time; never changed, so that filings can be compared.

    `rows` holds one mapping a site, in the list's order: `site` (its key) and the columns of the list
    as text. `row_remarks` are the office's remarks on sending it back, by site key (as text).
    """

    filing = models.ForeignKey(
        Filing, verbose_name=_("list"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField(_("version"))
    rows = PartlyEncryptedJSONField(_("rows"), names=TELEPHONES)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("filed by"), on_delete=models.PROTECT, related_name="+"
    )
    filed_on = models.DateField(_("filed on"))
    filed_at = models.DateTimeField(_("written at"), auto_now_add=True)
    returned_on = models.DateField(_("returned on"), null=True)
    remarks = models.TextField(_("remarks on sending back"), blank=True)
    row_remarks = models.JSONField(_("remarks on rows"), default=dict, blank=True)

    class Meta:
        verbose_name = _("version of a list")
        ordering = ["filing", "-number"]
        constraints = [models.UniqueConstraint(fields=["filing", "number"], name="filing_version_once")]

    def __str__(self) -> str:
        return f"{self.filing} v{self.number}"


class OpinionQuerySet(models.QuerySet["Opinion"]):
    def visible_to(self, user: User) -> Self:
        """For the office and the leading group, except on sites one has stood aside from."""
        seen = self if user.role in Role.CITY_WIDE else self.none()
        return seen.exclude(site__in=user.recused_sites())


class Opinion(models.Model):
    """The office's 初审 opinion on one site of a filed version (plan, part six, one)."""

    version = models.ForeignKey(
        FilingVersion, verbose_name=_("version of a list"), on_delete=models.PROTECT, related_name="opinions"
    )
    site = models.ForeignKey(
        "sites.Site", verbose_name=_("site"), on_delete=models.PROTECT, related_name="opinions"
    )
    is_supported = models.BooleanField(_("recommended for determination"))
    text = models.TextField(_("opinion"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("on"))

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("opinion on a site")
        ordering = ["version", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "site"], name="opinion_once_per_version"),
            models.CheckConstraint(
                condition=Q(is_supported=True) | ~Q(text=""), name="opinion_against_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site}: {self.text}"


class ImportBatch(models.Model):
    """What one workbook did to an unfiled list, so that it can be undone until the list is filed.

    `changes` holds one mapping a row that was written: `site` (its key), `before` (the columns as they
    were, null for a new row) and `after`.
    """

    filing = models.ForeignKey(
        Filing, verbose_name=_("list"), on_delete=models.PROTECT, related_name="import_batches"
    )
    file_name = models.CharField(_("file name"), max_length=200)
    changes = PartlyEncryptedJSONField(_("changes"), names=TELEPHONES)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("taken at"), auto_now_add=True)
    undone_at = models.DateTimeField(_("undone at"), null=True)

    class Meta:
        verbose_name = _("import of a list")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name


for model in (Filing, Opinion):
    auditlog.register(model)
# Both keep rows with their liaisons' telephones.
auditlog.register(FilingVersion, mask_fields=["rows"])
auditlog.register(ImportBatch, mask_fields=["changes"])
