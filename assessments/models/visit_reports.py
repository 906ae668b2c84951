"""What team and unit sign at the counter after a visit."""

import hashlib
import json
from typing import Any, Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from assessments.enums import UnitView
from assessments.models.rounds import Assessment
from assessments.models.sheets import Sheet
from audit.guards import append_only
from core.encrypted import EncryptedTextField
from core.http import record_address
from core.kept_files import KeptFile
from core.models import Worded
from sites.models.sites import sees_site
from standards.models import Item


class VisitReportQuerySet(models.QuerySet["VisitReport"]):
    def visible_to(self, user: User) -> Self:
        """The city and the unit at once, the team as it sees marks: the maker, and who has submitted theirs.

        Whoever else sees the site, its district and other teams, once the final sheet is signed.
        """
        of_sites = self.filter(sees_site(user, "assessment__site__"))
        if user.role in (*Role.CITY_WIDE, Role.LIAISON):
            return of_sites
        submitted = Sheet.objects.submitted_by(user)
        return of_sites.filter(
            Q(made_by=user)
            | Q(assessment__in=submitted.values("assessment"))
            | Q(assessment__in=Sheet.objects.signed_finals().values("assessment"))
        )


class VisitReport(Worded):
    """One visit in short, without any mark, with what the unit says to it; append-only.

    It is signed by the unit's person: `signature` is what a finger drew, the path of an SVG in a field of
    600 by 200; or on paper, and `paper_sha256` is its photograph's digest. `digest` is the SHA-256 of
    `content`. A later one corrects the one it names.
    """

    assessment = models.ForeignKey(
        Assessment, verbose_name=_("assessment"), on_delete=models.PROTECT, related_name="visit_reports"
    )
    corrects = models.OneToOneField(
        "self",
        verbose_name=_("corrects"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrected_by",
    )
    visited_on = models.DateField(_("day of the visit"))
    begun_at = models.TimeField(_("begun at"))
    ended_at = models.TimeField(_("ended at"))
    present = models.TextField(_("who was present"))
    remarks = models.TextField(_("the unit's remarks"), blank=True)
    signer_name = models.CharField(_("signed by"), max_length=40)
    signer_post = models.CharField(_("post of who signed"), max_length=60)
    signature = EncryptedTextField(_("signature"), blank=True)
    paper_sha256 = models.CharField(_("SHA-256 of the signed paper"), max_length=64, blank=True)
    digest = models.CharField(_("SHA-256 of what was signed"), max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="+"
    )
    kept_key = models.UUIDField(
        _("number on the phone"),
        null=True,
        unique=True,
        help_text=_("Given by the phone on which it was signed without a network."),
    )
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("written at"), auto_now_add=True)

    objects = VisitReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit report")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment"], condition=Q(corrects=None), name="visit_report_one_first"
            ),
            models.CheckConstraint(
                condition=Q(begun_at__lte=F("ended_at")), name="visit_report_begins_first"
            ),
            models.CheckConstraint(
                condition=Q(signature="") & ~Q(paper_sha256="") | ~Q(signature="") & Q(paper_sha256=""),
                name="visit_report_signed_one_way",
            ),
            models.CheckConstraint(
                condition=~Q(present="") & ~Q(signer_name="") & ~Q(signer_post="") & ~Q(digest=""),
                name="visit_report_says_who",
            ),
        ]

    def __str__(self) -> str:
        return str(self.assessment.site)

    def get_absolute_url(self) -> str:
        return record_address("assessments:visit_report", self.pk)

    def content(self, said: list[list[str]]) -> dict[str, Any]:
        """What is signed, as plain data; `said` are the findings: code, gap, the unit's view, its words."""
        return {
            "site": self.assessment.site_id,
            "assessment": self.assessment_id,
            "corrects": self.corrects.digest if self.corrects else "",
            "visited_on": self.visited_on.isoformat(),
            "begun_at": self.begun_at.isoformat("minutes"),
            "ended_at": self.ended_at.isoformat("minutes"),
            "present": self.present,
            "findings": said,
            "remarks": self.remarks,
            "signer": [self.signer_name, self.signer_post],
            "signature": self.signature,
            "paper": self.paper_sha256,
            "made_by": self.made_by_id,
            "on": self.on.isoformat(),
        }

    def digest_of(self, said: list[list[str]]) -> str:
        text = json.dumps(self.content(said), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def is_intact(self) -> bool:
        """Whether it is what was signed, to the letter."""
        return self.digest_of([finding.says for finding in self.findings.all()]) == self.digest


class NotedFinding(Worded):
    """A gap that was named at the counter, and whether the unit confirms it; append-only."""

    report = models.ForeignKey(
        VisitReport, verbose_name=_("visit report"), on_delete=models.PROTECT, related_name="findings"
    )
    item = models.ForeignKey(Item, verbose_name=_("item"), on_delete=models.PROTECT, related_name="+")
    gap = models.TextField(_("gap"))
    view = models.CharField(_("the unit's view"), max_length=12, choices=UnitView)
    words = models.TextField(_("in words"), blank=True)

    class Meta:
        verbose_name = _("finding noted at a visit")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "item"], name="noted_finding_once_a_report"),
            models.CheckConstraint(condition=~Q(gap=""), name="noted_finding_says_what"),
            models.CheckConstraint(
                condition=Q(view="confirms") | Q(view="contradicts") & ~Q(words=""),
                name="noted_finding_contradicted_in_words",
            ),
        ]

    def __str__(self) -> str:
        return str(self.item)

    @property
    def says(self) -> list[str]:
        return [self.item.code, self.gap, self.view, self.words]


class VisitPaperQuerySet(models.QuerySet["VisitPaper"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(report__in=VisitReport.objects.visible_to(user))


class VisitPaper(KeptFile):
    """The photograph or scan of a report that was signed on paper; append-only."""

    folder = "visit-papers"

    report = models.OneToOneField(
        VisitReport, verbose_name=_("visit report"), on_delete=models.PROTECT, related_name="paper"
    )

    objects = VisitPaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("signed paper of a visit")


auditlog.register(VisitReport, mask_fields=["present", "signature"])
for model in (NotedFinding, VisitPaper):
    auditlog.register(model)
append_only(NotedFinding, VisitPaper)
append_only(VisitReport, encrypted=["signature"])
