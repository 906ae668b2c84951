"""How people ask for what is called otherwise here, and what they asked for in vain."""

import datetime
from typing import Self

from auditlog.registry import auditlog
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.http import record_address
from core.models import Worded
from publicity.rules import keeps_search_words
from publicity.website_columns import column_choices


class SearchWordQuerySet(models.QuerySet["SearchWord"]):
    def visible_to(self, user: User) -> Self:
        return self if keeps_search_words(user) else self.none()


class SearchWord(Worded):
    """A word people type, and what it means here: other words, a page of this site, or both."""

    asked = models.CharField(_("what people type"), max_length=30, unique=True)
    meant = models.CharField(_("what it is called here"), max_length=30, blank=True)
    page = models.CharField(_("page it leads to"), max_length=30, blank=True, choices=column_choices)

    objects = SearchWordQuerySet.as_manager()

    class Meta:
        verbose_name = _("search word")
        ordering = ["asked"]
        constraints = [
            models.CheckConstraint(condition=~Q(asked=""), name="search_word_is_asked"),
            models.CheckConstraint(condition=~Q(meant="") | ~Q(page=""), name="search_word_leads_somewhere"),
        ]

    def __str__(self) -> str:
        return self.asked

    def get_absolute_url(self) -> str:
        return record_address("publicity_desk:search_word", self.pk)


class SearchMissQuerySet(models.QuerySet["SearchMiss"]):
    def visible_to(self, user: User) -> Self:
        return self if keeps_search_words(user) else self.none()

    def often(self) -> Self:
        """What was asked for so often that it is no single person's: the most asked first."""
        return self.filter(times__gte=SearchMiss.OFTEN).order_by("-times", "words")


class SearchMiss(models.Model):
    """Words that nothing published answered, and how often they were asked for; never by whom."""

    OFTEN = 3
    # So many are kept, and so long (days after the last time).
    MOST, KEPT_DAYS = 1000, 90

    words = models.CharField(_("words"), max_length=30, unique=True)
    times = models.PositiveIntegerField(_("times"), default=1)
    last_on = models.DateField(_("last asked for on"))

    objects = SearchMissQuerySet.as_manager()

    class Meta:
        verbose_name = _("search in vain")
        ordering = ["-times", "words"]

    def __str__(self) -> str:
        return self.words

    @classmethod
    def count(cls, words: str, *, on: datetime.date) -> None:
        """One more time that nothing answered these words."""
        if cls.objects.filter(words=words).update(times=F("times") + 1, last_on=on):
            return
        if cls.objects.count() < cls.MOST:
            cls.objects.get_or_create(words=words, defaults={"last_on": on})


auditlog.register(SearchWord)
