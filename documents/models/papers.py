"""Official papers: numbered rows with a frozen context; the PDF is made from the row."""

import datetime
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from core.http import record_address
from core.jobs import FAILED, Job, JobQuerySet, Life
from documents.enums import Openness, RenderState, Retention
from documents.papers import CLOSED, GENERAL, INTERNAL, PAPERS, DocumentKind, numbered
from documents.rules import is_to_judge_afresh, reads_all_papers, signs_for_papers
from documents.void import void_mark, void_words
from sites.models import Programme, Site
from standards.models import Ground

from .kinds import Wording

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
        of. What is addressed to an organisation its people read, whatever it is about.
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
        of_sites = Q(pk__in=about.filter(site__in=visible).values("document_id"))
        hidden = Exists(about.exclude(site__in=visible).filter(document=OuterRef("pk"))) & Q(is_public=False)
        mine = Q(pk__in=Receipt.objects.addressed_to(user).values("document_id")) | Q(kind__in=GENERAL)
        return open_to_me.filter(mine | of_sites & ~hidden & ~(kept & ~named))

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
    grounds = models.ManyToManyField(
        Ground, verbose_name=_("grounds it cites"), related_name="documents", blank=True
    )
    wording = models.ForeignKey(
        Wording,
        verbose_name=_("wording it was made with"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="documents",
        help_text=_("Empty: the standing text that the portal comes with."),
    )
    issued_on = models.DateField(_("issued on"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("signed by"), on_delete=models.PROTECT, related_name="+"
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("drafted by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty where the act itself makes the paper: a list is filed, a sheet is signed."),
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("checked by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    openness = models.CharField(_("openness"), max_length=10, choices=Openness, default=Openness.ON_REQUEST)
    retention = models.CharField(_("kept for"), max_length=10, choices=Retention, default=Retention.LONG)
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
    replaced_by = models.ForeignKey(
        "self",
        verbose_name=_("replaced by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaces",
    )
    replaced_by_number = models.CharField(
        _("number of what stands in its place"), max_length=40, blank=True, editable=False
    )
    copies_printed = models.PositiveIntegerField(_("copies printed"), default=0)
    copies_given = models.PositiveIntegerField(_("copies handed out"), default=0, editable=False)
    verification_code = models.CharField(
        _("verification code"), max_length=12, unique=True, default=new_verification_code, editable=False
    )
    state = models.CharField(_("state"), max_length=10, choices=RenderState, default=RenderState.QUEUED)
    requested_at = models.DateTimeField(_("requested at"), auto_now_add=True)
    file = models.FileField(_("file"), max_length=200, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    damaged_at = models.DateTimeField(_("its stored file was last found lost or changed at"), null=True)
    # The last column: SQLite reads what stands behind a long text only by way of all of it.
    context = models.JSONField(_("frozen contents"), encoder=DjangoJSONEncoder)

    life = Life(
        task="documents.tasks.render_document",
        pending=RenderState.PENDING,
        working=RenderState.RENDERING,
        done=RenderState.READY,
        waits_from="requested_at",
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
            models.CheckConstraint(
                condition=Q(replaced_by=None, replaced_by_number="")
                | Q(replaced_by__isnull=False, withdrawn_on__isnull=False) & ~Q(replaced_by_number=""),
                name="document_replaced_is_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(drafted_by=None) | ~Q(drafted_by=F("created_by")),
                name="document_signed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None)
                | ~Q(checked_by=F("created_by"))
                & Q(drafted_by__isnull=False)
                & ~Q(checked_by=F("drafted_by")),
                name="document_checked_by_a_third",
            ),
            models.CheckConstraint(
                condition=Q(copies_given__lte=F("copies_printed")), name="document_copies_given_were_printed"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "sent_at"]),
            models.Index(fields=["finished_at"]),
            models.Index(
                fields=["damaged_at"], condition=Q(damaged_at__isnull=False), name="document_damaged"
            ),
            # Whose file somebody holds in hand.
            models.Index(fields=["sha256"], name="document_sha256"),
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
    def void(self) -> str:
        """Since when it counts no more, and what stands in its place; "" while it is in force."""
        return void_words(self.withdrawn_on, self.replaced_by_number) if self.withdrawn_on else ""

    @property
    def void_mark(self) -> str:
        """The same behind its title in a line of text."""
        return void_mark(self.replaced_by_number) if self.withdrawn_on else ""

    @property
    def is_internal(self) -> bool:
        return self.kind in INTERNAL

    @property
    def is_closed(self) -> bool:
        return self.kind in CLOSED

    @property
    def organ(self) -> str:
        """责任者: the organ in whose name it was issued, or who filed the form."""
        said = self.context
        return said.get("issuer") or said.get("filer") or PAPERS[DocumentKind(self.kind)].signature

    @property
    def copies_left(self) -> int:
        return self.copies_printed - self.copies_given

    @property
    def file_name(self) -> str:
        """What a reader's download is called."""
        return f"{self.full_number} {self.title}.pdf"


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def addressed_to(self, user: User) -> Self:
        """Those of the own organisation, where the role signs for its papers."""
        return self.filter(organisation=user.organisation_id) if signs_for_papers(user) else self.none()

    def visible_to(self, user: User) -> Self:
        """Of papers one reads: the city sees all, others those of their organisation and of what it sent."""
        seen = self.filter(Exists(Document.objects.visible_to(user).filter(pk=OuterRef("document"))))
        if reads_all_papers(user):
            return seen
        return seen.filter(
            Q(pk__in=self.addressed_to(user).values("pk"))
            | Q(document__created_by__organisation=user.organisation_id)
        )

    def awaited(self) -> Self:
        """Not signed yet; a withdrawn paper waits for nobody."""
        return self.filter(received_on=None, document__withdrawn_on=None)


class Receipt(models.Model):
    """签收: one paper at one organisation, delivered, and then received by one of its people.

    Signed at the desk (`received_by`), or on paper where the organisation has nobody with an account
    (`receiver`, as the office recorded it).
    """

    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="receipts"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="receipts"
    )
    is_copy = models.BooleanField(_("copy for information"), default=False)
    delivered_on = models.DateField(_("delivered on"))
    due_on = models.DateField(_("to be signed for by"))
    due_counted = models.TextField(_("how the day was counted"))
    received_on = models.DateField(_("received on"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("signed for by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    receiver = models.CharField(_("received on paper by"), max_length=40, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["document", "is_copy", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["document", "organisation"], name="receipt_once_an_organisation"),
            models.CheckConstraint(
                condition=Q(received_on=None, received_by=None, recorded_by=None, receiver="")
                | Q(received_on__isnull=False, received_by__isnull=False, recorded_by=None, receiver="")
                | Q(received_on__isnull=False, received_by=None, recorded_by__isnull=False) & ~Q(receiver=""),
                name="receipt_signed_or_recorded",
            ),
            models.CheckConstraint(
                condition=Q(received_on=None) | Q(received_on__gte=F("delivered_on")),
                name="receipt_after_delivery",
            ),
        ]
        indexes = [
            models.Index(fields=["received_on", "due_on"]),
            models.Index(fields=["organisation"], condition=Q(received_on=None), name="receipt_not_signed"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.document}"

    @property
    def by(self) -> str:
        """Who received it, by name; empty while nobody has."""
        return str(self.received_by) if self.received_by else self.receiver


class CopyShare(models.Model):
    """分发: how many printed copies of a paper somebody was given."""

    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="shares"
    )
    receiver = models.CharField(_("handed out to"), max_length=100)
    number = models.PositiveIntegerField(_("number of copies"))
    given_on = models.DateField(_("handed out on"))
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("handed out by"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("printed copies")
        verbose_name_plural = _("printed copies")
        ordering = ["given_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["document", "receiver"], name="copies_once_a_receiver"),
            models.CheckConstraint(condition=~Q(receiver=""), name="copies_have_receiver"),
        ]

    def __str__(self) -> str:
        return f"{self.document}: {self.receiver} {self.number}"


auditlog.register(Document, exclude_fields=["context"])
auditlog.register(Receipt, exclude_fields=["due_counted"])
auditlog.register(CopyShare)
