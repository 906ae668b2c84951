"""Uploaded files as they come in: judged, named and hashed; pictures are read. Nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from tables.uploads import clean_name, digest_of, judge, refused

from .picture_facts import Picture

# A form judges its files before the service does; none is judged twice.
NewFiles = Sequence["UploadedFile[Any] | Taken"]


@dataclass(frozen=True)
class Taken:
    """A file that may be kept."""

    content: "UploadedFile[Any]"
    name: str
    content_type: str
    sha256: str
    picture: Picture | None

    @property
    def size(self) -> int:
        """In bytes."""
        return self.content.size or 0


@dataclass(frozen=True)
class Sifted:
    """Files uploaded together: those that may be kept, each once, and a line for each refused one."""

    taken: list[Taken]
    refused: list[str]


def sift(files: NewFiles) -> Sifted:
    """Judge each file by itself; a refused one is named, with the reason and what to do."""
    taken: dict[str, Taken] = {}
    lines: list[str] = []
    for given in files:
        try:
            file = _take(given)
        except ValidationError as error:
            lines.extend(refused(given.name or "", error))
        else:
            taken.setdefault(file.sha256, file)
    return Sifted(list(taken.values()), lines)


def take_in(files: NewFiles) -> list[Taken]:
    """All of the files, or ValidationError of `files` with every one that is refused."""
    sifted = sift(files)
    if sifted.refused:
        raise ValidationError({"files": sifted.refused})
    return sifted.taken


def _take(given: "UploadedFile[Any] | Taken") -> Taken:
    if isinstance(given, Taken):
        return given
    content_type = judge(given)
    return Taken(
        content=given,
        name=clean_name(given.name, content_type),
        content_type=content_type,
        sha256=digest_of(given),
        picture=_read_picture(given) if content_type.startswith("image/") else None,
    )


def _read_picture(given: "UploadedFile[Any]") -> Picture:
    from . import pictures  # noqa: PLC0415  # Pillow takes 2 MB that pages have no use for

    return pictures.read(given)
