"""Files that somebody means harm with, or that go wrong by themselves; and those that must get through."""

import io
import zipfile
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

PDF = b"%PDF-1.4 \xe2\xe3\xcf\xd3"
PROGRAM = b"MZ\x90\0\3\0\0\0" + bytes(60) + b"This program cannot be run in DOS mode."
PAGE = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
DRAWING = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


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


def zipped(*parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as container:
        for part in parts:
            container.writestr(part, "x")
    return out.getvalue()


# What is in it is not taken, under whatever name and for whatever it is sent.
REFUSED = {
    "a page that runs": Sent("方案.hta", lambda: PAGE),
    "a page called a paper": Sent("方案.pdf", lambda: PAGE),
    "a page called a photograph": Sent("照片.jpg", lambda: PAGE),
    "a program called a paper": Sent("方案.pdf", lambda: PROGRAM),
    "a program called a document": Sent("方案.docx", lambda: PROGRAM),
    "a program called a table": Sent("表.csv", lambda: PROGRAM),
    "a program called a workbook": Sent("表.xlsx", lambda: PROGRAM),
    "a drawing with a script": Sent("图.svg", lambda: DRAWING),
    "a drawing called a picture": Sent("图.png", lambda: DRAWING),
    "an archive with a program": Sent("方案.docx", lambda: zipped("run.exe")),
    "an archive called a workbook": Sent("表.xlsx", lambda: zipped("run.exe")),
    "nothing": Sent("空.pdf", lambda: b""),
    "nothing of a picture": Sent("空.png", lambda: b""),
    "nothing of a workbook": Sent("空.xlsx", lambda: b""),
    "nothing of a table": Sent("空.csv", lambda: b""),
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
