"""The rulebook's own text, in chapters and articles."""

from auditlog.registry import auditlog
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.numerals import zh_ordinal
from standards import placeholders

from .versions import Rulebook


class Chapter(models.Model):
    """One of the rulebook's chapters."""

    rulebook = models.ForeignKey(
        Rulebook, verbose_name=_("rulebook"), on_delete=models.CASCADE, related_name="chapters"
    )
    ordinal = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=40)

    class Meta:
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")
        ordering = ["rulebook", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["rulebook", "ordinal"], name="chapter_number_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def number(self) -> str:
        """As it stands above the chapter: 第二章."""
        return f"第{zh_ordinal(self.ordinal)}章"


class Article(models.Model):
    """One article. Where it tells a number of the rulebook it names the field: {pass_mark}.

    Its place is counted within its chapter; what stands above it, 第十二条, is counted through all chapters
    (`standards.wording`); `reading` keeps all of it for the search from the day it comes into force. `key` is
    the same in all versions, whatever place the article has in them.
    """

    chapter = models.ForeignKey(
        Chapter, verbose_name=_("chapter"), on_delete=models.CASCADE, related_name="articles"
    )
    ordinal = models.PositiveSmallIntegerField(_("place in its chapter"))
    key = models.PositiveIntegerField(_("key, the same in all versions"))
    text = models.TextField(_("text"), max_length=2000)
    reading = models.TextField(
        _("as it reads since it is in force"),
        blank=True,
        help_text=_("With number and numbers; empty in a draft."),
    )

    class Meta:
        verbose_name = _("article of the rulebook")
        verbose_name_plural = _("articles of the rulebook")
        ordering = ["chapter__ordinal", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["chapter", "ordinal"], name="article_place_once"),
            models.UniqueConstraint(fields=["chapter", "key"], name="article_key_once"),
        ]

    def __str__(self) -> str:
        return self.text[:40]

    def clean(self) -> None:
        """It names no number that the rulebook does not have."""
        if wrong := placeholders.wrong(self.text):
            raise ValidationError({"text": wrong})


auditlog.register(Chapter)
auditlog.register(Article)
