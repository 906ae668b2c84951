"""A document as a file: the same bytes each time, and nothing of who made it, when or with what."""

import datetime
import io
import zipfile

from docx.document import Document

# The earliest day that a zip can say.
_NO_DAY = (1980, 1, 1, 0, 0, 0)


def about(document: Document, *, title: str, subject: str, on: datetime.date) -> None:
    """What a file's properties say of it."""
    day = datetime.datetime.combine(on, datetime.time())
    said = document.core_properties
    said.title, said.subject, said.language = title[:255], subject[:255], "zh-CN"
    said.author, said.last_modified_by, said.comments, said.keywords, said.revision = "", "", "", "", 1
    said.created = said.modified = day


def as_bytes(document: Document) -> bytes:
    """The document zipped without the time of day."""
    made, out = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            part = zipfile.ZipInfo(name, _NO_DAY)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 0
            after.writestr(part, before.read(name))
    return out.getvalue()
