"""Before and after: the pictures that show a gap, and those that show it closed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import OuterRef, Q, Subquery, prefetch_related_objects

from assessments.enums import ReplyKind
from assessments.models import Evidence, EvidenceFile, EvidencePointer, Finding
from sites.enums import Action
from sites.models import Site, StageChange


@dataclass(frozen=True)
class Pictures:
    """The pictures of one finding; `before` begins with those the team took on site."""

    before: list[EvidenceFile] = field(default_factory=list)
    after: list[EvidenceFile] = field(default_factory=list)


def pictures_of(site: Site, findings: Sequence[Finding]) -> dict[int, Pictures]:
    """Finding id → its pictures, for findings of one site read with their replies and evidence.

    Before is what was on file when the inspection was signed: first what the team took for the item, then
    what the unit had filed for it. After is what came with the unit's answers. Two queries, the files of
    the replies included.
    """
    pointers = _pointers(site, findings)
    proofs = [evidence for finding in findings for evidence in _proofs(finding)]
    prefetch_related_objects([*(pointer.evidence for pointer in pointers), *proofs], "files")
    shown: defaultdict[int | None, list[Evidence]] = defaultdict(list)
    for pointer in pointers:
        shown[pointer.item_id].append(pointer.evidence)
    return {
        finding.pk: Pictures(
            before=list(
                _pictures(
                    evidence
                    for evidence in shown[finding.item_id]
                    if evidence.assessment_id in (None, finding.assessment_id)
                )
            ),
            after=list(_pictures(_proofs(finding, ReplyKind.ANSWER))),
        )
        for finding in findings
    }


def _pointers(site: Site, findings: Sequence[Finding]) -> list[EvidencePointer]:
    signed = StageChange.objects.filter(site=OuterRef("evidence__site"), action=Action.SIGN_INSPECTION)
    there = Q(evidence__uploaded_at__lte=Subquery(signed.order_by("-pk").values("at")[:1]))
    of_items = EvidencePointer.objects.filter(
        Q(evidence__assessment__in={finding.assessment_id for finding in findings}) | there,
        evidence__site=site,
        evidence__revisions=None,
        item__in={finding.item_id for finding in findings if finding.item_id},
    )
    found = of_items.select_related("evidence").order_by("-pk")
    return sorted(found, key=lambda pointer: pointer.evidence.assessment_id is None)


def _proofs(finding: Finding, *kinds: str) -> Iterator[Evidence]:
    """The evidence of a finding's replies, of all or of some kinds."""
    for reply in finding.replies.all():
        if reply.evidence and (not kinds or reply.kind in kinds):
            yield reply.evidence


def _pictures(evidence: Iterable[Evidence]) -> Iterator[EvidenceFile]:
    for one in evidence:
        yield from (file for file in one.files.all() if file.is_picture)
