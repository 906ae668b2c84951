"""Taking in evidence files."""

import datetime
import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Evidence, EvidenceFile, EvidencePointer
from sites import rules
from sites.calendar import today
from sites.enums import Stage
from sites.models import Site
from sites.workflow import InvalidTransition
from standards.models import Item, Rulebook
from tables.uploads import judge

Uploads = Sequence["UploadedFile[Any]"]
# The self sheet is open, or findings wait for answers.
FILED_WHILE = (Stage.BUILDING, Stage.RECTIFYING)


@transaction.atomic
def add_evidence(
    *,
    site: Site,
    title: str,
    files: Uploads,
    by: User,
    items: Iterable[Item] = (),
    taken_on: datetime.date | None = None,
    page_pointer: str = "",
    replaces: Evidence | None = None,
) -> Evidence:
    """File a proof of several files; only the site's own liaison may.

    Files are known by SHA-256 and judged by content. Raises ValidationError
    naming each file that is refused and why; then none is kept.
    """
    if not rules.is_own_unit(by, site):
        raise PermissionDenied
    if site.stage not in FILED_WHILE:
        raise InvalidTransition(_("Evidence is filed while the site is being built or rectified."))
    limit = Rulebook.objects.published().get().evidence_max_files
    if not 1 <= len(files) <= limit:
        raise ValidationError({"files": _("Choose 1 to %(n)d files.") % {"n": limit}})
    if taken_on and taken_on > today():
        raise ValidationError({"taken_on": _("The evidence cannot be of a later date than today.")})
    types = _judge_all(files)
    evidence = Evidence.objects.create(
        site=site,
        title=title,
        uploaded_by=by,
        taken_on=taken_on,
        replaces=replaces,
    )
    EvidencePointer.objects.bulk_create(
        EvidencePointer(evidence=evidence, item=item, page=page_pointer) for item in items
    )
    by_digest = {
        _digest(upload): (upload, content_type) for upload, content_type in zip(files, types, strict=True)
    }
    for digest, (upload, content_type) in by_digest.items():
        EvidenceFile.objects.create(
            evidence=evidence,
            file=upload,
            name=_name(upload),
            content_type=content_type,
            size=upload.size or 0,
            sha256=digest,
        )
    return evidence


def _judge_all(files: Uploads) -> list[str]:
    """The files' types; all are judged before any is stored, so a refusal leaves nothing on the disk."""
    types: list[str] = []
    problems: list[str] = []
    for upload in files:
        try:
            types.append(judge(upload))
        except ValidationError as error:
            problems.extend(f"{_name(upload)}: {message}" for message in error.messages)
    if problems:
        raise ValidationError({"files": problems})
    return types


def _name(upload: "UploadedFile[Any]") -> str:
    return (upload.name or "")[-200:]


def _digest(upload: "UploadedFile[Any]") -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
