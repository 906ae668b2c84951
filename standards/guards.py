"""Triggers by which the database itself refuses to change what was published, for SQLite and PostgreSQL."""

from collections.abc import Iterator

from audit.guards import guard
from core.triggers import Trigger

from .models import Article, Chapter, Item, Rulebook, Section, Standard

MESSAGE = "a published version never changes"

_STATE_OF_SECTION = "(SELECT state FROM standards_standard WHERE id = {row}.standard_id)"
_STATE_OF_ITEM = (
    "(SELECT v.state FROM standards_standard v JOIN standards_section p ON p.standard_id = v.id"
    " WHERE p.id = {row}.section_id)"
)
_STATE_OF_CHAPTER = "(SELECT state FROM standards_rulebook WHERE id = {row}.rulebook_id)"
_STATE_OF_ARTICLE = (
    "(SELECT v.state FROM standards_rulebook v JOIN standards_chapter p ON p.rulebook_id = v.id"
    " WHERE p.id = {row}.chapter_id)"
)
_PARTS = (
    (Section, _STATE_OF_SECTION),
    (Item, _STATE_OF_ITEM),
    (Chapter, _STATE_OF_CHAPTER),
    (Article, _STATE_OF_ARTICLE),
)


def published_guards() -> Iterator[Trigger]:
    """A version's own row may move on from published to retired; nothing else of it changes any more."""
    for model, state in _PARTS:
        # An update may not take a row out of a published version, nor move one of a draft into it.
        for event, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            yield guard(
                model, event, " OR ".join(f"{state.format(row=row)} <> 'draft'" for row in rows), MESSAGE
            )
    for version in (Standard, Rulebook):
        columns = [field.column for field in version._meta.concrete_fields]
        # As texts: PostgreSQL does not compare JSON.
        changed = " OR ".join(
            f"CAST(NEW.{column} AS TEXT) IS DISTINCT FROM CAST(OLD.{column} AS TEXT)"
            for column in columns
            if column not in ("id", "state")
        )
        backwards = "NEW.state = 'draft' OR (OLD.state = 'retired' AND NEW.state <> 'retired')"
        yield guard(version, "UPDATE", f"OLD.state <> 'draft' AND ({changed} OR {backwards})", MESSAGE)
        yield guard(version, "DELETE", "OLD.state <> 'draft'", MESSAGE)
