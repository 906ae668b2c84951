"""The one door by which files come in: what each is sent for, whether it is taken, and as what it is kept."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from core.contents import look_into
from core.enums import FileFlag
from core.picture_facts import Picture
from tables.containers import judge_table, judge_workbook
from tables.rows import MAX_REGISTER_ROWS
from tables.uploads import PICTURES, SCANS, clean_name, digest_of, judge, refused


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """What a file is sent for: which kinds are taken for it, and what is left of one.

    `judge` gives the type by the content, or raises ValidationError; `kinds` are the types among those it
    knows that this purpose takes, empty for all. Of a picture that is `stripped` the pixels alone are kept:
    what the camera wrote (place, time, device) reaches no disk.
    """

    name: str
    judge: Callable[[File[bytes]], str] = judge
    kinds: frozenset[str] = frozenset()
    stripped: bool = False

    @property
    def accept(self) -> str:
        """What a browser offers to choose from; "" where the field says it itself."""
        return "image/*" if self.kinds == _PICTURES else ""


_PICTURES, _SCANS = frozenset(PICTURES), frozenset(SCANS)

WORK_PLAN = Purpose(name="work plan")
MEASURE = Purpose(name="measure")
SLIP = Purpose(name="slip", kinds=_SCANS)
SITE_PHOTO = Purpose(name="site photo", kinds=_PICTURES, stripped=True)
EVIDENCE = Purpose(name="evidence")
EVENT = Purpose(name="event")
GROUND = Purpose(name="ground")
ARTICLE = Purpose(name="article")
OUTLET = Purpose(name="outlet", kinds=_PICTURES)
VISIT = Purpose(name="visit", kinds=_PICTURES)
OBJECTION = Purpose(name="objection")
PAPER_ANSWERS = Purpose(name="paper answers")
SHEET = Purpose(name="sheet", judge=judge_workbook)
TABLE = Purpose(name="table", judge=judge_table)
REGISTER = Purpose(name="register", judge=partial(judge_table, max_rows=MAX_REGISTER_ROWS))


class Taken(UploadedFile):  # type: ignore[type-arg]  # generic in the stubs alone
    """A file that has come in by the door: its type is its content's, its name is safe to keep.

    `sha256` is the digest of what is kept; `picture` what is known of a picture, with the
    copies it is shown by.
    """

    name: str
    content_type: str
    size: int

    def __init__(
        self,
        file: Any,
        *,
        name: str,
        content_type: str,
        size: int,
        picture: Picture | None,
        flags: frozenset[FileFlag],
    ) -> None:
        super().__init__(file=file, name=name, content_type=content_type, size=size)
        self.picture, self.flags = picture, flags
        self.sha256 = digest_of(self)


@dataclass(frozen=True)
class TurnedAway:
    """One of several files that is not taken, with the reason."""

    name: str
    error: ValidationError


# Services take what a form received, and for a programme's own files judge them themselves.
NewFiles = Sequence["UploadedFile[Any] | TurnedAway"]


def receive(given: "UploadedFile[Any]", purpose: Purpose) -> Taken:
    """The file as it is kept, or ValidationError with the reason why not; none is judged twice."""
    if isinstance(given, Taken):
        return given
    content_type = purpose.judge(given)
    if purpose.kinds and content_type not in purpose.kinds:
        raise ValidationError(_only(purpose.kinds))
    flags = look_into(given, content_type)
    picture = _read_picture(given) if content_type in PICTURES else None
    file, size = given.file, given.size or 0
    if picture and purpose.stripped:
        file, size = io.BytesIO(picture.shown), len(picture.shown)
        content_type = "image/jpeg" if picture.shown_suffix == ".jpg" else "image/png"
    return Taken(
        file,
        name=clean_name(given.name, content_type),
        content_type=content_type,
        size=size,
        picture=picture,
        flags=flags,
    )


def _only(kinds: frozenset[str]) -> str:
    if kinds == _PICTURES:
        return _("This is not a picture; choose a JPEG, PNG or GIF.")
    return _("This is neither a PDF nor a picture (JPEG, PNG, GIF); scan the paper, or save it as PDF.")


def _read_picture(given: "UploadedFile[Any]") -> Picture:
    from core import pictures  # noqa: PLC0415  # Pillow takes 2 MB that pages have no use for

    return pictures.read(given)


# -- several at once ------------------------------------------------------------


@dataclass(frozen=True)
class Sifted:
    """Files uploaded together: those that may be kept, each once, and a line for each refused one."""

    taken: list[Taken]
    refused: list[str]


def sift(files: NewFiles, purpose: Purpose = EVIDENCE) -> Sifted:
    """Part those that are taken from the others; a refused one is named, with the reason and what to do."""
    taken: dict[str, Taken] = {}
    lines: list[str] = []
    for given in files:
        try:
            if isinstance(given, TurnedAway):
                raise given.error
            file = receive(given, purpose)
        except ValidationError as error:
            lines.extend(refused(given.name or "", error))
        else:
            taken.setdefault(file.sha256, file)
    return Sifted(list(taken.values()), lines)


def take_in(files: NewFiles, purpose: Purpose = EVIDENCE) -> list[Taken]:
    """All of the files, or ValidationError of `files` with every one that is refused."""
    sifted = sift(files, purpose)
    if sifted.refused:
        raise ValidationError({"files": sifted.refused})
    return sifted.taken
