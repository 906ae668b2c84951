"""Filing evidence: files and links of a site, pointed to from many items, replaced by newer ones."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Assessment, Evidence, EvidenceFile, EvidenceLink
from core.uploads import NewFiles as NewFiles
from core.uploads import Taken, take_in
from sites.calendar import today
from sites.models import Site
from standards.models import Item, Rulebook

from .filing import FILED_WHILE as FILED_WHILE
from .filing import check_change, hold
from .filing import check_filing as check_filing
from .filing import items_to_show as items_to_show
from .filing import may_change as may_change
from .filing import may_file as may_file
from .links import send_to_check
from .pointers import Pointers as Pointers
from .pointers import check_pointers, pointers_of, write_pointers
from .reused_pictures import note_twins
from .storing import files_with_rows, keep, keep_too


class AlreadyFiled(ValidationError):
    """Files this site has filed before: point to the evidence that holds them instead of filing them again.

    A ValidationError of the field `files`, one message a file. `found` has the files on record, in the order
    of the uploads; each one's `.evidence` is what `point` takes.
    """

    def __init__(self, pairs: Sequence[tuple[Taken, EvidenceFile]]) -> None:
        self.found = [on_record for _new, on_record in pairs]
        told = _("%(name)s: filed already as “%(title)s”; point to that instead of filing it again.")
        super().__init__(
            {"files": [told % {"name": new.name, "title": old.evidence.title} for new, old in pairs]}
        )


def add_evidence(
    *,
    site: Site,
    title: str,
    files: NewFiles,
    by: User,
    pointers: Pointers,
    urls: Sequence[str] = (),
    taken_on: datetime.date | None = None,
    assessment: Assessment | None = None,
    replaces: Evidence | None = None,
    stay: Sequence[EvidenceFile] = (),
) -> Evidence:
    """File a piece of evidence: files, links or both, and the items it shows.

    Without `assessment` the unit's own liaison files it while the site is built or rectified. With one, an
    inspector of its team took it on site, and files it until their own sheet is submitted. `replaces` is
    the older version that this one takes the place of: it stays readable, its files in `stay` belong to
    the newer one too, and its pointers are carried over to items that `pointers` does not name.

    Raises PermissionDenied (not this person), WorkflowError (not now), AlreadyFiled, and ValidationError by
    field: `files` (each refused file by name and why), `urls`, `taken_on`, `pointers`. Nothing is kept
    then, neither in the database nor on the disk.
    """
    check_filing(site=site, by=by, assessment=assessment)
    _check_form([*files, *stay], urls, taken_on)
    # Reading pictures takes time, so it is done before any row is locked.
    taken = take_in(files)
    evidence = Evidence(
        site=site, assessment=assessment, title=title, taken_on=taken_on, uploaded_by=by, replaces=replaces
    )
    with files_with_rows():
        hold(site=site, by=by, assessment=assessment)
        if replaces:
            _check_replaced(evidence, replaces)
            pointers = {**pointers_of(replaces), **pointers}
        _write(evidence, taken, _staying(stay, replaces, taken), urls, pointers)
    return evidence


def add_or_point(*, site: Site, title: str, files: NewFiles, by: User, pointers: Pointers) -> Evidence:
    """File the unit's files as a new piece of evidence; those on file already, as one piece, are pointed to.

    A picture may show several gaps closed. Raises like add_evidence.
    """
    try:
        return add_evidence(site=site, title=title, files=files, by=by, pointers=pointers)
    except AlreadyFiled as error:
        pieces = {file.evidence for file in error.found}
        if len(pieces) > 1 or len(error.found) < len(files):
            raise
        (evidence,) = pieces
        point(evidence=evidence, pointers={**pointers, **pointers_of(evidence)}, by=by)
        return evidence


@transaction.atomic
def point(*, evidence: Evidence, pointers: Pointers, by: User, is_carried: bool = False) -> None:
    """Make `pointers` what the evidence shows: others are taken off, pages are set anew.

    Whoever filed it may do so, as long as they could still file it. Raises like add_evidence, and
    WorkflowError where the evidence has been replaced.
    """
    hold(site=evidence.site, by=by, assessment=evidence.assessment)
    check_change(evidence, by)
    check_pointers(evidence, pointers)
    write_pointers(evidence, pointers, is_carried=is_carried)


@transaction.atomic
def show_too(*, item: Item, pointers: Mapping[Evidence, str], by: User) -> None:
    """Point several pieces of evidence (each with its page) to one item more; all of them, or none."""
    for evidence, page in pointers.items():
        point(evidence=evidence, pointers={**pointers_of(evidence), item: page}, by=by)


@transaction.atomic
def file_again(*, piece: Evidence, site: Site, pointers: Pointers, by: User) -> None:
    """Have a piece of the unit's show items of this site: where a former site filed it, it is filed here too.

    Its stored files are used again; what of it is on file here already is pointed to. The pointers know that
    they are carried over. Raises like add_evidence.
    """
    here = Evidence.objects.current().filter(site=site, assessment=None).select_related("site__programme")
    digests = set(piece.files.values_list("sha256", flat=True))
    urls = set(piece.links.values_list("url", flat=True))
    holding = here.filter(Q(files__sha256__in=digests) | Q(links__url__in=urls)).distinct()
    for known in [piece] if piece.site_id == site.pk else list(holding):
        point(evidence=known, pointers={**pointers, **pointers_of(known)}, by=by, is_carried=True)
        digests -= set(known.files.values_list("sha256", flat=True))
        urls -= set(known.links.values_list("url", flat=True))
    if not (digests or urls):
        return
    hold(site=site, by=by, assessment=None)
    made = Evidence(site=site, title=piece.title, taken_on=piece.taken_on, uploaded_by=by)
    _write(made, [], piece.files.filter(sha256__in=digests), sorted(urls), pointers, is_carried=True)


def max_files() -> int:
    """How many files one piece of evidence may have, and how many links."""
    return Rulebook.objects.published().get().evidence_max_files


def check_number(files: Sequence[object]) -> None:
    """Raise ValidationError (`files`) where there are too many; asked before any of them is read."""
    if len(files) > (limit := max_files()):
        raise ValidationError({"files": _("Choose at most %(n)d files.") % {"n": limit}})


def _check_form(files: Sequence[object], urls: Sequence[str], taken_on: datetime.date | None) -> None:
    if not (files or urls):
        raise ValidationError({"files": _("Choose a file, or give the address of a page.")})
    check_number(files)
    if len(urls) > (limit := max_files()):
        raise ValidationError({"urls": _("Give at most %(n)d addresses.") % {"n": limit}})
    if taken_on and taken_on > today():
        raise ValidationError({"taken_on": _("The evidence cannot be of a later date than today.")})


def _check_replaced(evidence: Evidence, replaces: Evidence) -> None:
    """A newer version comes from the same source as the older one, and only once."""
    if (replaces.site_id, replaces.assessment_id) != (evidence.site_id, evidence.assessment_id):
        raise PermissionDenied
    check_change(replaces, evidence.uploaded_by)


def _staying(
    stay: Sequence[EvidenceFile], replaces: Evidence | None, taken: Sequence[Taken]
) -> list[EvidenceFile]:
    """The older version's files that the newer one takes over; one uploaded again is not kept twice."""
    if any(replaces is None or file.evidence_id != replaces.pk for file in stay):
        raise PermissionDenied
    came = {file.sha256 for file in taken}
    return [file for file in stay if file.sha256 not in came]


