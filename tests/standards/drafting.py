"""Drafts as the office makes them, and the answers a browser would send from a section's screen."""

import datetime
from typing import Any

from django.forms import model_to_dict

from accounts.enums import Role
from accounts.models import Organisation, User
from standards import services
from standards.enums import Kind, Stance
from standards.fingerprints import of_section, of_version
from standards.models import Article, Consultation, Item, Opinion, Rulebook, Section, Standard
from tests import factories, reviewing


def office() -> User:
    """The one office account of a test."""
    return User.objects.filter(role=Role.OFFICE).first() or factories.user(Role.OFFICE)


def in_force(kind: str = Kind.SERVICE) -> Standard:
    return Standard.objects.published().get(kind=kind)


def draft(kind: str = Kind.SERVICE) -> Standard:
    return services.draft_from(version=in_force(kind), note="示例：试改一处", by=office())


def draft_rulebook() -> Rulebook:
    return services.draft_from(version=Rulebook.objects.published().get(), note="示例：试改", by=office())


def asked(*organisations: Organisation, answer_by: str = "2008-01-20") -> Consultation:
    """A draft sent for opinions, to whoever can answer unless it is said."""
    return services.ask(
        draft=draft_rulebook(),
        organisations=organisations or services.can_be_asked(),
        letter="请就草稿提出意见。（示例）",
        answer_by=datetime.date.fromisoformat(answer_by),
        by=office(),
    )


def gives(opinion: Opinion, *proposals: str, by: User, article: Article | None = None) -> None:
    """It proposes these, to the article or to the whole; without any it agrees."""
    stance = Stance.PROPOSES if proposals else Stance.AGREES
    services.give(opinion=opinion, stance=stance, proposals=[(article, text) for text in proposals], by=by)


def section_of(standard: Standard, ordinal: int = 1) -> Section:
    return standard.sections.get(ordinal=ordinal)


def item_values(item: Item) -> dict[str, Any]:
    return model_to_dict(item, exclude=["id", "section", "ordinal"])


def save(section: Section, items: list[dict[str, Any]] | None = None, **changes) -> None:
    """Save a section with these items, as it is otherwise."""
    values = {"name": section.name, "text": section.text, "points": section.points}
    services.save_section(
        section=section,
        values={**values, **{name: value for name, value in changes.items() if name in values}},
        items=[item_values(item) for item in section.items.all()] if items is None else items,
        seen=changes.get("seen", of_section(section)),
        by=changes.get("by", office()),
    )


def publish(version, *, adopt: bool = False, by: User | None = None) -> None:
    """Reviewed for secrets by others, and published by the one office account, unless somebody is named."""
    by = by or office()
    reviewing.clear(version._meta.model_name, version)
    services.publish(draft=version, adopt=adopt, seen=of_version(version), by=by)


def screen(section: Section, **changes) -> dict[str, str]:
    """What a browser sends from the section's screen; `changes` are fields as they stand in the page."""
    items = list(section.items.all())
    body = {
        "seen": of_section(section),
        "name": section.name,
        "text": section.text,
        "points": str(section.points),
        "form-TOTAL_FORMS": str(len(items) + 1),
        "form-INITIAL_FORMS": str(len(items)),
    }
    for number, item in enumerate(items):
        body |= {
            f"form-{number}-{name}": _sent(value)
            for name, value in item_values(item).items()
            if value is not False
        }
        body[f"form-{number}-ORDER"] = str(item.ordinal)
    return {**body, **changes}


def _sent(value: Any) -> Any:
    """As a browser sends what stands in a field."""
    if isinstance(value, list):
        return value
    return "on" if value is True else "" if value is None else str(value)
