"""Finding the same picture in other evidence of the programme."""

from collections.abc import Iterable, Iterator, Sequence
from heapq import nsmallest
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.services import notify
from assessments.models import Evidence, EvidenceFile, Twin
from core.picture_facts import ALIKE, bits_apart
from sites.services import people

# At most this many twins of one picture: a coat of arms on every page is not worth a thousand rows.
MOST = 20


class Known(NamedTuple):
    """A picture on record, as far as it is compared."""

    pk: int
    sha256: str
    likeness: str


def note_twins(evidence: Evidence, files: Sequence[EvidenceFile]) -> list[Twin]:
    """Record which of these new pictures are used elsewhere, and tell the office if by another site.

    The same evidence and its earlier versions do not count as elsewhere.
    """
    new = [file for file in files if file.is_picture]
    if not new:
        return []
    known = _known(evidence, new)
    twins = Twin.objects.bulk_create(twin for file in new for twin in _twins_of(file, known))
    if strangers := Twin.objects.filter(pk__in=[twin.pk for twin in twins]).across_sites():
        _tell_office(evidence, strangers.select_related("earlier__evidence__site"))
    return twins


def _known(evidence: Evidence, new: Sequence[EvidenceFile]) -> list[Known]:
    elsewhere = EvidenceFile.objects.pictures().filter(evidence__site__programme=evidence.site.programme_id)
    rows = elsewhere.exclude(evidence__in=_versions(evidence)).order_by("pk")
    return [Known(*row) for row in rows.values_list(*Known._fields)]


def _versions(evidence: Evidence) -> list[int]:
    """The evidence and those it replaces, step by step."""
    found = [evidence]
    while earlier := found[-1].replaces:
        found.append(earlier)
    return [each.pk for each in found]


def _twins_of(file: EvidenceFile, known: Iterable[Known]) -> list[Twin]:
    nearest = nsmallest(MOST, _distances(file, known))
    return [Twin(file=file, earlier_id=pk, distance=distance) for distance, pk in nearest]


def _distances(file: EvidenceFile, known: Iterable[Known]) -> Iterator[tuple[int, int]]:
    """(bits apart, id) of the pictures that are the same, by content or to the eye."""
    own = int(file.likeness, 16) if file.likeness else None
    for picture in known:
        if picture.sha256 == file.sha256:
            yield 0, picture.pk
        elif own is None or not picture.likeness:
            continue
        elif (apart := bits_apart(own, int(picture.likeness, 16))) <= ALIKE:
            yield apart, picture.pk


def _tell_office(evidence: Evidence, twins: Iterable[Twin]) -> None:
    """The other site is not named: who stands aside from it later would still read it."""
    others = {twin.earlier.evidence.site_id for twin in twins}
    notify(
        people(Role.OFFICE).exclude(recusals__site__in=others),
        text=gettext_noop("%(site)s has filed a picture that another site has filed as well."),
        about={"site": evidence.site},
        url=reverse("assessments:evidence_twins"),
    )
