"""What a program writes into a file of who made it, when and where: taken off whatever is to be published.

Taken off are authors, companies, who saved it last, whose comments and changes it holds, the writer's own
folders, XMP, and what a camera wrote into a picture within. What a reader sees on a page stays as it is.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator

from django.core.exceptions import ValidationError
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, StreamObject

from core.enums import FileFlag
from tables import refusals
from tables.uploads import PDF, ZIP

from . import pdf

# 作者, as Word itself writes where it takes names off; in signs that every encoding of a text has.
_SOMEBODY = b"&#20316;&#32773;"
_JPEG = b"\xff\xd8\xff"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# Parts that say nothing else: by what they are, for they may lie under any name.
_META = re.compile(
    rb"<(?:[\w.-]+:)?(?:coreProperties|document-meta|Properties(?=[^>]*officeDocument/2006/(?:extended|custom)))\b"
)
_SCHEMAS = b"http://schemas.openxmlformats.org/"
_OFFICE = _SCHEMAS + b"officeDocument/2006/"
_EMPTY = {
    b"coreProperties": b'<coreProperties xmlns="' + _SCHEMAS + b'package/2006/metadata/core-properties"/>',
    b"document-meta": b'<o:document-meta xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    b'o:version="1.2"><o:meta/></o:document-meta>',
    b"/extended": b'<Properties xmlns="' + _OFFICE + b'extended-properties"/>',
    b"/custom": b'<Properties xmlns="' + _OFFICE + b'custom-properties"/>',
}
_VALUE = rb"""\s*=\s*(?:"[^"]*"|'[^']*')"""


