"""Pictures that a phone took on a sheet's own page and sent when there was a line: each arrives once."""

import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Assessment, FieldPhoto
from core.uploads import Taken
from standards.models import Item

from .evidence import add_evidence
from .storing import files_with_rows

TITLE_LENGTH = 100


class Shot(NamedTuple):
    """What the phone says of a picture: `clock` is its time as it sends, `digest` its SHA-256 or ""."""

    key: UUID
    taken_at: datetime.datetime
    clock: datetime.datetime
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    accuracy: int | None = None
    device: str = ""
    is_scaled: bool = False
    digest: str = ""


class OtherPicture(Exception):
    """Another picture has this number already."""


def receive_photo(*, assessment: Assessment, item: Item, picture: Taken, shot: Shot, by: User) -> FieldPhoto:
    """File a picture for an item of the visit; one that comes again is answered by its first receipt.

    Raises OtherPicture where the number is another picture's, ValidationError where it arrived damaged, and
    as `add_evidence` does: PermissionDenied, WorkflowError, AlreadyFiled, ValidationError.
    """
    if shot.digest and shot.digest != picture.sha256:
        raise ValidationError(_("The picture arrived damaged; it is sent again."))
    try:
        return _known(shot.key, picture, by) or _filed(assessment, item, picture, shot, by)
    except IntegrityError:  # the same picture came twice at one moment, and the other was quicker
        if known := _known(shot.key, picture, by):
            return known
        raise


def _known(key: UUID, picture: Taken, by: User) -> FieldPhoto | None:
    photo = FieldPhoto.objects.filter(key=key).select_related("file__evidence").first()
    if photo is None:
        return None
    if photo.file.evidence.uploaded_by_id != by.pk:
        raise PermissionDenied
    if photo.file.sha256 != picture.sha256:
        raise OtherPicture
    return photo


@files_with_rows()
def _filed(assessment: Assessment, item: Item, picture: Taken, shot: Shot, by: User) -> FieldPhoto:
    evidence = add_evidence(
        site=assessment.site,
        assessment=assessment,
        title=f"{item.code} {item.text}"[:TITLE_LENGTH],
        files=[picture],
        pointers={item: ""},
        by=by,
    )
    return FieldPhoto.objects.create(
        key=shot.key,
        file=evidence.files.get(),
        taken_at=shot.taken_at,
        phone_ahead=round((shot.clock - timezone.now()).total_seconds()),
        latitude=shot.latitude,
        longitude=shot.longitude,
        accuracy=shot.accuracy,
        device=shot.device,
        is_scaled=shot.is_scaled,
    )
