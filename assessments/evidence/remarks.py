"""Remarks on a file: when and where it was taken, and that the same picture is used elsewhere."""

import datetime
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Evidence, EvidenceFile, Twin
from assessments.rules import knows_strangers
from core.prepared import prepared
from sites.models import Site

# A camera's place (WGS-84) and a Chinese map's (GCJ-02) differ by up to some 700 m.
FAR_METRES = 1000
EARTH_METRES = 6_371_000
# No wrong time zone explains a clock that runs further ahead than this.
CLOCK_SLACK = datetime.timedelta(days=1)


# What must be read with evidence before its files are remarked on.
ASKED = ("site__programme", "assessment__assignment")


def remarks_on(
    files: Sequence[EvidenceFile], user: User, evidence: Mapping[int, Evidence] | None = None
) -> dict[int, list[str]]:
    """Remarks by file id, in this reader's words; files without any are left out. At most four queries.

    Names of other sites appear only to readers who may know of them (`Twin.objects.visible_to`).
    `evidence` may hold the files' evidence by id, where it has been read with all that is `ASKED`.
    """
    pictures = [file for file in files if file.is_picture]
    if not pictures:
        return {}
    if evidence is None:
        wanted = {file.evidence_id for file in pictures}
        evidence = Evidence.objects.select_related(*ASKED).in_bulk(wanted)
    elsewhere = _used_elsewhere([file.pk for file in pictures], user)
    said = {
        file.pk: [*remarks_of(file, evidence[file.evidence_id]), *elsewhere.get(file.pk, ())]
        for file in pictures
    }
    return {pk: texts for pk, texts in said.items() if texts}


# -- when and where -----------------------------------------------------------


def remarks_of(file: EvidenceFile, evidence: Evidence) -> list[str]:
    """Compares what the camera wrote with the visit, the dates given and the place of the site."""
    # Cameras write JPEG; a drawing or a screenshot never held a place.
    if file.content_type == "image/jpeg" and file.captured_at is None and file.latitude is None:
        return [_("Holds no camera data: neither when nor where it was taken.")]
    return [*_of_time(file, evidence), *_of_place(file, evidence.site)]


def _of_time(file: EvidenceFile, evidence: Evidence) -> Iterator[str]:
    if file.captured_at is None:
        return
    day = timezone.localdate(file.captured_at)
    told = {"day": date_format(day)}
    if file.captured_at > evidence.uploaded_at + CLOCK_SLACK:
        yield _("Taken in the future, on %(day)s by the camera's clock.") % told
    visit, given, issued = _visit_on(evidence), evidence.taken_on, evidence.site.programme.issued_on
    if visit and day != visit:
        yield _("Taken on %(day)s, not on the day of the visit (%(visit)s).") % {
            **told,
            "visit": _short(visit),
        }
    if given and day > given:
        yield _("Taken on %(day)s, after the date given (%(given)s).") % {**told, "given": _short(given)}
    if day < issued:
        yield _("Taken on %(day)s, before the programme was issued.") % told


def _visit_on(evidence: Evidence) -> datetime.date | None:
    assignment = getattr(evidence.assessment, "assignment", None)
    return assignment.visit_on if assignment else None


def _short(day: datetime.date) -> str:
    return date_format(day)


def _of_place(file: EvidenceFile, site: Site) -> Iterator[str]:
    metres = metres_between((file.latitude, file.longitude), (site.latitude, site.longitude))
    if metres is not None and metres > FAR_METRES:
        km = number_format(metres / 1000, decimal_pos=1 if metres < 10_000 else 0)
        yield _("Taken about %(km)s km away from the site.") % {"km": km}


Place = tuple[object, object]


def metres_between(one: Place, other: Place) -> float | None:
    """The distance between two (latitude, longitude); None where one of them is not known."""
    if None in one or None in other:
        return None
    (lat1, lon1), (lat2, lon2) = (
        [math.radians(float(str(part))) for part in place] for place in (one, other)
    )
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_METRES * math.asin(min(1.0, math.sqrt(half)))


# -- used elsewhere -----------------------------------------------------------


def _used_elsewhere(ids: Sequence[int], user: User) -> Mapping[int, list[str]]:
    """File id → a line for each site with the same picture; sites that are not named share one line."""
    same = _used_twice(tuple(ids))[:]
    if not same:  # most pictures are used once, and who may be told of the others is a long question
        return {}
    twins = _to_be_told(user, tuple(same))
    pairs = [pair for twin in twins for pair in ((twin.file, twin.earlier), (twin.earlier, twin.file))]
    pairs = [(own, other) for own, other in pairs if own.pk in set(ids)]
    named = _named({other.evidence.site_id for _own, other in pairs}, user)
    told: dict[int, dict[str, None]] = defaultdict(dict)
    for own, other in pairs:
        told[own.pk][_told(own, other, is_named=other.evidence.site_id in named)] = None
    return {pk: list(lines) for pk, lines in told.items()}


@prepared
def _used_twice(ids: tuple[int, ...]) -> QuerySet[Twin, int]:
    return Twin.objects.filter(Q(file__in=ids) | Q(earlier__in=ids)).values_list("pk", flat=True)


@prepared
def _to_be_told(user: User, twins: tuple[int, ...]) -> QuerySet[Twin]:
    sites = ("file__evidence__site", "earlier__evidence__site")
    return Twin.objects.touching(user).filter(pk__in=twins).select_related(*sites)


def _named(sites: set[int], user: User) -> set[int]:
    """Inspectors are to find out who copied from whom; a unit or a district learns of no stranger."""
    if knows_strangers(user) or not sites:
        return sites
    return set(Site.objects.visible_to(user).filter(pk__in=sites).values_list("pk", flat=True))


def _told(own: EvidenceFile, other: EvidenceFile, *, is_named: bool) -> str:
    if not is_named:
        return _("The same picture is used elsewhere as well.")
    if own.evidence.site_id == other.evidence.site_id:
        return _("The same picture is filed twice, also as “%(title)s”.") % {"title": other.evidence}
    return _("%(site)s uses the same picture.") % {"site": other.evidence.site}
