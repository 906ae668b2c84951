"""Meetings, commendations, news and good practices (plan, part five, four)."""

import datetime
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.rules import sees_city
from core.http import record_address
from core.kept_files import KeptFile
from core.models import Worded
from publicity.enums import ArticleKind, ArticleState
from publicity.rules import reads_articles
from sites.enums import Stage
from sites.models import Programme, Site
from standards.models import Ground, Item


class ArticleQuerySet(models.QuerySet["Article"]):
    def visible_to(self, user: User) -> Self:
        """At the desk: the city all, district offices and liaisons what is out and their own body's drafts.

        A recusal is a hard deny: it takes away whatever is about the site.
        """
        return self._of_role(user).exclude(sites__in=user.recused_sites())

    def _of_role(self, user: User) -> Self:
        if sees_city(user):
            return self
        if reads_articles(user):
            own = Q(organisation=user.organisation_id)
            return self.filter(own | Q(published_on__isnull=False, withdrawn_on=None))
        return self.none()

    def in_state(self, state: str) -> Self:
        if state == ArticleState.WITHDRAWN:
            return self.exclude(withdrawn_on=None)
        return self.standing().filter(published_on__isnull=state == ArticleState.DRAFT)

    def published(self, *, on: datetime.date) -> Self:
        """What has a page of its own for the public, those taken back too: it says so.

        A correction has none, before it is carried over into its article and after.
        """
        return self.filter(published_on__lte=on, corrects=None)

    def listed(self, *, on: datetime.date) -> Self:
        """What the public finds in lists and by the search."""
        return self.published(on=on).standing()

    def standing(self) -> Self:
        return self.filter(withdrawn_on=None)

    def without_corrections_made(self) -> Self:
        """For the desk's list: a correction that was carried over stands in its article."""
        return self.exclude(corrects__isnull=False, published_on__isnull=False)

    def on_item(self, code: str) -> Self:
        """About the item of this code, in whichever version of the standard."""
        return self.filter(items__in=Item.objects.filter(code=code))

    def with_reuse_count(self) -> Self:
        """Each, once, with `reuse_count`: how many units took it up, as the office confirmed."""
        confirmed = Q(reuses__removed_on=None, reuses__confirmed_on__isnull=False)
        return self.annotate(reuse_count=Count("reuses", filter=confirmed, distinct=True))


class Article(Worded):
    """Plain text with line breaks; nothing a reader's browser would run.

    What is published stays as it was read before it went out; a change of it is a draft of its own, which
    `corrects` it, and is carried over into it when it is published.
    """

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="articles"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ArticleKind)
    title = models.CharField(_("title"), max_length=100)
    text = models.TextField(_("text"))
    held_on = models.DateField(_("held on"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=100, blank=True)
    sites = models.ManyToManyField(Site, verbose_name=_("sites"), related_name="articles", blank=True)
    items = models.ManyToManyField(Item, verbose_name=_("items"), related_name="+", blank=True)
    grounds = models.ManyToManyField(
        Ground, verbose_name=_("grounds it cites"), related_name="articles", blank=True
    )
    published_on = models.DateField(_("published on"), null=True, blank=True)
    corrects = models.ForeignKey(
        "self",
        verbose_name=_("correction of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrections",
    )
    corrected_on = models.DateField(_("corrected on"), null=True, blank=True)
    withdrawn_on = models.DateField(_("taken back on"), null=True, blank=True)
    withdrawal_reason = models.CharField(_("why it was taken back"), max_length=300, blank=True)
    # The article is gone at once; the reason is public from this day, once it was reviewed for secrets.
    withdrawal_told_on = models.DateField(_("reason public since"), null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.PROTECT, related_name="+"
    )
    writers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("written by"), related_name="+", blank=True
    )
    # Whom it is from: the author's body when it was drafted, wherever the author went since.
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        ordering = ["-published_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdrawal_reason="")
                | Q(withdrawn_on__isnull=False) & ~Q(withdrawal_reason=""),
                name="article_withdrawal_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(withdrawal_told_on=None) | Q(withdrawn_on__isnull=False),
                name="article_withdrawal_told_is_withdrawn",
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                condition=Q(published_on=None, withdrawn_on=None),
                name="article_has_one_correction_waiting",
            ),
        ]

    @property
    def keeps_its_reason(self) -> bool:
        """Withdrawn from the public, who do not read yet why; nobody ever read a draft or a correction."""
        was_public = self.published_on and not self.corrects_id
        return bool(was_public and self.withdrawn_on and not self.withdrawal_told_on)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return record_address("publicity:article", self.pk)

    @property
    def state(self) -> ArticleState:
        if self.withdrawn_on:
            return ArticleState.WITHDRAWN
        return ArticleState.PUBLISHED if self.published_on else ArticleState.DRAFT

    @property
    def paragraphs(self) -> list[str]:
        """Each line is a paragraph; empty ones only set them apart while writing."""
        return [line for line in self.text.splitlines() if line.strip()]

    @property
    def listed_sites(self) -> list[Site]:
        """Those the public may know of."""
        return [site for site in self.sites.all() if site.stage in Stage.LISTED]

    @property
    def pictures(self) -> "list[ArticleFile]":
        """What is shown in it, in the order it came; picked out here, as lists load the files of many."""
        return [file for file in self.files.all() if file.is_picture and not file.removed_on]

    @property
    def attachments(self) -> "list[ArticleFile]":
        return [file for file in self.files.all() if not file.is_picture and not file.removed_on]


class ArticleFileQuerySet(models.QuerySet["ArticleFile"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(article__in=Article.objects.visible_to(user))

    def standing(self) -> Self:
        """Without those that were taken off."""
        return self.filter(removed_on=None)


class ArticleFile(KeptFile):
    """A picture or an attachment of an article; pictures are shown without camera data."""

    folder = "articles"

    article = models.ForeignKey(
        Article, verbose_name=_("article"), on_delete=models.PROTECT, related_name="files"
    )
    caption = models.CharField(_("caption"), max_length=100, blank=True)

    objects = ArticleFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of an article")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "sha256"], name="article_holds_a_file_once")
        ]


class ReuseQuerySet(models.QuerySet["Reuse"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(article__in=Article.objects.visible_to(user))

    def standing(self) -> Self:
        """Without those entered by mistake."""
        return self.filter(removed_on=None)

    def waiting(self) -> Self:
        """What the office has still to read before the public does."""
        return self.standing().filter(confirmed_on=None, article__withdrawn_on=None)


class Reuse(models.Model):
    """A unit that took up a good practice, and how: 引导、带动和辐射 made countable."""

    article = models.ForeignKey(
        Article, verbose_name=_("good practice"), on_delete=models.PROTECT, related_name="reuses"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("taken up by"), on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(_("how it was taken up"), max_length=300)
    on = models.DateField(_("on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), on_delete=models.PROTECT, related_name="+"
    )
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    removed_on = models.DateField(_("removed on"), null=True, blank=True)

    objects = ReuseQuerySet.as_manager()

    class Meta:
        verbose_name = _("reuse of a good practice")
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "organisation"], condition=Q(removed_on=None), name="reuse_once_a_unit"
            ),
            models.CheckConstraint(condition=~Q(note=""), name="reuse_says_how"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.article}"


auditlog.register(Article, m2m_fields={"sites", "items", "grounds", "writers"})
auditlog.register(ArticleFile)
auditlog.register(Reuse)
