"""Files that share the fate of their rows: what a failing transaction stored is taken off the disk again."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import PurePath
from secrets import token_hex

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models.fields.files import FieldFile

from assessments.models import Evidence, EvidenceFile
from core.kept_files import KeptFile, as_kept
from core.picture_facts import Picture
from core.uploads import Taken

_written: ContextVar[list[tuple[Storage, str]] | None] = ContextVar("_written", default=None)


@contextmanager
def files_with_rows() -> Iterator[None]:
    """`transaction.atomic` for code that stores files with `store`; also a decorator.

    A service that calls another one which stores files uses it in place of `atomic`: should it fail later,
    the files go with the rows they belong to.
    """
    around, mine = _written.get(), list[tuple[Storage, str]]()
    token = _written.set(mine)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        for storage, path in mine:
            storage.delete(path)
        raise
    finally:
        _written.reset(token)
    if around is not None:
        around.extend(mine)


def store(field: FieldFile, name: str, content: "File[bytes]") -> None:
    """Write `content` to the storage and put it into the field; the row is saved by the caller.

    The path is unique, so that it can be noted before the first byte: even a full disk leaves nothing
    behind.
    """
    mine = _written.get()
    if mine is None:
        raise RuntimeError("files are stored within files_with_rows")
    path = field.field.generate_filename(field.instance, f"{token_hex(4)}-{name}")
    mine.append((field.storage, path))
    setattr(field.instance, field.field.name, field.storage.save(path, content))


def keep(evidence: Evidence, taken: Taken, on_record: EvidenceFile | None) -> EvidenceFile:
    """A row for the file; one on record already is not stored a second time."""
    return keep_too(evidence, on_record or _stored(taken), taken.name)


def keep_too(evidence: Evidence, file: EvidenceFile, name: str) -> EvidenceFile:
    """A row of this evidence for a stored file; `file` becomes that row."""
    file.pk, file._state.adding = None, True
    file.evidence, file.name = evidence, name
    file.save()
    return file


def _stored(taken: Taken) -> EvidenceFile:
    file = EvidenceFile(
        content_type=taken.content_type, size=taken.size, sha256=taken.sha256, flags=as_kept(taken.flags)
    )
    store_taken(file.file, taken)
    if taken.picture:
        _fill_picture(file, taken.picture)
    return file


def store_taken(field: FieldFile, taken: Taken) -> None:
    """On the disk a file is named by part of its digest; the name a person gave it is only shown."""
    store(field, taken.sha256[:32] + PurePath(taken.name).suffix.lower(), taken)


def store_kept(file: KeptFile, taken: Taken) -> None:
    """Save this new row with the file it is of, and with the copies a picture is shown by."""
    file.name, file.content_type, file.size = taken.name, taken.content_type, taken.size
    file.sha256, file.flags = taken.sha256, as_kept(taken.flags)
    store_taken(file.file, taken)
    if taken.picture:
        store_copies(file.shown, file.thumbnail, taken.sha256, taken.picture)
    file.save()


def store_copies(shown: FieldFile, thumbnail: FieldFile, sha256: str, picture: Picture) -> None:
    """The copies of a picture that are shown: without what the camera wrote, the second one small."""
    store(shown, f"{sha256[:32]}-shown{picture.shown_suffix}", ContentFile(picture.shown))
    store(thumbnail, f"{sha256[:32]}-small.jpg", ContentFile(picture.thumbnail))


def _fill_picture(file: EvidenceFile, picture: Picture) -> None:
    """Fill in what is known of a picture, and store the copies of it that are shown."""
    for name in ("width", "height", "captured_at", "latitude", "longitude", "likeness"):
        setattr(file, name, getattr(picture, name))
    store_copies(file.shown, file.thumbnail, file.sha256, picture)