def _attributes(*names: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(?<=[\s:])(" + b"|".join(names) + rb")" + _VALUE)


_OF_OFD = rb"(?:\w+:)?(?:Author|Creator|CreatorVersion|CustomDatas)\b"
# In which parts, what, and what stands there instead. No search goes on behind where the next could begin: a
# part may be made so that each would go to its end.
_NAMED: tuple[tuple[re.Pattern[str], re.Pattern[bytes], bytes], ...] = (
    (re.compile(r"^word/"), _attributes(b"author"), rb'\1="' + _SOMEBODY + b'"'),
    (re.compile(r"^word/"), _attributes(b"initials", b"userId", b"providerId"), rb'\1=""'),
    (
        re.compile(r"^ppt/(commentAuthors|authors)"),
        _attributes(b"name", b"initials", b"userId", b"providerId"),
        rb'\1="' + _SOMEBODY + b'"',
    ),
    (re.compile(r"^xl/persons/"), _attributes(b"displayName"), rb'\1="' + _SOMEBODY + b'"'),
    (re.compile(r"^xl/persons/"), _attributes(b"userId", b"providerId"), rb'\1=""'),
    (re.compile(r"^xl/"), re.compile(rb"(<(?:\w+:)?author>)[^<]*"), rb"\1" + _SOMEBODY),
    (re.compile(r"^xl/"), _attributes(b"userName"), rb'\1="' + _SOMEBODY + b'"'),
    (re.compile(r"^xl/"), re.compile(rb"(<(?:\w+:)?absPath\b[^<>]*?\burl)" + _VALUE), rb'\1=""'),
    # OpenDocument: whose comments and changes; OFD: the list of what it is, and whose marks.
    (re.compile(r"\.xml$"), re.compile(rb"(<dc:creator>)[^<]*"), rb"\1" + _SOMEBODY),
    (
        re.compile(r"(^|/)OFD\.xml$"),
        re.compile(rb"<(" + _OF_OFD + rb")[^<>]*?(?:/>|>(?:(?!<" + _OF_OFD + rb").)*?</\1>)", re.DOTALL),
        b"",
    ),
    (re.compile(r"(^|/)Annot[^/]*/|Annot[^/]*\.xml$"), _attributes(b"Creator"), rb'\1=""'),
    # A picture's folder, as older programs wrote it where the words for the blind belong.
    (
        re.compile(r"\.xml$"),
        re.compile(rb"""(?<=\s)(descr\s*=\s*)(?:"(?:[A-Za-z]:|\\\\|file:)[^"]*")"""),
        rb'\1""',
    ),
)
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\b[^<>]*>")
_TEMPLATE = re.compile(rb"/attachedTemplate[\"']")
_TARGET = re.compile(rb"(?<=\s)(Target)" + _VALUE)
_SIGNATURES = re.compile(
    r"^_xmlsignatures/|^META-INF/\w*signatures\.xml$|(^|/)Signatures\.xml$", re.IGNORECASE
)


def taken_off(content: bytes) -> tuple[bytes, frozenset[FileFlag]]:
    """The file without what it says of its makers. A signed one would be signed no more: it stays, flagged.

    It was looked into before (`core.contents`). Raises ValidationError where it cannot be read through.
    """
    take: Callable[[bytes], bytes] | None = None
    if content.startswith(PDF):
        is_signed, take = b"/ByteRange" in content, _of_pdf
    elif content.startswith(ZIP):
        is_signed, take = _is_signed(content), _of_archive
    if take is None:
        return content, frozenset()
    try:
        return (content, frozenset({FileFlag.SIGNED})) if is_signed else (take(content), frozenset())
    except ValidationError:
        raise
    except Exception as error:  # what an odd file makes of the parsers is in no list
        raise refusals.damaged() from error


# -- PDF ------------------------------------------------------------------------


def _of_pdf(content: bytes) -> bytes:
    """Written anew: what no page leads to, as an older version of the file, is not written."""
    reader, out = PdfReader(io.BytesIO(content)), io.BytesIO()
    for one in pdf.walked(reader.trailer["/Root"]):
        for key in ("/Metadata", "/PieceInfo", "/LastModified"):
            one.pop(key, None)
        if _is_comment(one):
            one.pop("/T", None)
        if isinstance(one, StreamObject) and one.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
            one._data = _of_jpeg(one._data)  # set_data refuses a picture
    writer = PdfWriter(clone_from=reader)
    writer.metadata = None
    writer.write(out)
    return out.getvalue()


def _is_comment(one: DictionaryObject) -> bool:
    """Of it /T is who wrote it; of a form's field it is what the field is called."""
    return "/Rect" in one and one.get("/Subtype") != "/Widget" and "/FT" not in one


# -- documents that are archives --------------------------------------------------


def _is_signed(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as container:
        return any(_SIGNATURES.search(name) for name in container.namelist())


def _of_archive(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            # When it was packed is told as well: a part has no day.
            into = zipfile.ZipInfo(part.filename)
            into.compress_type, into.external_attr = part.compress_type, part.external_attr
            new.writestr(into, _of_part(part.filename, old.read(part)))
    return out.getvalue()


def _of_part(name: str, content: bytes) -> bytes:
    if content.startswith(ZIP):
        return _of_archive(content)
    if content.startswith(_JPEG):
        return _of_jpeg(content)
    if content.startswith(_UTF_16):
        return _of_text(name, content.decode("utf-16").encode()).decode().encode("utf-16")
    return _of_text(name, content) if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" else content


def _of_text(name: str, content: bytes) -> bytes:
    if found := _META.search(content[:4096]):
        return next(empty for mark, empty in _EMPTY.items() if mark in content[found.start() : 4096])
    for part, there, instead in _NAMED:
        if part.search(name):
            content = there.sub(instead, content)
    if name.endswith(".rels"):
        content = _RELATIONSHIP.sub(_without_template, content)
    return content


def _without_template(one: re.Match[bytes]) -> bytes:
    return _TARGET.sub(rb'\1="Normal.dotm"', one[0]) if _TEMPLATE.search(one[0]) else one[0]


# -- pictures within --------------------------------------------------------------


def _of_jpeg(content: bytes) -> bytes:
    """Without EXIF, XMP, IPTC and comments; the pixels are not touched."""
    return content[:2] + b"".join(_segments(content))


def _segments(content: bytes) -> Iterator[bytes]:
    at = 2
    while content[at : at + 1] == b"\xff" and content[at + 1 : at + 2] not in (b"\xda", b""):
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if content[at + 1] not in (0xE1, 0xED, 0xFE):
            yield content[at:end]
        at = end
    yield content[at:]
