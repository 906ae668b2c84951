"""预览: the papers an act would issue, printed for whoever is about to take it. None is issued."""

import datetime
from typing import Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.enums import FileState
from core.http import record_address
from core.jobs import JobQuerySet, Life
from core.made_files import FileJob
from documents.papers import DocumentKind, blank_number
from sites.models import Site

# It is looked at and then done with; the records move on.
KEPT = datetime.timedelta(days=1)
# What marks each page, and the file's name.
PREVIEW = "预览"


class PreviewQuerySet(models.QuerySet["Preview"]):
    def visible_to(self, user: User) -> Self:
        """One's own, of sites one has not stood aside from since."""
        aside = Preview.sites.through.objects.filter(site__in=user.recused_sites()).values("preview_id")
        return self.filter(asked_by=user).exclude(pk__in=aside)


class Preview(models.Model):
    """One act that somebody tried, with what was filled in; it goes with its papers after a day."""

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked for by"), on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked for at"), auto_now_add=True)
    sites = models.ManyToManyField(Site, verbose_name=_("sites"), related_name="+")
    path = models.CharField(_("where the form was sent"), max_length=500)
    sent = models.JSONField(_("what was filled in"))
    page = models.TextField(_("the public page"), blank=True)

    objects = PreviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("preview")
        verbose_name_plural = _("previews")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return record_address("documents:preview", self.pk)


class PreviewPaperQuerySet(JobQuerySet["PreviewPaper"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(preview__in=Preview.objects.visible_to(user).values("pk"))

    def outlived(self) -> Self:
        """A day old, whatever became of them: what failed is not kept either."""
        return self.filter(finished_at__lt=timezone.now() - KEPT)


class PreviewPaper(FileJob):
    """One of its papers, as it would be printed but for its number, marked 预览."""

    preview = models.ForeignKey(
        Preview, verbose_name=_("preview"), on_delete=models.CASCADE, related_name="papers"
    )
    ordinal = models.PositiveSmallIntegerField(_("ordinal"))
    kind = models.CharField(_("kind"), max_length=30, choices=DocumentKind)
    series = models.CharField(_("series"), max_length=20)
    title = models.CharField(_("title"), max_length=200)
    # The last column, as of a document.
    context = models.JSONField(_("frozen contents"), encoder=DjangoJSONEncoder)

    folder = "previews"
    life = Life(
        task="documents.tasks.render_preview",
        pending=FileState.PENDING,
        done=FileState.READY,
        waits_from="asked_at",
        stale_after=datetime.timedelta(seconds=settings.PORTAL_RENDER_STALE_SECONDS),
        max_attempts=3,
        given_up=_("The worker broke down over this paper %(n)d times, so it is not tried again."),
        kept=KEPT,
    )

    objects = PreviewPaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper of a preview")
        verbose_name_plural = _("papers of a preview")
        ordering = ["preview", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["preview", "ordinal"], name="preview_paper_ordinal_once"),
            models.CheckConstraint(
                condition=~models.Q(state="ready") | (~models.Q(file="") & ~models.Q(sha256="")),
                name="preview_paper_ready_has_file",
            ),
        ]
        indexes = [models.Index(fields=["state", "sent_at"]), models.Index(fields=["finished_at"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return record_address("documents:preview", self.preview_id)

    @property
    def full_number(self) -> str:
        """The number with the place left for it: 乌政公办〔2008〕　号."""
        return blank_number(self.series, self.on.year)

    @property
    def file_name(self) -> str:
        return f"{PREVIEW} {self.title}.pdf"

    def expire(self) -> bool:
        """Nothing of it is on record: the row goes too, and with the last one the preview."""
        self.clear_up()
        self.delete()
        Preview.objects.filter(pk=self.preview_id, papers=None).delete()
        return True