def _write(
    evidence: Evidence,
    taken: Sequence[Taken],
    stay: Iterable[EvidenceFile],
    urls: Sequence[str],
    pointers: Pointers,
    *,
    is_carried: bool = False,
) -> None:
    check_pointers(evidence, pointers)
    on_record = _on_record(evidence, taken)
    _check_total(evidence, [file for file in taken if file.sha256 not in on_record], stay)
    evidence.save()
    write_pointers(evidence, pointers, is_carried=is_carried)
    kept = [keep_too(evidence, file, file.name) for file in stay]
    kept += [keep(evidence, file, on_record.get(file.sha256)) for file in taken]
    note_twins(evidence, kept)
    for url in dict.fromkeys(urls):
        EvidenceLink.objects.create(evidence=evidence, url=url)
    if urls:
        transaction.on_commit(lambda: send_to_check(evidence.pk))


def _of_same_source(evidence: Evidence) -> QuerySet[EvidenceFile]:
    """The unit's own files, or what this inspector took at this visit: nobody learns of another's."""
    files = EvidenceFile.objects.filter(
        evidence__site=evidence.site_id, evidence__assessment=evidence.assessment_id
    )
    return files.filter(evidence__uploaded_by=evidence.uploaded_by_id) if evidence.assessment_id else files


def _on_record(evidence: Evidence, taken: Sequence[Taken]) -> Mapping[str, EvidenceFile]:
    """Digest → stored file, for the new files that older versions hold already: these are used again.

    Raises AlreadyFiled where other current evidence holds one of them.
    """
    found = _of_same_source(evidence).filter(sha256__in=[file.sha256 for file in taken])
    standing = found.filter(evidence__revisions=None).exclude(evidence=evidence.replaces_id)
    by_digest = {file.sha256: file for file in standing.select_related("evidence")}
    if known := [(file, by_digest[file.sha256]) for file in taken if file.sha256 in by_digest]:
        raise AlreadyFiled(known)
    return {file.sha256: file for file in found}


def _check_total(evidence: Evidence, new: Sequence[Taken], stay: Iterable[EvidenceFile]) -> None:
    """A unit's evidence of a site, and one inspector's of a visit, may not exceed a total size."""
    stored = {file.file.name: file.size for file in stay}
    stored |= dict(_of_same_source(evidence).order_by().values_list("file", "size"))
    total = sum(stored.values()) + sum(file.size for file in new)
    if total > settings.PORTAL_SITE_EVIDENCE_MAX_BYTES:
        told = _(
            "With these files the evidence of this site would be more than %(n)d MB; "
            "leave out what is not needed, or make the files smaller."
        )
        raise ValidationError({"files": told % {"n": settings.PORTAL_SITE_EVIDENCE_MAX_BYTES // 1024**2}})
