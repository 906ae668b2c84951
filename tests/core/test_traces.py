"""Whatever the public fetches says nothing of who made it: authors, companies, folders, cameras."""

import io
import time
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from core import uploads
from core.contents import traces
from core.enums import FileFlag
from tests.assessments import photos
from tests.core.test_stored import PLACES, Place
from tests.core.test_upload_fields import FIELDS, FILLED, ITSELF
from tests.files import pdf
from tests.hostile_files import GOOD, MAIN, docx, open_xml, relations, zipped

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_may(on):
    on("2008-05-06")


WHO = "wangwu"
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_APP = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
_FOLDER = rf"C:\Users\{WHO}"


def named(kind: str) -> bytes:
    """A document that names its writer wherever its program does."""
    main = MAIN[kind][0]
    parts = {
        # Another program's place for what Word has in docProps/core.xml.
        "package/core.psmdcp": f'<coreProperties xmlns="{_CORE}"><x>{WHO}</x></coreProperties>',
        "docProps/core.xml": f'<?xml version="1.0"?><cp:coreProperties xmlns:cp="{_CORE}">'
        f"<cp:lastModifiedBy>{WHO}</cp:lastModifiedBy></cp:coreProperties>",
        "docProps/app.xml": f"<Properties xmlns='{_APP}'><Company>{WHO}</Company></Properties>",
        "docProps/custom.xml": f'<Properties xmlns="{_CUSTOM}"><a>{WHO}</a></Properties>',
        "word/comments.xml": f"<w:c xmlns:w='w' w:author='{WHO}' w:initials=\"{WHO}\">好</w:c>",
        "word/people.xml": f'<w15:p xmlns:w15="w" w15:author="{WHO}" w15:userId="S::{WHO}"/>',
        "xl/workbook2.xml": f'<x15ac:absPath xmlns:x15ac="a" url="{_FOLDER}\\"/>',
        "xl/persons/person.xml": f'<person displayName="{WHO}" userId="{WHO}"/>',
        "xl/revisions/r.xml": f'<header userName="{WHO}"/>',
        "ppt/commentAuthors.xml": f'<p:a xmlns:p="p" id="1" name="{WHO}" initials="{WHO}"/>',
        main: "<document>公开</document>",
    }
    template = relations(("attachedTemplate", f"file:///C:/Users/{WHO}/a.dotm", True))
    inner = zipped(open_xml("xl", {"xl/comments1.xml": f"<c><author>{WHO}</author></c>".encode()}))
    of_bytes = {
        "word/settings.xml": f'<a descr="{_FOLDER}\\a.jpg"/>'.encode("utf-16"),
        "word/_rels/settings.xml.rels": template,
        "word/media/image1.jpeg": photos.photo(at=photos.HERE),
        "word/embeddings/a.xlsx": inner,
    }
    return zipped(open_xml(kind, {name: text.encode() for name, text in parts.items()} | of_bytes))


def named_odt() -> bytes:
    said = f"<office:x xmlns:office='x' xmlns:dc='d'><dc:creator>{WHO}</dc:creator>公开</office:x>"
    meta = f"<office:document-meta xmlns:office='x'><a>{WHO}</a></office:document-meta>"
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": said.encode(),
            "meta.xml": meta.encode(),
        }
    )


def named_ofd() -> bytes:
    info = f"<ofd:DocInfo><ofd:Author>{WHO}</ofd:Author><ofd:Creator>WPS</ofd:Creator></ofd:DocInfo>"
    return zipped({"OFD.xml": f"<ofd:OFD xmlns:ofd='x'>{info}公开</ofd:OFD>".encode()})


