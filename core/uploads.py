"""The one door by which files come in: what each is sent for, whether it is taken, and as what it is kept."""

import io
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.dispatch import Signal
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from core import scanner
from core.access import request_now
from core.brakes import LIMITS, in_words, take, who
from core.contents import look_into
from core.enums import FileFlag, UploadRefusal
from core.kept_files import as_kept
from core.picture_facts import Picture
from tables.containers import judge_table, judge_workbook
from tables.office_files import KINDS, ZIPPED
from tables.rows import MAX_REGISTER_ROWS
from tables.uploads import PICTURES, SCANS, clean_name, digest_of, judge, refused

logger = logging.getLogger(__name__)

# A file takes a place of its day's limit for each so many bytes that it begins.
PLACE_BYTES = 5 * 1024**2
# The code of an error that says nothing of the file: it may be taken later.
LATER = "later"


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """What a file is sent for: which kinds are taken for it, and what is left of one.

    `judge` gives the type by the content, or raises ValidationError; `kinds` are the types among those it
    knows that this purpose takes, empty for all. Where it is `stripped`, as whatever the public fetches is,
    what a camera or a program wrote of who made the file, when and where reaches no disk: of a picture the
    pixels alone are kept, of a document what its reader sees (`core.contents.traces`).
    """

    name: StrOrPromise
    judge: Callable[[File[bytes]], str] = judge
    kinds: frozenset[str] = frozenset()
    stripped: bool = False

    @property
    def accept(self) -> str:
        """What a browser offers to choose from; "" where the field says it itself."""
        return "image/*" if self.kinds == _PICTURES else ""


# Tells the rooms above that a file was not taken, by `why`; its name stays untold.
upload_refused = Signal()
_PICTURES, _SCANS = frozenset(PICTURES), frozenset(SCANS)
# The old formats, and those of WPS, which may be one, keep writers' names where nobody takes them off.
_PUBLISHED = _SCANS | (
    {kind.content_type for kind in chain(*KINDS.values())}
    - {kind.content_type for kind in chain(*KINDS.values()) if kind.container != ZIPPED}
)

WORK_PLAN = Purpose(name=gettext_lazy("work plan"))
MEASURE = Purpose(name=gettext_lazy("measure's proof"))
SLIP = Purpose(name=gettext_lazy("circulation slip"), kinds=_SCANS)
EDITED_COPY = Purpose(name=gettext_lazy("edited copy of a draft"))
PEN_SHEET = Purpose(name=gettext_lazy("draft signed with a pen"), kinds=_SCANS)
SEALED = Purpose(name=gettext_lazy("sealed paper"), kinds=_SCANS)
SITE_PHOTO = Purpose(name=gettext_lazy("photograph of a site"), kinds=_PICTURES, stripped=True)
EVIDENCE = Purpose(name=gettext_lazy("evidence"))
EVENT = Purpose(name=gettext_lazy("material of an event"))
GROUND = Purpose(name=gettext_lazy("text of a ground"), kinds=_PUBLISHED, stripped=True)
ARTICLE = Purpose(name=gettext_lazy("picture or attachment of an article"), kinds=_PUBLISHED, stripped=True)
OUTLET = Purpose(name=gettext_lazy("picture of a notice made known"), kinds=_PICTURES)
VISIT = Purpose(name=gettext_lazy("picture of a visit"), kinds=_PICTURES)
LETTER = Purpose(name=gettext_lazy("file of a letter"))
VISIT_PAPER = Purpose(name=gettext_lazy("paper signed at a visit"), kinds=_SCANS, stripped=True)
VERIFIED = Purpose(name=gettext_lazy("paper to be verified"), kinds=_SCANS)
PAPER_ANSWERS = Purpose(name=gettext_lazy("scan of paper answers"))
SHEET = Purpose(name=gettext_lazy("sheet as a workbook"), judge=judge_workbook)
TABLE = Purpose(name=gettext_lazy("list as a workbook"), judge=judge_table)
REGISTER = Purpose(
    name=gettext_lazy("register as a workbook"), judge=partial(judge_table, max_rows=MAX_REGISTER_ROWS)
)


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


