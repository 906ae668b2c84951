"""Drafting a version: begun as a copy, written screen by screen, discarded again.

Whoever saves says what they had seen (`seen`, see fingerprints.py): of two
people at the same text the second is told, not the first overwritten.
"""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import TypeVar, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Motion, User
from accounts.rules import require_office
from core.acting import Refusal
from standards import fingerprints
from standards.checks import NEEDED, wrong_codes
from standards.enums import Kind, VersionState
from standards.models import Article, Item, Opinion, Rulebook, Section, Standard

V = TypeVar("V", bound=Standard | Rulebook)
R = TypeVar("R", bound=Model)
Values = Mapping[str, object]
STALE = gettext_noop(
    "Somebody else has saved this since you opened it. Your own entry stands below: save it again to put it "
    "in the other's place, or reload the page to leave the other's."
)
# Above any number an item has in its section.
_OUT_OF_THE_WAY = 1000


class NotADraft(Refusal):
    """The version was published or discarded meanwhile."""


class StaleDraft(Refusal):
    """Somebody else has changed what is to be saved."""


@transaction.atomic
def draft_from(*, version: V, note: str, by: User) -> V:
    """A new draft with everything `version` says; one draft of a text at a time."""
    require_office(by)
    # The first version stands for the whole text: two people who begin at once come one after the other.
    version.series().select_for_update().order_by("version").first()
    if version.series().drafts().exists():
        raise ValidationError(_("There is a draft already; publish or discard it first."))
    last = version.series().aggregate(Max("version"))["version__max"]
    draft = _copied(version, version=last + 1, state=VersionState.DRAFT, published_on=None, note=note)
    if isinstance(version, Standard):
        for section in version.sections.prefetch_related("items"):
            part = _copied(section, standard=draft)
            Item.objects.bulk_create(_renewed(item, section=part) for item in section.items.all())
    else:
        for chapter in version.chapters.prefetch_related("articles"):
            copied = _copied(chapter, rulebook=draft)
            Article.objects.bulk_create(
                _renewed(each, chapter=copied, reading="") for each in chapter.articles.all()
            )
    return draft


@transaction.atomic
def revise(*, draft: V, values: Values, seen: str, by: User) -> None:
    """Write a draft's own fields: a standard's head, a rulebook's numbers."""
    require_office(by)
    current = locked(draft)
    if fingerprints.fingerprint(current) != seen:
        raise StaleDraft(_(STALE))
    for name, value in values.items():
        setattr(current, name, value)
    current.full_clean()
    current.save(update_fields=list(values))


@transaction.atomic
def save_section(*, section: Section, values: Values, items: Sequence[Values], seen: str, by: User) -> None:
    """Write one section of a draft: its own fields, and its items in this order.

    An item is known by its code: what bears none gets the next free one, a
    code that is no longer among `items` is dropped. The points need not add
    up yet; publication sees to that.
    """
    require_office(by)
    locked(section.standard)
    section = Section.objects.select_related("standard").get(pk=section.pk)
    if fingerprints.of_section(section) != seen:
        raise StaleDraft(_(STALE))
    items = _coded(section, items)
    if wrong := wrong_codes(section, [str(item["code"]) for item in items]):
        raise ValidationError(list(wrong.values()))
    for name, value in values.items():
        setattr(section, name, value)
    section.full_clean()
    section.save()
    _write_items(section, items)


@transaction.atomic
def discard(*, draft: Standard | Rulebook, by: User) -> None:
    """Throw a draft away with everything in it; nothing was ever measured by it."""
    require_office(by)
    held = locked(draft)
    if Motion.objects.about(held).open().exists():
        raise Refusal(_("This draft lies before the leading group: take the proposal back first."))
    if Opinion.objects.filter(consultation__rulebook=held.pk).exclude(stance="").exists():
        raise Refusal(_("Opinions were given on this draft, so it stays: change it, or publish it."))
    held.delete()


def locked(draft: V) -> V:
    """The draft's row as it is now, held until the transaction ends; raises NotADraft when it is none."""
    found = draft.series().drafts().select_for_update().filter(pk=draft.pk).first()
    if found is None:
        raise NotADraft(_("This version is no draft any more: it was published or discarded meanwhile."))
    return cast("V", found)


def _copied(record: R, **changes: object) -> R:
    """A copy of a record, in the database."""
    copied = _renewed(record, **changes)
    copied.save(force_insert=True)
    return copied


def _renewed(record: R, **changes: object) -> R:
    """A copy of a record that is not in the database yet."""
    values = {field.name: getattr(record, field.name) for field in record._meta.concrete_fields}
    return type(record)(**{**values, "id": None, **changes})


def _coded(section: Section, items: Sequence[Values]) -> list[Values]:
    """The items, each with a code; a new one follows the highest number that any version has used."""
    kind = section.standard.kind
    beginning = f"{Kind(kind).prefix}-{section.ordinal}."
    used = Item.objects.filter(section__standard__kind=kind, code__startswith=beginning)
    codes = [*used.values_list("code", flat=True), *(str(item["code"]) for item in items)]
    numbers = (code.removeprefix(beginning) for code in codes if code.startswith(beginning))
    free = count(max((int(number) for number in numbers if number.isdecimal()), default=0) + 1)
    return [item if item["code"] else {**item, "code": f"{beginning}{next(free)}"} for item in items]


def _write_items(section: Section, items: Sequence[Values]) -> None:
    places = {str(item["code"]): place for place, item in enumerate(items, start=1)}
    kept = {item.code: item for item in section.items.all()}
    for code in kept.keys() - places.keys():
        kept.pop(code).delete()
    if any(item.ordinal != places[code] for code, item in kept.items()):
        # A number is borne once in a section: first all make room.
        section.items.update(ordinal=F("ordinal") + _OUT_OF_THE_WAY)
    for values in items:
        item = kept.get(str(values["code"])) or Item(section=section)
        for name, value in values.items():
            setattr(item, name, value)
        item.ordinal = places[item.code]
        item.clean_fields(exclude={"section", *(name for name in NEEDED if not values.get(name))})
        item.clean()
        item.save()
