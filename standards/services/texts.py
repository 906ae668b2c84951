"""Writing the text of a rulebook's draft, article by article.

The draft's row is held meanwhile, so that two who write come one after the other; who wrote over what they
had not seen is told (`core.changes` compares the values, `seen` the moment between).
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import require_office
from standards import fingerprints
from standards.models import Article, Chapter, Rulebook

from .drafts import STALE, StaleDraft, locked

# What the Chinese numerals of articles go up to.
MOST_ARTICLES = 99
# Above any place an article has in its chapter.
_OUT_OF_THE_WAY = 1000


@transaction.atomic
def rename_chapter(*, chapter: Chapter, name: str, seen: str, by: User) -> None:
    require_office(by)
    _hold(chapter.rulebook, chapter, seen)
    chapter.name = name
    chapter.full_clean()
    chapter.save(update_fields=["name"])


@transaction.atomic
def add_article(*, chapter: Chapter, text: str, place: int, by: User) -> Article:
    """Put a new article into a chapter at this place; what stood there moves down."""
    require_office(by)
    locked(chapter.rulebook)
    if Article.objects.filter(chapter__rulebook=chapter.rulebook_id).count() >= MOST_ARTICLES:
        raise ValidationError(_("A rulebook has at most %(n)d articles.") % {"n": MOST_ARTICLES})
    key = (Article.objects.aggregate(Max("key"))["key__max"] or 0) + 1
    article = Article(chapter=chapter, ordinal=_OUT_OF_THE_WAY, key=key, text=text)
    article.full_clean()
    article.save()
    _place(article, place)
    return article


@transaction.atomic
def write_article(*, article: Article, text: str, place: int, seen: str, by: User) -> None:
    """Change what an article says, and where it stands in its chapter."""
    require_office(by)
    _hold(article.chapter.rulebook, article, seen)
    article.text = text
    article.full_clean()
    article.save(update_fields=["text"])
    _place(article, place)


@transaction.atomic
def remove_article(*, article: Article, by: User) -> None:
    """Take an article out of a draft; its key is not used again while any version has it."""
    require_office(by)
    locked(article.chapter.rulebook)
    chapter = article.chapter
    article.delete()
    _number(chapter, list(chapter.articles.order_by("ordinal")))


def _hold(draft: Rulebook, record: Article | Chapter, seen: str) -> None:
    """The draft is held, and the record as the page showed it."""
    locked(draft)
    current = type(record)._default_manager.filter(pk=record.pk).first()
    if current is None or fingerprints.fingerprint(current) != seen:
        raise StaleDraft(_(STALE))


def _place(article: Article, place: int) -> None:
    others = list(article.chapter.articles.exclude(pk=article.pk).order_by("ordinal"))
    place = min(max(place, 1), len(others) + 1)
    _number(article.chapter, [*others[: place - 1], article, *others[place - 1 :]])


def _number(chapter: Chapter, articles: list[Article]) -> None:
    """Their places from 1 on; a place is taken once in a chapter, so first all that move make room."""
    moved = [(place, one) for place, one in enumerate(articles, start=1) if one.ordinal != place]
    Article.objects.filter(pk__in=[one.pk for _place, one in moved]).update(
        ordinal=F("ordinal") + 2 * _OUT_OF_THE_WAY
    )
    for place, one in moved:
        one.ordinal = place
        one.save(update_fields=["ordinal"])
