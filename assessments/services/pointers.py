"""From a piece of evidence to the items it shows."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from assessments.models import Evidence, EvidencePointer
from standards.models import Item

# Item → page or clause where to look ("" where the whole file shows it).
Pointers = Mapping[Item, str]
MAX_PAGE = 60


def check_pointers(evidence: Evidence, pointers: Pointers) -> None:
    """Raise ValidationError (`pointers`) unless the items are of the visit's standard, or the site's kind."""
    items = Item.objects.filter(pk__in=[item.pk for item in pointers])
    if evidence.assessment:
        fitting = items.filter(section__standard=evidence.assessment.standard_id)
    else:
        fitting = items.filter(section__standard__kind=evidence.site.kind)
    if fitting.count() != len(pointers):
        raise ValidationError({"pointers": _("These items are not part of the site's standard.")})
    if any(len(page) > MAX_PAGE for page in pointers.values()):
        told = _("Say where to look in at most %(n)d characters.")
        raise ValidationError({"pointers": told % {"n": MAX_PAGE}})


def write_pointers(evidence: Evidence, pointers: Pointers, *, is_carried: bool = False) -> None:
    """Make `pointers` what the evidence shows, row by row, so that the trail records each change.

    `is_carried`: what is new comes of an earlier round.
    """
    standing = {pointer.item_id: pointer for pointer in evidence.pointers.all()}
    for item, page in pointers.items():
        pointer = standing.pop(item.pk, None) or EvidencePointer(evidence=evidence, item=item)
        if pointer.pk is None or pointer.page != page.strip():
            pointer.page, pointer.is_carried = page.strip(), is_carried
            pointer.save()
    for pointer in standing.values():
        pointer.delete()


def pointers_of(evidence: Evidence) -> Pointers:
    return {pointer.item: pointer.page for pointer in evidence.pointers.select_related("item")}
