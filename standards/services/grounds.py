"""Keeping the library of grounds."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from accounts.rules import require_office
from core.uploads import flags_of
from standards.models import Ground, Item
from tables.uploads import digest_of


@transaction.atomic
def keep_ground(
    *, ground: Ground, values: Mapping[str, Any], by: User, file: "UploadedFile[Any] | None" = None
) -> Ground:
    """Write a new ground or a changed one; `file` is added, or takes the place of the one before."""
    require_office(by)
    # Two that are changed at once must not come to replace each other.
    list(Ground.objects.select_for_update().order_by("pk").values_list("pk"))
    for name, value in values.items():
        setattr(ground, name, value)
    ground.full_clean()
    if file:
        ground.sha256, ground.file_name, ground.file = digest_of(file), file.name or "", file
        ground.file_flags = flags_of(file)
    ground.save()
    return ground


def is_cited(ground: Ground) -> bool:
    """Whether a record knows it by its number or names it: then its number stays."""
    if any(ground.number in numbers for numbers in Item.objects.values_list("grounds", flat=True).distinct()):
        return True
    ties = (tie for tie in ground._meta.related_objects if tie.many_to_many)
    return any(getattr(ground, str(tie.get_accessor_name())).exists() for tie in ties)