def named_pdf() -> bytes:
    """Written twice, as a program does that adds to the end: the first version names its writer as well."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    writer.add_metadata({"/Author": WHO, "/Creator": WHO})
    for holder in (writer.root_object, writer.pages[0]):
        xmp = StreamObject()
        xmp.set_data(f"<dc:creator>{WHO}</dc:creator>".encode())
        holder[NameObject("/Metadata")] = writer._add_object(xmp)
    comment = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Text"),
            NameObject("/Rect"): ArrayObject([NumberObject(n) for n in (0, 0, 9, 9)]),
            NameObject("/T"): TextStringObject(WHO),
            NameObject("/Contents"): TextStringObject("open"),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([comment])
    picture = StreamObject()
    picture._data = photos.photo(at=photos.HERE)
    picture[NameObject("/Filter")] = NameObject("/DCTDecode")
    writer.pages[0][NameObject("/X")] = writer._add_object(picture)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


NAMED = {
    "方案.docx": lambda: named("word"),
    "表.xlsx": lambda: named("xl"),
    "讲稿.pptx": lambda: named("ppt"),
    "方案.odt": named_odt,
    "公文.ofd": named_ofd,
    "公告.pdf": named_pdf,
}


def everything_in(content: bytes) -> bytes:
    """Whatever a reader of the file could find, unpacked."""
    found = content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            for part in container.namelist():
                inner = everything_in(container.read(part))
                found += inner.decode("utf-16").encode() if inner[:2] == b"\xff\xfe" else inner
    return found


def kept(content: bytes, name: str, purpose: uploads.Purpose) -> uploads.Taken:
    return uploads.receive(SimpleUploadedFile(name, content), purpose)


@pytest.mark.parametrize("name", NAMED)
def test_of_a_published_document_no_maker_is_kept(name):
    content = NAMED[name]()
    assert WHO.encode() in everything_in(content)
    taken = kept(content, name, uploads.ARTICLE)
    left = everything_in(taken.read())
    assert WHO.encode() not in left
    assert photos.MAKER.encode() not in left
    assert "公开".encode() in left or b"open" in left
    assert taken.size == len(taken.file.getvalue())
    # What is kept is whole: it comes in again, as it is.
    assert kept(taken.file.getvalue(), name, uploads.EVIDENCE).content_type == taken.content_type
    assert WHO.encode() in everything_in(kept(content, name, uploads.EVIDENCE).read())


def test_pdf_stays_readable_with_its_comments_and_pages():
    reader = PdfReader(io.BytesIO(kept(named_pdf(), "公告.pdf", uploads.GROUND).read()))
    assert len(reader.pages) == 1
    assert reader.pages[0]["/Annots"][0].get_object()["/Contents"] == "open"
    assert not reader.xmp_metadata
    assert not (reader.metadata or {}).get("/Author")


SIGNED = {
    "公告.pdf": lambda: pdf(root=b"/X 4 0 R", objects=(b"<</Type/Sig/ByteRange[0 1 2 3]/Name(wangwu)>>",)),
    "方案.docx": lambda: docx({"_xmlsignatures/sig1.xml": b"<Signature/>"}),
    "公文.ofd": lambda: zipped({"OFD.xml": b"<ofd:OFD/>", "Doc_0/Signs/Signatures.xml": b"<a/>"}),
    "方案.odt": lambda: zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": b"<a/>",
            "META-INF/documentsignatures.xml": b"<a/>",
        }
    ),
}


@pytest.mark.parametrize("name", SIGNED)
def test_signed_document_stays_as_it_was_signed_and_is_flagged(name):
    content = SIGNED[name]()
    taken = kept(content, name, uploads.GROUND)
    assert taken.read() == content
    assert FileFlag.SIGNED in taken.flags


@pytest.mark.parametrize("name", ["doc", "wps"])
def test_old_formats_are_not_published_and_told_what_to_do(name):
    with pytest.raises(ValidationError, match="另存为PDF"):
        kept(GOOD[name].content, GOOD[name].name, uploads.ARTICLE)
    assert kept(GOOD[name].content, GOOD[name].name, uploads.EVIDENCE)


@pytest.mark.parametrize("name", PLACES)
def test_what_a_stranger_is_handed_came_in_without_its_makers(client, name):
    """Every column of which a file goes to the public: drawn by the portal, or stripped as it came."""
    place = Place(name)
    is_public = client.get(place.address).status_code == 200
    column = f"{place.record._meta.label}.{place.file.field.name}"
    filled_by = FILLED[column]
    assert not is_public or filled_by == ITSELF or FIELDS[filled_by].purpose.stripped
    assert is_public or not name.startswith("publicity:")


ENDLESS = {
    "OFD.xml": (b"<Author>", b"<a:Author><b:Author>", b"<Author ", b"<CustomDatas><Creator>"),
    "xl/workbook.xml": (b"<absPath ", b"<a:absPath url=", b"<author>", b" userName='"),
    "word/_rels/settings.xml.rels": (b"<Relationship ", b'<Relationship /attachedTemplate" ', b" Target ="),
    "word/document.xml": (b" author =", b' descr="C:', b"<dc:creator>"),
}


@pytest.mark.parametrize(
    ("name", "piece"), [(name, piece) for name, pieces in ENDLESS.items() for piece in pieces]
)
def test_part_made_to_be_searched_for_ever_is_done_at_once(name, piece):
    """What a search begins with, thousands of times and never ended, as a comment may hold it."""
    begun = time.process_time()
    traces.taken_off(zipped({name: b"<a><!--" + piece * 20_000 + b"--></a>"}))
    assert time.process_time() - begun < 3