class Harmful(ValidationError):
    """The scanner knows the file as `found`."""

    def __init__(self, found: str) -> None:
        self.found = found
        told = _(
            "The virus scanner found “%(found)s” in this file, so it was not taken, and the office was told. "
            "Have this computer looked at before you send anything else."
        )
        super().__init__(told % {"found": found})


def flags_of(file: "File[bytes]") -> str:
    """As they are kept beside it; of a file that the programme made itself there are none."""
    return as_kept(file.flags) if isinstance(file, Taken) else ""


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
    _count(given)
    try:
        return _taken(given, purpose)
    except ValidationError as error:
        known = error if isinstance(error, Harmful) else None
        upload_refused.send(
            sender=Purpose,
            purpose=purpose,
            why=UploadRefusal.HARMFUL if known else UploadRefusal.REFUSED,
            found=known.found if known else "",
            size=given.size or 0,
            sha256=digest_of(given),
        )
        raise


def _count(given: "UploadedFile[Any]") -> None:
    """So much a day of one account, or of one address without one; what nobody sent now is not counted."""
    request = request_now.get()
    if request is None:
        return
    user = getattr(request, "user", None)
    limit = LIMITS["uploads_account" if user and user.is_authenticated else "uploads_address"]
    places = 1 + (given.size or 0) // PLACE_BYTES
    taken, seconds = take([(limit, who(request, limit.per))] * places)
    if not taken:
        told = _("More files were sent today than one day takes; send this one again in %(time)s.")
        raise ValidationError(told % {"time": in_words(seconds)}, code=LATER)


def _taken(given: "UploadedFile[Any]", purpose: Purpose) -> Taken:
    content_type = purpose.judge(given)
    if purpose.kinds and content_type not in purpose.kinds:
        raise ValidationError(_only(purpose.kinds))
    _ask_scanner(given)
    flags = look_into(given, content_type)
    picture = _read_picture(given) if content_type in PICTURES else None
    file, size = given.file, given.size or 0
    if picture and purpose.stripped:
        file, size = io.BytesIO(picture.shown), len(picture.shown)
        content_type = "image/jpeg" if picture.shown_suffix == ".jpg" else "image/png"
    elif purpose.stripped:
        content, left = _without_traces(given)
        file, size, flags = io.BytesIO(content), len(content), flags | left
    return Taken(
        file,
        name=clean_name(given.name, content_type),
        content_type=content_type,
        size=size,
        picture=picture,
        flags=flags,
    )


def _without_traces(given: "UploadedFile[Any]") -> tuple[bytes, frozenset[FileFlag]]:
    from core.contents import traces  # noqa: PLC0415  # as with pictures, of pypdf

    given.seek(0)
    return traces.taken_off(given.read())


def _ask_scanner(given: "UploadedFile[Any]") -> None:
    """Without its word no file is taken: one that waits for it would be one that somebody opens meanwhile."""
    if not scanner.is_set():
        return
    try:
        found = scanner.found_in(given)
    except scanner.NoScanner as error:
        logger.error("the scanner of uploads does not answer: %s", error)
        raise ValidationError(
            _(
                "The file cannot be checked for viruses at the moment, so it was not taken; "
                "send it again in a few minutes."
            ),
            code=LATER,
        ) from error
    if found:
        raise Harmful(found)


def _only(kinds: frozenset[str]) -> str:
    if kinds == _PICTURES:
        return _("This is not a picture; choose a JPEG, PNG or GIF.")
    if kinds == _PUBLISHED:
        return _(
            "A file of this format (.doc, .xls, .ppt, .wps, .et) tells everybody who wrote it, so it is not "
            "published; save it as PDF or .docx and upload that."
        )
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
