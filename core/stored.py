"""Stored files as they go out, whole or not at all: to be saved under a safe name, or in a page."""

import logging
from pathlib import Path

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.dispatch import Signal
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response

from core.ciphers import Erased
from tables.uploads import PICTURES, begins_as, digest_of, plain_name, type_of

logger = logging.getLogger(__name__)

# Whatever a browser makes of a file, it runs nothing of it and lets it fetch nothing.
INERT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
# The browser keeps a picture but asks each time: after signing out nobody sees it.
ASKED_EACH_TIME = "private, no-cache"


# Tells the rooms above that `file` was asked for at `url` and could not be handed out.
file_withheld = Signal()


class Withheld(Exception):
    """A stored file, named by its place in the storage, is gone or not what was stored: nobody gets it.

    `ErrorPagesMiddleware` makes a page of it and sends `file_withheld`.
    """


def ask_storage() -> None:
    """Store a small file and take it away again; raises what went wrong."""
    default_storage.delete(default_storage.save("asked", ContentFile(bytes(4096))))


def folder_of_files() -> Path | None:
    """Where stored files lie on this machine's disks; None where they lie in a bucket."""
    try:
        return Path(default_storage.path(""))
    except NotImplementedError:
        return None


def opened(file: FieldFile, sha256: str = "") -> "File[bytes]":
    """The file, open for reading; with the digest on record (hex) it is read through and compared first.

    One that was to be erased, and is closed by a key that was destroyed, is not there (404).
    """
    try:
        content: File[bytes] = file.open("rb")
        found = digest_of(content) if sha256 else ""
    except Erased as error:
        raise Http404 from error
    except (OSError, ValueError) as error:  # the latter where there never was one
        logger.exception("stored file of %s cannot be read", _owner(file))
        raise Withheld(file.name) from error
    if found != sha256:
        content.close()
        logger.error("stored file of %s was changed: SHA-256 %s, on record %s", _owner(file), found, sha256)
        raise Withheld(file.name)
    return content


def _owner(file: FieldFile) -> str:
    """`documents.Document 12 (file)`: a log may say this; a file's own name may hold somebody's."""
    return f"{file.instance._meta.label} {file.instance.pk} ({file.field.name})"


def saved_to_disk(file: FieldFile, name: str, content_type: str = "", *, sha256: str = "") -> FileResponse:
    """A file under the name it came with, never opened as part of the portal; raises Withheld.

    Its type is the one on record, or else the one that its name says, where the content agrees. What was
    filed under a name that no upload is kept under by now (方案.pdf.bat), or is something else than
    its record says, gets an ending that nothing runs.
    """
    content, claimed = opened(file, sha256), content_type or type_of(name) or ""
    is_so = bool(claimed) and begins_as(content, claimed)
    return FileResponse(
        content,
        as_attachment=True,
        filename=plain_name(name) if is_so else f"{plain_name(name)}.bin",
        content_type=claimed if is_so else "application/octet-stream",
        headers=INERT,
    )


def inline(
    request: HttpRequest, picture: FieldFile, etag: str, *, kept: str = ASKED_EACH_TIME
) -> HttpResponseBase:
    """A picture in a page, and nothing but a picture; `kept` says who may keep it, and how long."""
    if not picture:
        raise Http404
    answer = get_conditional_response(request, etag=etag)
    response = answer or _shown(picture)
    response["ETag"] = etag
    response["Cache-Control"] = kept
    return response


def _shown(picture: FieldFile) -> FileResponse:
    content = opened(picture)
    kind = next((kind for kind in PICTURES if begins_as(content, kind)), None)
    if kind is None:
        content.close()
        logger.error("stored file of %s is no picture", _owner(picture))
        raise Withheld(picture.name)
    return FileResponse(content, content_type=kind, headers=INERT)
