"""Names in an archive that Windows, Linux and macOS unpack alike."""

import re
import unicodedata
from pathlib import PurePosixPath

MOST_LETTERS = 100
# A file system allows a name 255 bytes, and a Chinese letter takes three.
MOST_BYTES = 240
_NO_FILE_NAME = re.compile(r'[\\/:*?"<>|]')


def numbered(number: int, name: str, *, of: int) -> str:
    """`name` with its number in front, made safe: no folder, nothing hidden, short, its ending kept.

    The number keeps two files of one name apart; all of a folder's are equally wide.
    """
    front = f"{number:0{max(2, len(str(of)))}d} "
    path = PurePosixPath(plain(name))
    ending = path.suffix if len(path.suffix) <= 10 else ""
    stem = path.name.removesuffix(ending).rstrip(" .") or "未命名"
    while len(front + stem + ending) > MOST_LETTERS or len((front + stem + ending).encode()) > MOST_BYTES:
        stem = stem[:-1]
    return front + stem + ending


def plain(name: str) -> str:
    """A name made safe: composed letters, one line, none that a file system keeps for itself."""
    composed = unicodedata.normalize("NFC", name)
    kept = "".join(letter for letter in composed if unicodedata.category(letter)[0] != "C")
    return _NO_FILE_NAME.sub("_", " ".join(kept.split())).strip(" .")
