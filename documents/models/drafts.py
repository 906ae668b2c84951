"""发文稿: what an act that two people decide would issue, before it has a number."""

import datetime
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.deputies import acts_as
from accounts.models import Motion, Organisation, User
from accounts.rules import is_office, sees_city
from core.enums import FileState
from core.http import record_address
from core.jobs import JobQuerySet, Life
from core.kept_files import FlagsField
from core.made_files import FileJob
from core.models import Worded
from documents.enums import DraftAct, DraftState, Openness, Retention
from documents.papers import DocumentKind, blank_number
from documents.rules import signs_for_papers
from sites.models import Programme, Site

from .papers import Document


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, user: User) -> Self:
        """The city, and whom it asks to countersign; nobody who stood aside from a site it speaks of."""
        aside = Draft.sites.through.objects.filter(site__in=user.recused_sites()).values("draft_id")
        seen = self.exclude(pk__in=aside)
        if sees_city(user):
            return seen
        return seen.filter(pk__in=Countersignature.objects.asked(user).values("draft"))

    def open(self) -> Self:
        return self.filter(state__in=DraftState.OPEN)

    def to_check(self, user: User) -> Self:
        """Those that a clerk of the office may check: another person drafted them."""
        if not is_office(user):
            return self.none()
        waiting = self.visible_to(user).filter(state=DraftState.CHECKING)
        return waiting.exclude(acts_as(user, "drafted_by"))

    def to_sign(self, user: User) -> Self:
        """Those that wait for a signature this person may give: they neither drafted nor checked them."""
        ready = self.filter(
            state=DraftState.SIGNING, motion__in=Motion.objects.waiting_for(user).values("pk")
        )
        return ready.exclude(acts_as(user, "checked_by"))

    def to_change(self, user: User) -> Self:
        """Those that came back to who drafted them."""
        return self.filter(acts_as(user, "drafted_by"), state=DraftState.RETURNED)

    def to_countersign(self, user: User) -> Self:
        asked = Countersignature.objects.asked(user).filter(agrees=None).values("draft")
        return self.filter(state=DraftState.COUNTERSIGNING, pk__in=asked)


class Draft(Worded):
    """The papers that one proposed act would issue, on their way from 拟稿 to 签发.

    `turn` counts the drafts of it: each change of what is said begins a new one. The papers have no number
    before somebody who may sign, and neither drafted nor checked them, has signed.
    """

    motion = models.OneToOneField(
        Motion, verbose_name=_("proposal"), on_delete=models.PROTECT, related_name="draft"
    )
    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="drafts"
    )
    sites = models.ManyToManyField(Site, verbose_name=_("sites"), related_name="+")
    state = models.CharField(_("state"), max_length=14, choices=DraftState, default=DraftState.CHECKING)
    turn = models.PositiveSmallIntegerField(_("draft number"), default=1)
    drawn_on = models.DateField(_("drawn up on"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("drafted by"), on_delete=models.PROTECT, related_name="+"
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("checked by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("signed by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("drafted_by")), name="draft_checked_by_another"
            ),
            models.CheckConstraint(
                condition=Q(signed_by=None) | ~Q(signed_by=F("drafted_by")) & ~Q(signed_by=F("checked_by")),
                name="draft_signed_by_a_third",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("countersigning", "signing", "signed")) | Q(checked_by__isnull=False),
                name="draft_is_checked_before_signing",
            ),
            models.CheckConstraint(
                condition=Q(state="signed", signed_by__isnull=False) | ~Q(state="signed") & Q(signed_by=None),
                name="draft_signed_has_signer",
            ),
        ]
        indexes = [models.Index(fields=["programme", "state"])]

    def __str__(self) -> str:
        return self.motion.title

    def get_absolute_url(self) -> str:
        return record_address("documents:draft", self.pk)

    @property
    def is_open(self) -> bool:
        return self.state in DraftState.OPEN

    @property
    def papers(self) -> models.QuerySet["DraftPaper"]:
        """Those of the turn that counts."""
        return self.all_papers.filter(turn=self.turn)


