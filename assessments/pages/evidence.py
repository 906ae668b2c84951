"""Evidence as pages show it: a site's library, what stands beside an item, pictures in pairs, all sites."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from assessments.evidence.pieces import FileRow, Piece
from assessments.evidence.remarks import remarks_on
from assessments.models import Evidence, EvidenceFile, EvidenceLink, EvidencePointer
from assessments.models.evidence import TwinQuerySet
from assessments.services.filing import may_file
from core.prepared import prepared
from sites.models import Site
from sites.models.sites import SiteQuerySet
from standards.models import Item

PROVENANCE = ("evidence__uploaded_by", "evidence__assessment__round")


def beside_items(
    site: Site,
    items: Iterable[Item],
    user: User,
    *,
    closed_at: datetime.datetime | None = None,
    remarks: bool = True,
) -> dict[int, list[Piece]]:
    """Item id → the site's evidence for that item, the newest versions only.

    `closed_at`: when the sheet it stands beside was submitted or signed, None of a draft. Three queries, and
    two more where remarks are wanted, whatever the number of items; a site read without its programme costs
    another.
    """
    pointers = _pointers(user, site.pk, tuple(item.pk for item in items), remarks=remarks)[:]
    shown = {pointer.evidence_id: pointer.evidence for pointer in pointers}
    for evidence in shown.values():
        evidence.site = site
    files, links = _of_each(shown, _files(tuple(shown))), _of_each(shown, _links(tuple(shown)))
    pieces = [
        Piece(
            evidence=shown[pointer.evidence_id],
            files=[FileRow(file) for file in files[pointer.evidence_id]],
            links=links[pointer.evidence_id],
            page=pointer.page,
            late_on=pointer.on if closed_at and pointer.at > closed_at else None,
        )
        for pointer in pointers
    ]
    if remarks:
        pieces = with_remarks(pieces, user, shown)
    found: dict[int, list[Piece]] = defaultdict(list)
    for pointer, piece in zip(pointers, pieces, strict=True):
        found[pointer.item_id].append(piece)
    return found


@prepared
def _pointers(
    user: User, of_site: int, items: tuple[int, ...], *, remarks: bool
) -> QuerySet[EvidencePointer]:
    seen = Evidence.objects.visible_to(user).current().filter(site=of_site)
    related = "evidence__assessment__assignment" if remarks else "evidence"
    pointers = EvidencePointer.objects.filter(item__in=items, evidence__in=seen)
    return pointers.select_related(related).order_by("-evidence")


@prepared
def _files(pieces: tuple[int, ...]) -> QuerySet[EvidenceFile]:
    return EvidenceFile.objects.filter(evidence__in=pieces)


@prepared
def _links(pieces: tuple[int, ...]) -> QuerySet[EvidenceLink]:
    return EvidenceLink.objects.filter(evidence__in=pieces)


Part = TypeVar("Part", EvidenceFile, EvidenceLink)


def _of_each(shown: Mapping[int, Evidence], parts: Iterable[Part]) -> dict[int, list[Part]]:
    """Evidence id → its files, or its links, which know their evidence."""
    found: dict[int, list[Part]] = defaultdict(list)
    for part in parts:
        part.evidence = shown[part.evidence_id]
        found[part.evidence_id].append(part)
    return found


def library(site: Site, user: User) -> list[Piece]:
    """A site's evidence as this person may see it, newest first, with earlier versions, no remarks yet.

    A site has some hundreds of files at most, so its library is read whole, in three queries: files and
    links each bring their evidence with them.
    """
    seen = Evidence.objects.visible_to(user).filter(site=site).order_by()
    files, links, pointers = defaultdict(list), defaultdict(list), defaultdict(list)
    found: dict[int, Evidence] = {}
    for file in EvidenceFile.objects.filter(evidence__in=seen).select_related(*PROVENANCE):
        files[file.evidence_id].append(FileRow(file))
        found[file.evidence_id] = file.evidence
    for link in EvidenceLink.objects.filter(evidence__in=seen).select_related(*PROVENANCE):
        links[link.evidence_id].append(link)
        found[link.evidence_id] = link.evidence
    for pointer in EvidencePointer.objects.filter(evidence__in=seen).select_related("item__section"):
        pointers[pointer.evidence_id].append(pointer)

    def piece(pk: int) -> Piece:
        before = found.get(found[pk].replaces_id or 0)
        earlier = [piece(before.pk)] if before else []
        earlier += [each for last in earlier for each in last.earlier]
        return Piece(found[pk], files[pk], links[pk], pointers[pk], earlier)

    replaced = {each.replaces_id for each in found.values()}
    newest = sorted(found, key=lambda pk: (found[pk].uploaded_at, pk), reverse=True)
    return [piece(pk) for pk in newest if pk not in replaced]


def with_rights(pieces: Sequence[Piece], site: Site, user: User) -> list[Piece]:
    """The same pieces, each with `may_change` for this person; the right is looked up once for each visit."""
    may: dict[int | None, bool] = {}
    for evidence in (piece.evidence for piece in pieces):
        if evidence.assessment_id not in may:
            may[evidence.assessment_id] = may_file(site=site, by=user, assessment=evidence.assessment)
    return [
        replace(
            piece,
            may_change=may[piece.evidence.assessment_id]
            and (piece.evidence.assessment_id is None or piece.evidence.uploaded_by_id == user.pk),
        )
        for piece in pieces
    ]


def with_remarks(
    pieces: Sequence[Piece], user: User, evidence: Mapping[int, Evidence] | None = None
) -> list[Piece]:
    """The same pieces, each file with its remarks; `evidence` as for `remarks_on`."""
    said = remarks_on([row.file for piece in pieces for row in piece.files], user, evidence)
    return [
        replace(piece, files=[FileRow(row.file, said.get(row.file.pk, ())) for row in piece.files])
        for piece in pieces
    ]


@dataclass(frozen=True)
class Pair:
    """Two pictures that look alike; of one the reader may not see the page names only the site."""

    later: EvidenceFile
    earlier: EvidenceFile
    distance: int
    seen: frozenset[int]

    @property
    def sides(self) -> list[tuple[EvidenceFile, bool]]:
        """Both pictures, and whether the reader may look at each."""
        return [(file, file.pk in self.seen) for file in (self.later, self.earlier)]

    @property
    def is_same_file(self) -> bool:
        return self.later.sha256 == self.earlier.sha256

    @property
    def is_one_site(self) -> bool:
        return self.later.evidence.site_id == self.earlier.evidence.site_id


def seen_pairs(twins: TwinQuerySet, user: User) -> list[Pair]:
    """`twins` as pairs, each with which of its pictures this person may see. Two queries."""
    site = "evidence__site__organisation"
    found = list(twins.select_related(f"file__{site}", f"earlier__{site}"))
    ids = [pk for twin in found for pk in (twin.file_id, twin.earlier_id)]
    visible = EvidenceFile.objects.visible_to(user).filter(pk__in=ids)
    seen = frozenset(visible.values_list("pk", flat=True))
    return [Pair(twin.file, twin.earlier, twin.distance, seen) for twin in found]


def sites_with_evidence(sites: SiteQuerySet, user: User) -> SiteQuerySet:
    """The sites, with figures on the evidence this person may see: pieces, last upload, dead links."""
    seen = Evidence.objects.visible_to(user).current().order_by()
    of_site = seen.filter(site=OuterRef("pk")).values("site")
    dead = EvidenceLink.objects.dead().filter(evidence__in=seen, evidence__site=OuterRef("pk"))
    dead_of_site = dead.order_by().values("evidence__site")
    return (
        sites.select_related("organisation")
        .annotate(
            pieces=Coalesce(Subquery(of_site.annotate(n=Count("pk")).values("n")), 0),
            last_upload=Subquery(of_site.annotate(at=Max("uploaded_at")).values("at")),
            dead=Coalesce(Subquery(dead_of_site.annotate(n=Count("pk")).values("n")), 0),
        )
        .order_by(F("last_upload").desc(nulls_last=True), "pk")
    )
