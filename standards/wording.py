"""The rulebook as it reads, with the numbers it holds. It reads what was loaded and asks nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from core.numerals import zh_ordinal

from .models import Article, Chapter, Rulebook
from .placeholders import figures, filled


@dataclass(frozen=True)
class Reading:
    """An article as it reads, with the number it has in the whole text."""

    article: Article
    number: str  # 第十二条
    text: str
    figures: tuple[str, ...]  # numbers that are written out: results are not counted by them


@dataclass(frozen=True)
class ChapterReading:
    chapter: Chapter
    articles: tuple[Reading, ...]


def read(rulebook: Rulebook) -> list[ChapterReading]:
    """A rulebook loaded `with_items`; its articles are numbered through all chapters."""
    numbers = count(1)
    return [
        ChapterReading(chapter, tuple(_readings(chapter, rulebook, numbers)))
        for chapter in rulebook.chapters.all()
    ]


def readings(rulebook: Rulebook) -> dict[int, Reading]:
    """Its articles by their keys, in their order."""
    return {one.article.key: one for chapter in read(rulebook) for one in chapter.articles}


def keep_readings(draft: Rulebook) -> None:
    """Have the articles of a draft that comes into force say what they read like, for the search."""
    for reading in readings(draft).values():
        reading.article.reading = f"{reading.number}　{reading.text}"
        reading.article.save(update_fields=["reading"])


def _readings(chapter: Chapter, rulebook: Rulebook, numbers: Iterator[int]) -> Iterator[Reading]:
    for article in chapter.articles.all():
        number = f"第{zh_ordinal(next(numbers))}条"
        text = filled(article.text, rulebook)
        yield Reading(article, number, text, tuple(dict.fromkeys(figures(article.text))))
