"""Stored files as they go out: saved to disk under a safe name, or as a picture in a page."""

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response

from tables.uploads import type_of

# Whatever a browser makes of a file, it runs nothing of it and lets it fetch nothing.
INERT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
# The browser keeps a picture but asks each time: after signing out nobody sees it.
ASKED_EACH_TIME = "private, no-cache"


def saved_to_disk(file: FieldFile, name: str, content_type: str = "") -> FileResponse:
    """A file under the name it came with, never opened as part of the portal.

    Without a `content_type` the name tells it. One filed under a name that no upload is kept under by now
    (方案.pdf.bat) gets an ending that nothing runs.
    """
    content_type = content_type or type_of(name) or ""
    return FileResponse(
        file.open("rb"),
        as_attachment=True,
        filename=name if content_type else f"{name}.bin",
        content_type=content_type or "application/octet-stream",
        headers=INERT,
    )


def inline(
    request: HttpRequest, picture: FieldFile, etag: str, *, kept: str = ASKED_EACH_TIME
) -> HttpResponseBase:
    """A picture in a page; `kept` says who may keep it, and how long."""
    if not picture:
        raise Http404
    answer = get_conditional_response(request, etag=etag)
    response = answer or FileResponse(picture.open("rb"), headers=INERT)
    response["ETag"] = etag
    response["Cache-Control"] = kept
    return response
