"""What a person has seen, so that a second one at the same text is told instead of overwritten."""

import hashlib
import json

from django.db.models import Model

from .models import Rulebook, Section, Standard
from .placeholders import field_names


def fingerprint(*records: Model) -> str:
    """A digest of all that these records say: it is the same as long as nobody has changed them."""
    facts = [
        [str(getattr(record, field.attname)) for field in record._meta.concrete_fields] for record in records
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def of_section(section: Section) -> str:
    """The section with its items, as its one screen shows them."""
    return fingerprint(section, *section.items.order_by("ordinal"))


def of_reading(rulebook: Rulebook) -> str:
    """What those read who are asked for an opinion: title, numbers and text, whatever becomes of it."""
    facts = [str(getattr(rulebook, name)) for name in ("title", *field_names())]
    text = [
        [chapter.name, *(article.text for article in chapter.articles.all())]
        for chapter in rulebook.chapters.all()
    ]
    return hashlib.sha256(json.dumps([facts, text]).encode()).hexdigest()


def of_version(version: Standard | Rulebook) -> str:
    """A version with everything in it, as the page before publication shows it."""
    if isinstance(version, Rulebook):
        chapters = version.chapters.all()
        articles = (article for chapter in chapters for article in chapter.articles.all())
        return fingerprint(version, *chapters, *articles)
    sections = version.sections.all()
    return fingerprint(version, *sections, *(item for section in sections for item in section.items.all()))
