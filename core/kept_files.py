"""A file that was added to a page of the desk: kept as it came, pictures shown without camera data."""

import datetime
from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.enums import FileFlag


def kept_under(instance: models.Model, name: str) -> str:
    """The folder of its kind and month, as `KeptFile.folder` says."""
    folder = instance.folder if isinstance(instance, KeptFile) else ""
    return f"{folder}/{datetime.datetime.now(tz=datetime.UTC):%Y/%m}/{name}"


class FlagsField(models.CharField[str, str]):
    """What `core.contents` found in a file that its reader should know: `FileFlag` codes between commas."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 60, "blank": True, **kwargs})


def as_kept(flags: Iterable[FileFlag]) -> str:
    return ",".join(sorted(flags))


class KeptFile(models.Model):
    """What one knows of such a file; `removed_on` takes it off its page, it stays on record."""

    folder: ClassVar[str]

    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField("SHA-256", max_length=64)
    file = models.FileField(_("file"), upload_to=kept_under)
    flags = FlagsField(_("what to know of it"))
    shown = models.FileField(_("picture as shown"), upload_to=kept_under, blank=True)
    thumbnail = models.FileField(_("small picture"), upload_to=kept_under, blank=True)
    removed_on = models.DateField(_("removed on"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return bool(self.shown)
