"""What may be uploaded: judged by content; names that are safe to keep and to save a file under."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from tables.uploads import OLE, clean_name, judge

OPEN_XML = "application/vnd.openxmlformats-officedocument"


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def zipped(*parts: str, contents: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as container:
        if contents:
            container.writestr("[Content_Types].xml", contents)
        for part in parts:
            container.writestr(part, "x")
    return out.getvalue()


def ole(*streams: str, before: int = 0) -> bytes:
    return OLE + bytes(before) + b"\0\0".join(name.encode("utf-16-le") for name in streams) + bytes(64)


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("a.pdf", b"%PDF-1.4 ", "application/pdf"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.png", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("2008.3.1方案", b"%PDF-1.4 ", "application/pdf"),
        ("a.pdf.bat", b"%PDF-1.4 ", "application/pdf"),
        ("a.docx", b"%PDF-1.4 ", "application/pdf"),
        ("a.pdf", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.docx", ole("WordDocument"), "application/msword"),
        ("a.doc", zipped("word/document.xml"), f"{OPEN_XML}.wordprocessingml.document"),
        ("a.docx", zipped("xl/workbook.xml"), f"{OPEN_XML}.spreadsheetml.sheet"),
        ("a.xls", ole("WordDocument"), "application/msword"),
        ("a.docx", zipped("word/document.xml", contents="<Types/>"), f"{OPEN_XML}.wordprocessingml.document"),
        ("A.XLSX", zipped("xl/workbook.xml"), f"{OPEN_XML}.spreadsheetml.sheet"),
        ("a.pptx", zipped("ppt/presentation.xml"), f"{OPEN_XML}.presentationml.presentation"),
        ("a.odt", zipped("mimetype", "content.xml"), "application/vnd.oasis.opendocument.text"),
        ("a.ofd", zipped("OFD.xml"), "application/ofd"),
        ("a.doc", ole("WordDocument"), "application/msword"),
        ("a.xls", ole("Book"), "application/vnd.ms-excel"),
        ("a.ppt", ole("PowerPoint Document"), "application/vnd.ms-powerpoint"),
        ("a.wps", ole("WordDocument"), "application/vnd.wps-office.wps"),
        ("a.et", zipped("xl/workbook.xml"), "application/vnd.wps-office.et"),
    ],
)
def test_type_by_content(name, content, content_type):
    file = upload(name, content)
    assert judge(file) == content_type
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("empty.pdf", b"", "empty"),
        ("page.pdf", b"<!DOCTYPE html><script>alert(1)</script>", "neither a PDF"),
        (
            "drawing.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            "neither",
        ),
        ("drawing.png", b"<?xml version='1.0'?><svg onload='alert(1)'/>", "neither"),
        ("film.mp4", b"\0\0\0\x18ftypmp42" + bytes(64), "neither"),
        ("program.pdf", b"MZ\x90\0", "neither"),
        ("a.docx", b"PK\x03\x04....", "damaged"),
        ("a.docx", zipped("word/document.xml")[:-30], "damaged"),
        ("a.docx", zipped("run.exe"), "neither"),
        ("setup.doc", ole("!Binary.Setup"), "neither"),
        ("a.xls", ole("EncryptedPackage"), "password"),
    ],
)
def test_refused_with_the_reason(name, content, why, english):
    with pytest.raises(ValidationError, match=why):
        judge(upload(name, content))


def test_locked_zip_is_refused(english):
    content = bytearray(zipped("word/document.xml"))
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the flag in the list of parts
    with pytest.raises(ValidationError, match="password"):
        judge(upload("a.docx", bytes(content)))


def test_too_large(settings, english):
    settings.PORTAL_UPLOAD_MAX_BYTES = 1024**2
    with pytest.raises(ValidationError, match="larger than 1 MB"):
        judge(upload("a.pdf", b"%PDF-" + bytes(1024**2)))
    with pytest.raises(ValidationError):
        judge(upload("a.pdf", b"%PDF-" + bytes(1024**2 - 4)))
    assert judge(upload("a.pdf", b"%PDF-" + bytes(1024**2 - 5))) == "application/pdf"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("公开栏 照片.jpg", "公开栏 照片.jpg"),
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\Users\\x\\照片.jpg", "照片.jpg"),
        ("..", "unnamed.jpg"),
        ("", "unnamed.jpg"),
        (".jpg", "jpg.jpg"),
        ("photo\u202egpj.exe", "photogpj.jpg"),
        ("photo.pdf.bat", "photo.jpg"),
        ("photo.exe.JPEG", "photo.JPEG"),
        ("CON.jpg", "_CON.jpg"),
        ("aux", "_aux.jpg"),
        ("icon.nul.jpg", "icon.nul.jpg"),
        ("run.bat.jpg.lnk", "run.jpg"),
        ("第一.exe版.jpg", "第一_exe版.jpg"),
        ("v.settingcontent-ms", "v.jpg"),
        ("a\u200b\u2066b\x00c\nd.jpg", "abc d.jpg"),
        ("run.bat", "run.jpg"),
        ("chat.png", "chat.jpg"),
        ("2008.3.1方案", "2008.3.1方案.jpg"),
        ("C:a?.jpg", "C_a_.jpg"),
        ("  two   words .jpg", "two words .jpg"),
        ("e\u0301t.JPG", "ét.JPG"),
        ("no ending", "no ending.jpg"),
    ],
)
def test_name_is_cleaned(name, kept):
    assert clean_name(name, "image/jpeg") == kept


def test_long_name_keeps_its_ending():
    kept = clean_name("长" * 300 + ".jpeg", "image/jpeg")
    assert (len(kept.encode()), kept[-6:]) == (239, "长.jpeg")
    assert len(clean_name("x" * 300)) == 200
