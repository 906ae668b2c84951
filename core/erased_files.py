"""Files that are erased in time: each lies closed under the key of the year in which it comes in.

So an older backup, which has the file still, tells nothing of it once that key is destroyed. Its name in the
storage ends with the year, `….pdf.y2008`; in a year that has no key it lies as it came in.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from os import PathLike
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, default_storage
from django.db import models

from core import ring
from core.ciphers import seal_file, unseal_file
from core.clock import today

ENDING = re.compile(r"\.y([1-9]\d*)$", re.ASCII)


class Closed(Storage):
    """The storage, as it looks to who has the keys; what lies there is told by `default_storage` alone."""

    def _save(self, name: str, content: "File[bytes]") -> str:
        if found := ENDING.search(name):
            sealed = seal_file(content.read(), year=int(found[1]), purpose=name)
            content = ContentFile(sealed)
        return default_storage.save(name, content)

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        """Raises Unreadable, and Erased once its key is destroyed."""
        content = default_storage.open(name, mode)
        if not ENDING.search(name):
            return content
        with content:
            return File(BytesIO(unseal_file(content.read(), purpose=name)), name)

    def path(self, name: str) -> str:
        return default_storage.path(name)

    def delete(self, name: str) -> None:
        default_storage.delete(name)

    def exists(self, name: str) -> bool:
        return default_storage.exists(name)


class ErasedFileField(models.FileField):
    """A file that goes with the personal data it belongs to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"storage": Closed()})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {key: value for key, value in kwargs.items() if key != "storage"}

    def generate_filename(self, instance: models.Model, filename: "str | PathLike[str]") -> str:
        name, key = super().generate_filename(instance, filename), ring.of_year(today().year)
        return f"{name}.y{key.version}" if key.name == "year" else name


def fields() -> Iterator[ErasedFileField]:
    for model in apps.get_models():
        yield from (each for each in model._meta.local_fields if isinstance(each, ErasedFileField))


def lying_of(year: int) -> dict[str, int]:
    """How many files of each column are closed by the key of that year."""
    ending = f".y{year}"
    return {
        f"{field.model._meta.label}.{field.name}": field.model._base_manager.filter(
            **{f"{field.name}__endswith": ending}
        ).count()
        for field in fields()
    }
