"""The archive itself: files streamed onto the disk, each with its digest, an index and a list of digests.

Whatever its size it takes no more memory than a block and the largest paper the portal draws.
"""

import datetime
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.db.models.fields.files import FieldFile

from core.stored import Withheld, opened
from documents.rendering import render_sheet

from .names import numbered
from .pieces import Block, Case, Piece, Section, Table, pdf_of

BLOCK = 1024 * 1024
INDEX, SUMS = "00 目录.pdf", "SHA256SUMS.txt"

Step = Callable[[], None]


@dataclass(frozen=True)
class Written:
    """A file as it went into the archive."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class IndexEntry:
    """A line of the index: a piece under its name there; what was not `written` says why it is missing."""

    number: str
    name: str
    piece: Piece
    written: Written | None
    pages: int | None = None
    missing: str = ""


class Archive:
    """Writes one file after the other. Papers and pictures are packed already: nothing is compressed."""

    def __init__(self, zip_file: ZipFile, on: datetime.date) -> None:
        self._zip, self._on = zip_file, on
        self.written: list[Written] = []

    def put(self, path: str, content: IO[bytes], size: int) -> Written:
        """Copy `content`, of so many bytes, in blocks. Names are UTF-8 and say so (flag bit 11)."""
        entry = ZipInfo(path, (self._on.year, self._on.month, self._on.day, 0, 0, 0))
        entry.file_size, entry.external_attr = size, 0o644 << 16
        digest, copied = hashlib.sha256(), 0
        with self._zip.open(entry, "w") as out:
            while block := content.read(BLOCK):
                digest.update(block)
                copied += len(block)
                out.write(block)
        self.written.append(Written(path, copied, digest.hexdigest()))
        return self.written[-1]

    def put_bytes(self, path: str, content: bytes) -> Written:
        return self.put(path, io.BytesIO(content), len(content))

    def put_sums(self, folder: str) -> Written:
        """What `sha256sum -c` reads inside that folder: everything written there so far."""
        inside = [one for one in self.written if one.path.startswith(folder)]
        lines = [f"{one.sha256}  {one.path.removeprefix(folder)}\n" for one in inside]
        return self.put_bytes(folder + SUMS, "".join(lines).encode())


@contextmanager
def archive_at(path: Path, on: datetime.date) -> Iterator[Archive]:
    with ZipFile(path, "w", ZIP_STORED) as zip_file:
        yield Archive(zip_file, on)


def put_site(
    archive: Archive, folder: str, case: Case, pieces: Sequence[Piece], step: Step
) -> list[IndexEntry]:
    """One site's files by section, its index and its digests; `step` is called after each piece."""
    lines = []
    for section in Section:
        of_section = [piece for piece in pieces if piece.section == section]
        for number, piece in enumerate(of_section, start=1):
            name = numbered(number, piece.name, of=len(of_section))
            lines.append(
                _put(archive, f"{folder}{section.folder}/{name}", f"{section:02d}-{number:02d}", piece)
            )
            step()
    archive.put_bytes(folder + INDEX, _index(case, lines))
    archive.put_sums(folder)
    return lines


def put_district(
    archive: Archive, district: str, cases: Sequence[tuple[Case, Sequence[Piece]]], step: Step
) -> None:
    """A folder a site, each a whole dossier of its own; on top the list of them and every file's digest."""
    rows = []
    for number, (case, pieces) in enumerate(cases, start=1):
        folder = numbered(number, case.site.window_name, of=len(cases)) + "/"
        lines = put_site(archive, folder, case, pieces, step)
        files = [line.written for line in lines if line.written]
        size = size_words(sum(file.size for file in files))
        rows.append(
            (number, case.site, case.site.organisation, case.site.get_stage_display(), len(files), size)
        )
    on, heads = cases[0][0].on, ("序号", "示范点", "单位", "状态", "文件数", "大小")
    is_sample = any(case.site.is_sample for case, _pieces in cases)
    facts = [("制作日期", on), ("示范点", f"{len(rows)}个")]
    table = Table("一点一档总目录", district, facts, [Block("", heads, rows)], is_sample=is_sample)
    archive.put_bytes(INDEX, pdf_of(table, on))
    archive.put_sums("")


def _put(archive: Archive, path: str, number: str, piece: Piece) -> IndexEntry:
    name = path.rpartition("/")[2]
    if piece.content is None:
        return IndexEntry(number, name, piece, None, missing=piece.note)
    try:
        content, size = _content(piece.content, piece.sha256)
    except Withheld:
        return IndexEntry(number, name, piece, None, missing="文件已不在存储中，或已不是原件")
    with content:
        pages = _pages(content) if piece.has_pages else None
        content.seek(0)
        return IndexEntry(number, name, piece, archive.put(path, content, size), pages)


def _content(content: FieldFile | Callable[[], bytes], sha256: str) -> tuple[IO[bytes], int]:
    """What a piece holds, and its size; raises Withheld."""
    if isinstance(content, FieldFile):
        return opened(content, sha256), content.size
    made = content()
    return io.BytesIO(made), len(made)


def _pages(pdf: IO[bytes]) -> int:
    """Of the portal's own papers."""
    from pypdf import PdfReader  # noqa: PLC0415  # only a worker that makes a dossier needs it

    return len(PdfReader(pdf).pages)


def _index(case: Case, lines: Sequence[IndexEntry]) -> bytes:
    site, written = case.site, [line.written for line in lines if line.written]
    context = {
        "site": site,
        "asker": case.asker,
        "on": case.on,
        "files": len(written),
        "size": size_words(sum(one.size for one in written)),
        "sections": [
            (section, [_row(line) for line in lines if line.piece.section == section]) for section in Section
        ],
    }
    return render_sheet("dossier_index.html", context, stylesheet="dossier.css", on=case.on)


def _row(line: IndexEntry) -> tuple[IndexEntry, str]:
    return line, size_words(line.written.size) if line.written else ""


def size_words(size: int) -> str:
    """As a reader compares it with the folder on the disk."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB" if size else "0"
    return f"{size / 1024 / 1024:.1f} MB"
