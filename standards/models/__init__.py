"""Records of this room: the versions of standards and rulebook, and the rulebook's text."""

from .grounds import Ground
from .opinions import Consultation, Opinion, Proposal
from .text import Article, Chapter
from .versions import RANGES, Item, Rulebook, Section, Standard, Version, VersionQuerySet, points_field

__all__ = [
    "RANGES",
    "Article",
    "Chapter",
    "Consultation",
    "Ground",
    "Item",
    "Opinion",
    "Proposal",
    "Rulebook",
    "Section",
    "Standard",
    "Version",
    "VersionQuerySet",
    "points_field",
]
