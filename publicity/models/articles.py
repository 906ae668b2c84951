"""Meetings, commendations, news and good practices (plan, part five, four)."""

import datetime
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from publicity.enums import ArticleKind
from sites.models import Programme, Site


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self, *, on: datetime.date) -> Self:
        return self.filter(published_on__lte=on)


class Article(models.Model):
    """Plain text with line breaks; nothing a reader's browser would run."""

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="articles"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ArticleKind)
    title = models.CharField(_("title"), max_length=100)
    text = models.TextField(_("text"))
    sites = models.ManyToManyField(Site, verbose_name=_("sites"), related_name="articles", blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.PROTECT, related_name="+"
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        ordering = ["-published_on", "-pk"]

    def __str__(self) -> str:
        return self.title


auditlog.register(Article)
