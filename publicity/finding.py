"""Where a question leads that no record answers: pages, names that sound alike, what comes nearest.

`core.search` finds what holds every word. People ask otherwise: “怎么投诉”, a name with a wrong character,
its initials. So a question is also laid beside the site's own pages and the guide's sections, beside the
names of sites by their sound, and, where all that gives nothing, beside everything published by pairs of
characters: two Chinese characters are the shortest word, and trigrams know none of two.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import get_language

from core.search import NEAREST, Group, Hit, Query, nearest, search
from publicity.guide import page
from publicity.models import SearchWord
from publicity.search import PUBLISHED
from publicity.services.search_words import plain
from publicity.website_columns import COLUMNS
from sites.models import Site

# What a question has beside the words it is about.
_ASKING = re.compile(
    "请问|怎么样|怎么办|怎么|怎样|如何|哪里|哪儿|在哪|什么时候|什么|多少|几点|能不能|可不可以|可以|我要|我想|"
    "想要|是不是|有没有|谁|吗|呢|啊|的|了"
)
_RUN = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
# So much of a question must stand in a page, and in a record, for it to be shown.
_OF_A_PAGE, _OF_A_RECORD = 0.6, 0.4
MOST_PAGES = 2
# Of what somebody types into a form: so many pieces are looked for, and so much of them must be found.
_MOST_PIECES, _OF_A_QUESTION = 24, 0.3
# Names are compared by their sound from so many letters on.
_LETTERS = 2


@dataclass(frozen=True)
class Place:
    """A page of this site, or a section of the guide, that may be the answer."""

    title: str
    url: str
    about: str
    asked: str
    text: str = ""


def pieces_of(text: str) -> list[str]:
    """The pairs of characters of a question, whole Latin words and numbers; each once, in their order."""
    about = _ASKING.sub(" ", text.lower())
    return list(dict.fromkeys(piece for run in _RUN.findall(about) for piece in _pieces(run)))


def _pieces(run: str) -> Iterator[str]:
    if run.isascii() or len(run) == 1:
        yield run
    for at in range(len(run) - 1) if not run.isascii() else ():
        yield run[at : at + 2]


def words_in(query: Query) -> list[SearchWord]:
    """The office's words that stand in a question, the longest first: what it says counts before all else."""
    asked = plain(query.text)
    known = [word for word in SearchWord.objects.all() if word.asked in asked]
    return sorted(known, key=lambda word: -len(word.asked))


def found_by_words(query: Query, words: list[SearchWord]) -> tuple[list[str], list[Group[None]]]:
    """The first few of each kind, of what a question means before what it says; and what it was taken for."""
    meant = dict.fromkeys(word.meant for word in words if word.meant and word.meant not in query.text)
    found = [(text, search(PUBLISHED, Query(text), None)) for text in meant]
    groups = {group.source.key: group for _text, groups in found for group in groups}
    groups |= {
        group.source.key: group for group in search(PUBLISHED, query, None) if group.source.key not in groups
    }
    return [text for text, groups in found if groups], list(groups.values())


def pages_for(query: Query, words: list[SearchWord]) -> list[Place]:
    """The pages that a question is about, at most MOST_PAGES: what its words lead to, then what fits best."""
    pieces = pieces_of(query.text)
    places = _places(get_language())
    fitting = [(_fit(place, pieces), place) for place in places.values()] if pieces else []
    named = [places[word.page] for word in words if word.page in places]
    best = [place for fit, place in sorted(fitting, key=lambda each: -each[0]) if fit >= _OF_A_PAGE]
    return list(dict.fromkeys([*named, *best]))[:MOST_PAGES]


def _fit(place: Place, pieces: list[str]) -> float:
    """How much of a question stands in a page: in its name or as people ask for it wholly, else a third."""
    called = f"{place.title} {place.asked}".lower()
    held = (1.0 if piece in called else 1 / 3 if piece in place.text else 0.0 for piece in pieces)
    return sum(held) / len(pieces)


@cache
def _places(_language: str | None) -> dict[str, Place]:
    """By name: of the columns, and of the sections of the guide for the public."""
    columns = {
        each.name: Place(str(each.label), each.url, str(each.about), each.asked)
        for each in COLUMNS.values()
        if each.name != "search"
    }
    guide = page("public")
    url, texts = guide.get_absolute_url(), re.split(r"<h2\b", guide.html)[1:]
    sections = {
        f"guide-{each.anchor}": Place(
            each.title, f"{url}#{each.anchor}", guide.title, "", strip_tags(f"<h2{text}")
        )
        for each, text in zip(guide.sections, texts, strict=True)
    }
    return columns | sections


def alike(query: Query) -> list[Hit]:
    """Sites whose name, or whose unit's, sounds like what was typed: 公正处 for 公证处, `gongzheng`, gzc."""
    asked = query.text.replace(" ", "").lower()
    sound = asked if asked.isascii() else _sounds(asked)[0]
    if len(sound) < _LETTERS or not sound.isalpha():
        return []
    [kind] = (each for each in PUBLISHED if each.key == "sites")
    names = Site.objects.listed().order_by(*kind.order).values_list("pk", "window_name", "organisation__name")
    found = [key for key, *called in names if any(_is_alike(asked, sound, name) for name in called)]
    records = Site.objects.filter(pk__in=found[:NEAREST]).order_by(*kind.order)
    return [
        Hit(
            f"{site.window_name}（{site.organisation.name}）",
            reverse("publicity:site", args=[site.pk]),
            None,
            "",
        )
        for site in records.select_related("organisation")
    ]


def _is_alike(asked: str, sound: str, name: str) -> bool:
    whole, initials = _sounds(name)
    return sound in whole or (asked.isascii() and asked in initials)


@lru_cache(maxsize=50_000)
def _sounds(text: str) -> tuple[str, str]:
    """A text as it is spoken, in letters without tones, and its initials."""
    # Its tables are for who mistypes alone.
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    spoken = lazy_pinyin("".join(char for char in text.lower() if char.isalnum()))
    return "".join(spoken), "".join(each[:1] for each in spoken)


def nearest_to(query: Query) -> list[Hit]:
    """Where nothing holds every word: what sounds alike, then what holds the most pieces of it."""
    found = alike(query)
    pieces = pieces_of(query.text)
    if pieces:
        least = max(1, math.ceil(len(pieces) * _OF_A_RECORD))
        known = {hit.url for hit in found}
        found += [hit for hit in nearest(PUBLISHED, pieces, least, query, None) if hit.url not in known]
    return found[:NEAREST]


def questions_like(text: str) -> list[Hit]:
    """The frequent questions that hold most of what somebody has typed so far, of its beginning."""
    pieces = pieces_of(text)[:_MOST_PIECES]
    if not pieces:
        return []
    [kind] = (each for each in PUBLISHED if each.key == "questions")
    least = max(2, math.ceil(len(pieces) * _OF_A_QUESTION))
    return nearest([kind], pieces, least, Query(text), None)
