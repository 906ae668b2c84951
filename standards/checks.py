"""Whether a draft may be published: its points add up, its items say what they must, its codes are unique."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Model
from django.utils.translation import gettext as _

from core.clock import today

from .citing import no_longer
from .consulted import consulted
from .enums import Kind
from .models import Item, Rulebook, Section, Standard
from .placeholders import field_names, named
from .points import plain

# What an item must say before it is published; a draft may still lack it.
NEEDED = ("text", "clause", "keyword", "evidence_hint", "disclosure_form")


def field_label(model: type[Model], name: str) -> str:
    """What a field is called on the page."""
    return str(getattr(model._meta.get_field(name), "verbose_name"))  # noqa: B009  # not of every relation


@dataclass(frozen=True)
class Sum:
    """Points that are laid down, and what their parts make."""

    points: Decimal
    parts: Decimal

    @classmethod
    def of(cls, points: Decimal, parts: Iterable[Decimal]) -> "Sum":
        return cls(points, sum(parts, Decimal(0)))

    @property
    def is_right(self) -> bool:
        return self.parts == self.points

    @property
    def missing(self) -> Decimal:
        """How many points the parts still lack; below zero when they are too many."""
        return self.points - self.parts


@dataclass(frozen=True)
class Balance:
    """The sums of a standard: its sections make its total, each section's items the section's points."""

    total: Sum
    sections: tuple[Sum, ...]

    @property
    def is_right(self) -> bool:
        return self.total.is_right and all(section.is_right for section in self.sections)


def balance(total: Decimal, sections: Sequence[tuple[Decimal, Iterable[Decimal]]]) -> Balance:
    """[(the section's points, its items' points), …] weighed against each other and the total."""
    return Balance(
        Sum.of(total, (points for points, _items in sections)),
        tuple(Sum.of(points, items) for points, items in sections),
    )


def balance_of(standard: Standard) -> Balance:
    """The sums of a standard whose items are loaded, in the order of its sections."""
    return balance(
        standard.total,
        [(part.points, [item.points for item in part.items.all()]) for part in standard.sections.all()],
    )


@dataclass(frozen=True)
class Problem:
    """One reason against publication, and the section whose screen mends it."""

    text: str
    section: Section | None = None


def problems(version: Standard | Rulebook) -> list[Problem]:
    """Every reason why this draft may not be published yet; none when it may."""
    found = [] if version.note.strip() else [Problem(_("Say what is new in this version."))]
    if isinstance(version, Rulebook):
        return [*found, *_of_rulebook(version), *_of_consultation(version)]
    return [*found, *_of_standard(version)]


def wrong_codes(section: Section, codes: Sequence[str]) -> dict[str, str]:
    """The codes of a section's items that cannot stand, with the reason.

    A code bears kind and section, such as ZW-1.3, so what is unique in its
    section is unique in the standard.
    """
    beginning = f"{Kind(section.standard.kind).prefix}-{section.ordinal}."
    wrong = {code: _("Two items bear the code %(code)s.") for code, n in Counter(codes).items() if n > 1}
    wrong |= {
        code: _("The code %(code)s does not read %(beginning)s and a number.")
        for code in codes
        if not re.fullmatch(re.escape(beginning) + r"[1-9][0-9]{0,2}", code)
    }
    return {code: reason % {"code": code, "beginning": beginning} for code, reason in wrong.items()}


def _of_rulebook(rulebook: Rulebook) -> Iterator[Problem]:
    """Its text says every number that results are counted by."""
    said: set[str] = set()
    for chapter in rulebook.chapters.all():
        said.update(*(named(article.text) for article in chapter.articles.all()))
    for name in field_names():
        if name not in said:
            facts = {"name": name, "label": field_label(Rulebook, name)}
            yield Problem(_("No article names {%(name)s} (%(label)s).") % facts)


def _of_consultation(rulebook: Rulebook) -> Iterator[Problem]:
    """Who was asked has had the time to answer, and has an answer to what it proposed."""
    if found := consulted(rulebook):
        yield from map(Problem, found.obstacles())


def _of_standard(standard: Standard) -> Iterator[Problem]:
    sums = balance_of(standard)
    if not sums.total.is_right:
        yield Problem(
            _("The sections make %(parts)s of the standard's %(points)s points.")
            % {"parts": plain(sums.total.parts), "points": plain(sums.total.points)}
        )
    for section, points in zip(standard.sections.all(), sums.sections, strict=True):
        items = list(section.items.all())
        for text in (*_of_sum(points), *_of_section(section, items), *_of_grounds(items)):
            yield Problem(_("%(section)s: %(problem)s") % {"section": section, "problem": text}, section)


def _of_grounds(items: list[Item]) -> Iterator[str]:
    """What is published anew cites no law that holds no longer."""
    for item in items:
        if item.grounds:
            for told in no_longer(item.grounds, on=today()):
                yield _("%(code)s: %(problem)s") % {"code": item.code, "problem": told}


def _of_sum(points: Sum) -> Iterator[str]:
    if not points.is_right:
        yield sum_words(points)


def sum_words(points: Sum) -> str:
    """How the items of a section stand to its points."""
    return _("its items make %(parts)s of its %(points)s points.") % {
        "parts": plain(points.parts),
        "points": plain(points.points),
    }


def _of_section(section: Section, items: list[Item]) -> Iterator[str]:
    labels = {name: field_label(Item, name) for name in NEEDED}
    if not section.text.strip():
        yield _("the plan's words are missing.")
    if not items:
        yield _("it has no item.")
    yield from wrong_codes(section, [item.code for item in items]).values()
    for item in items:
        if empty := [label for name, label in labels.items() if not getattr(item, name)]:
            yield _("%(code)s lacks: %(fields)s.") % {"code": item.code, "fields": _(", ").join(empty)}
