"""Official papers: numbered rows with a frozen context; the PDF is made from the row."""

import datetime
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.http import record_address
from core.jobs import FAILED, Job, JobQuerySet, Life
from documents.rules import is_to_judge_afresh, reads_all_papers
from sites.models import Programme, Site

from .enums import RenderState
from .papers import CLOSED, GENERAL, INTERNAL, DocumentKind, numbered

# No 0/O, 1/I: the code is read from paper and typed by hand.
CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_verification_code() -> str:
    """Twelve letters nobody can guess: 32¹² possibilities."""
    return get_random_string(12, CODE_LETTERS)


class Series(models.Model):
    """The last number given in a series and year; locked while a number is taken."""

    code = models.CharField(_("series"), max_length=20)
    year = models.PositiveSmallIntegerField(_("year"))
    last_number = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        constraints = [models.UniqueConstraint(fields=["code", "year"], name="series_once_a_year")]

    def __str__(self) -> str:
        return f"{self.code}〔{self.year}〕"


class DocumentQuerySet(JobQuerySet["Document"]):
    def visible_to(self, user: User) -> Self:
        """Papers about sites the person sees, all of them or of a public paper one; and general ones.

        So a unit does not read the liaisons of the other units on its district's list. Whoever stood
        aside from a site reads of it what everybody may read, and nothing else, whatever the role.
        A closed paper is for the readers it names, an internal one for the city as well. For inspectors that
        goes for withdrawn papers too: one who joined a team since may have to mark a site they speak
        of.
        """
        about = Document.sites.through.objects
        recused = about.filter(site__in=user.recused_sites()).values("document_id")
        named = Q(pk__in=Document.readers.through.objects.filter(user=user).values("document_id"))
        open_to_me = self.exclude(pk__in=recused, is_public=False).exclude(Q(kind__in=CLOSED) & ~named)
        if reads_all_papers(user):
            return open_to_me
        visible = Site.objects.visible_to(user)
        kept = Q(kind__in=INTERNAL)
        if is_to_judge_afresh(user):
            kept |= Q(withdrawn_on__isnull=False, is_public=False)
        return (
            open_to_me.filter(
                Q(pk__in=about.filter(site__in=visible).values("document_id")) | Q(kind__in=GENERAL)
            )
            .exclude(pk__in=about.exclude(site__in=visible).values("document_id"), is_public=False)
            .exclude(kept & ~named)
        )

    def standing(self) -> Self:
        """Those that were not withdrawn after they were issued."""
        return self.filter(withdrawn_on=None)

    def made(self) -> Self:
        """Those whose file was made once, though it may have been lost since."""
        return self.exclude(sha256="")

    def published(self) -> Self:
        return self.filter(is_public=True, state=RenderState.READY)

    def waiting(self) -> Self:
        """Those that failed as well, a while after each attempt; after the last one a person decides."""
        tried = self.filter(state=FAILED, attempts__lt=Document.life.max_attempts)
        return super().waiting() | tried.exclude(finished_at__range=self.recently())


class Document(Job):
    """One paper. The row is the truth: the file can always be made again from `context`."""

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="documents"
    )
    kind = models.CharField(_("kind"), max_length=30, choices=DocumentKind)
    series = models.CharField(_("series"), max_length=20)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    sites = models.ManyToManyField(Site, verbose_name=_("sites"), related_name="documents")
    issued_on = models.DateField(_("issued on"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("issued by"), on_delete=models.PROTECT, related_name="+"
    )
    is_public = models.BooleanField(_("public"), default=False)
    readers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("readers"),
        related_name="+",
        blank=True,
        help_text=_("Who reads an internal paper beside the city."),
    )
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawn_why = models.TextField(_("why it was withdrawn"), blank=True)
    verification_code = models.CharField(
        _("verification code"), max_length=12, unique=True, default=new_verification_code, editable=False
    )
    state = models.CharField(_("state"), max_length=10, choices=RenderState, default=RenderState.QUEUED)
    requested_at = models.DateTimeField(_("requested at"), auto_now_add=True)
    file = models.FileField(_("file"), max_length=200, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    # The last column: SQLite reads what stands behind a long text only by way of all of it.
    context = models.JSONField(_("frozen contents"), encoder=DjangoJSONEncoder)

    life = Life(
        task="documents.tasks.render_document",
        pending=RenderState.PENDING,
        working=RenderState.RENDERING,
        done=RenderState.READY,
        stale_after=datetime.timedelta(seconds=settings.PORTAL_RENDER_STALE_SECONDS),
        max_attempts=3,
        given_up=_("The worker broke down over this paper %(n)d times, so it is not tried again."),
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "number"], name="document_number_once"),
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(file="") & ~Q(sha256="")), name="document_ready_has_file"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | ~Q(withdrawn_why=""), name="document_withdrawn_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "sent_at"]),
            models.Index(fields=["finished_at"]),
            # A page of the register, and how long the register is, without reading the frozen contents.
            models.Index(
                fields=["programme", "-issued_on", "-id", "is_public", "kind"], name="document_register"
            ),
            # The newest that a search finds, without sorting all.
            models.Index(fields=["-issued_on", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.full_number} {self.title}"

    def get_absolute_url(self) -> str:
        return record_address("documents:detail", self.pk)

    @property
    def full_number(self) -> str:
        """文号, as it stands on the paper: 乌政公办〔2008〕3号."""
        return numbered(self.series, self.year, self.number)

    @property
    def is_internal(self) -> bool:
        return self.kind in INTERNAL

    @property
    def is_closed(self) -> bool:
        return self.kind in CLOSED

    @property
    def file_name(self) -> str:
        """What a reader's download is called."""
        return f"{self.full_number} {self.title}.pdf"


auditlog.register(Document, exclude_fields=["context"])