class DraftPaperQuerySet(JobQuerySet["DraftPaper"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(draft__in=Draft.objects.visible_to(user).values("pk"))


class DraftPaper(FileJob):
    """One paper of one turn of a draft, as it would be printed but for its number.

    Its file is marked 草稿. It is the trial: what cannot be printed is seen here, while no number is taken.
    """

    draft = models.ForeignKey(
        Draft, verbose_name=_("draft"), on_delete=models.PROTECT, related_name="all_papers"
    )
    turn = models.PositiveSmallIntegerField(_("draft number"))
    ordinal = models.PositiveSmallIntegerField(_("ordinal"))
    kind = models.CharField(_("kind"), max_length=30, choices=DocumentKind)
    series = models.CharField(_("series"), max_length=20)
    title = models.CharField(_("title"), max_length=200)
    copies_more = models.ManyToManyField(
        Organisation,
        verbose_name=_("more copies to"),
        related_name="+",
        blank=True,
        help_text=_("抄送 beside those whom the kind of paper goes to anyway."),
    )
    note = models.CharField(_("note under the date"), max_length=100, blank=True)
    print_run = models.PositiveIntegerField(_("number of copies"), default=0)
    openness = models.CharField(_("openness"), max_length=10, choices=Openness)
    retention = models.CharField(_("kept for"), max_length=10, choices=Retention)
    printer = models.CharField(_("printed and sent out by"), max_length=60, blank=True)
    document = models.OneToOneField(
        Document,
        verbose_name=_("paper that was issued"),
        null=True,
        on_delete=models.PROTECT,
        related_name="drafted_as",
    )
    # The last column, as of a document.
    context = models.JSONField(_("frozen contents"), encoder=DjangoJSONEncoder)

    folder = "drafts"
    life = Life(
        task="documents.tasks.render_draft",
        pending=FileState.PENDING,
        done=FileState.READY,
        waits_from="asked_at",
        stale_after=datetime.timedelta(seconds=settings.PORTAL_RENDER_STALE_SECONDS),
        max_attempts=3,
        given_up=_("The worker broke down over this paper %(n)d times, so it is not tried again."),
        kept=datetime.timedelta(days=60),
    )

    objects = DraftPaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper of a draft")
        verbose_name_plural = _("papers of a draft")
        ordering = ["draft", "turn", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "turn", "ordinal"], name="draft_paper_ordinal_once"),
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(file="") & ~Q(sha256="")), name="draft_paper_ready_has_file"
            ),
        ]
        indexes = [models.Index(fields=["state", "sent_at"]), models.Index(fields=["finished_at"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return record_address("documents:draft", self.draft_id)

    @property
    def full_number(self) -> str:
        """The number with the place left for it: 乌政公办〔2008〕　号."""
        return blank_number(self.series, self.on.year)

    @property
    def draft_words(self) -> str:
        """What marks it on each page, and in its name: it is no paper yet."""
        return f"草稿（第{self.turn}稿）"

    @property
    def is_made(self) -> bool:
        """Its trial went well, whether or not the file is still kept."""
        return self.state in (FileState.READY, FileState.DELETED)


class DraftRemarkQuerySet(models.QuerySet["DraftRemark"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(draft__in=Draft.objects.visible_to(user).values("pk"))


class DraftRemark(Worded):
    """处理记录: who did what to a draft, or said what about it, with the copy they edited. Never changed."""

    draft = models.ForeignKey(
        Draft, verbose_name=_("draft"), on_delete=models.PROTECT, related_name="remarks"
    )
    turn = models.PositiveSmallIntegerField(_("draft number"))
    act = models.CharField(_("act"), max_length=14, choices=DraftAct)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    text = models.TextField(_("text"), blank=True)
    edited = models.FileField(_("edited copy"), upload_to="edited/%Y/%m/", blank=True)
    edited_name = models.CharField(_("name of the edited copy"), max_length=200, blank=True)
    edited_sha256 = models.CharField(_("SHA-256 of the edited copy"), max_length=64, blank=True)
    edited_flags = FlagsField(_("what to know of it"))

    objects = DraftRemarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("remark on a draft")
        verbose_name_plural = _("remarks on a draft")
        ordering = ["draft", "pk"]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.by}"


class CountersignatureQuerySet(models.QuerySet["Countersignature"]):
    def asked(self, user: User) -> Self:
        """Those asked of the own organisation, where the role signs for its papers."""
        return self.filter(organisation=user.organisation_id) if signs_for_papers(user) else self.none()


class Countersignature(models.Model):
    """会签: another body whose matter it is too says that it agrees, or why not."""

    draft = models.ForeignKey(
        Draft, verbose_name=_("draft"), on_delete=models.PROTECT, related_name="countersignatures"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    agrees = models.BooleanField(_("agrees"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("on"), null=True)

    objects = CountersignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("countersignature")
        verbose_name_plural = _("countersignatures")
        ordering = ["draft", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "organisation"], name="countersigned_once_a_body"),
            models.CheckConstraint(
                condition=Q(agrees=None, by=None, on=None)
                | Q(agrees__isnull=False, by__isnull=False, on__isnull=False),
                name="countersigned_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.draft}"


auditlog.register(Draft)
auditlog.register(DraftPaper, exclude_fields=["context"], m2m_fields={"copies_more"})
auditlog.register(DraftRemark)
auditlog.register(Countersignature)
