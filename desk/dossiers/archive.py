"""The archive itself: files streamed onto the disk, each with its digest, then what tells of them.

Whatever its size it takes no more memory than a block and the largest table the portal draws.
"""

import datetime
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.db.models.fields.files import FieldFile

from core.stored import Withheld, opened

from .catalogue import NOTE, Entry, Lack, Tally, catalogue, site_note, sites_list, whole_note
from .keeping import Numbers, retention_of
from .names import numbered
from .pieces import Case, Piece, Section

BLOCK = 1024 * 1024
SUMS = "SHA256SUMS.txt"
# Kept uploads, each a page.
PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp")

Step = Callable[[], None]


@dataclass(frozen=True)
class Written:
    """A file as it went into the archive."""

    path: str
    size: int
    sha256: str


class Archive:
    """Writes one file after the other. Papers and pictures are packed already: nothing is compressed.

    All of it lies in one folder on top, so that whoever unpacks it has it in one place.
    """

    def __init__(self, zip_file: ZipFile, top: str, on: datetime.date) -> None:
        self._zip, self._top, self._on = zip_file, top, on
        self.written: list[Written] = []

    def put(self, path: str, content: IO[bytes], size: int) -> Written:
        """Copy `content`, of so many bytes, in blocks. Names are UTF-8 and say so (flag bit 11)."""
        entry = ZipInfo(f"{self._top}/{path}", (self._on.year, self._on.month, self._on.day, 0, 0, 0))
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
def archive_at(path: Path, top: str, on: datetime.date) -> Iterator[Archive]:
    with ZipFile(path, "w", ZIP_STORED) as zip_file:
        yield Archive(zip_file, top, on)


def put_site(
    archive: Archive, folder: str, case: Case, pieces: list[Piece], *, numbers: Numbers, step: Step
) -> Tally:
    """One site's files by section, its catalogue, 备考表 and digests; `step` is called after each file.

    `pieces` is used up: what is written is let go of.
    """
    tally = Tally()
    entries: list[Entry] = []
    for section in Section:
        many = sum(piece.section == section for piece in pieces)
        for number in range(1, many + 1):
            piece = pieces.pop(0)
            path = f"{section.folder}/{numbered(number, piece.name, of=many)}"
            if isinstance(put := _put(archive, folder, path, piece, numbers), Entry):
                entries.append(put)
                tally.add(put)
            else:
                tally.lacks.append(put)
            step()
    for name, content in catalogue(case, entries):
        archive.put_bytes(folder + name, content)
        step()
    archive.put_bytes(folder + NOTE, site_note(case, tally, {entry.section for entry in entries}))
    archive.put_sums(folder)
    return tally


def put_whole(
    archive: Archive,
    title: str,
    contents: Iterable[tuple[Case, list[Piece]]],
    numbers: Numbers,
    *,
    of: int,
    left_out: int,
    step: Step,
) -> None:
    """A folder a site, each a whole dossier of its own; on top the list of them, 备考表 and every digest.

    `contents` comes site by site, and is asked for as it is written; `of` how many sites there are, and
    `left_out` how many more the asker has no right to.
    """
    told: list[tuple[Case, Tally]] = []
    for number, (case, pieces) in enumerate(contents, start=1):
        folder = numbered(number, case.site.window_name, of=of) + "/"
        told.append((case, put_site(archive, folder, case, pieces, numbers=numbers, step=step)))
    for name, content in sites_list(title, told):
        archive.put_bytes(name, content)
        step()
    archive.put_bytes(NOTE, whole_note(title, told, distinct=numbers.given, left_out=left_out))
    archive.put_sums("")


def _put(archive: Archive, folder: str, path: str, piece: Piece, numbers: Numbers) -> Entry | Lack:
    if piece.content is None:
        return Lack(piece.section, piece.caption, piece.note)
    try:
        content, size = _content(piece.content, piece.sha256)
    except Withheld:
        return Lack(piece.section, piece.caption, "文件已不在存储中，或已不是原件")
    with content:
        pages = _pages(piece, content)
        content.seek(0)
        written = archive.put(folder + path, content, size)
    return Entry(
        section=piece.section,
        place=path.partition(" ")[0] + " " + path.partition(" ")[2].partition(" ")[0],
        code=numbers.take(piece),
        number=piece.number,
        by=piece.by,
        title=piece.caption,
        on=piece.on,
        pages=pages,
        kept=retention_of(piece),
        note=piece.note,
        is_replaced=piece.is_replaced,
        size=written.size,
    )


def _content(content: FieldFile | Callable[[], bytes], sha256: str) -> tuple[IO[bytes], int]:
    """What a piece holds, and its size; raises Withheld."""
    if isinstance(content, FieldFile):
        return opened(content, sha256), content.size
    made = content()
    return io.BytesIO(made), len(made)


def _pages(piece: Piece, content: IO[bytes]) -> int | None:
    """Of papers and pictures; None of what has no pages, or none that can be counted."""
    name = piece.name.lower()
    if name.endswith(PICTURES):
        return 1
    if not name.endswith(".pdf"):
        return None
    from pypdf import PdfReader  # noqa: PLC0415  # only a worker that makes a dossier needs it

    try:
        return len(PdfReader(content).pages)
    except Exception:  # what a broken upload makes of the parser is in no list
        if piece.is_ours:
            raise
        return None
