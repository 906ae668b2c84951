"""What surrounds an act while it issues papers: what people filled in for each, and what it has issued.

An act of any room calls `documents.services.issue`, however deep inside it. Whether that is a rehearsal,
whose rows are undone, or happens upon a signature, `issue` reads here: no service hands drafts on.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields, replace

from accounts.models import Organisation, User
from sites.models import Site

from .enums import Openness, Retention
from .models import Document, DraftPaper, PaperDefault
from .papers import CLOSED, INTERNAL, PAPERS, DocumentKind

# A paper of a draft, and its row: the same act gives the same kinds and titles.
Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Head:
    """The parts of a paper that people fill in, whatever it says."""

    copies_more: tuple[Organisation, ...] = ()
    note: str = ""
    print_run: int = 0
    openness: str = Openness.ON_REQUEST
    retention: str = Retention.LONG
    printer: str = ""

    @property
    def openness_words(self) -> str:
        return str(Openness(self.openness).label)

    @property
    def retention_words(self) -> str:
        return str(Retention(self.retention).label)


@dataclass(kw_only=True)
class Issuing:
    """A rehearsal (`signer` is None), or what a signature carries out; what it has issued, about what."""

    signer: User | None = None
    drafted_by: User | None = None
    checked_by: User | None = None
    heads: Mapping[Key, Head] = field(default_factory=dict)
    papers: list[Document] = field(default_factory=list)
    sites: set[Site] = field(default_factory=set)


_now: ContextVar[Issuing | None] = ContextVar("issuing", default=None)


def issuing_now() -> Issuing | None:
    """What surrounds the act that issues a paper now; None where one person's act issues it at once."""
    return _now.get()


@contextmanager
def surrounded(by: Issuing) -> Iterator[Issuing]:
    """Let `issue` read this inside the block."""
    token = _now.set(by)
    try:
        yield by
    finally:
        _now.reset(token)


def default_head(kind: str, *, is_public: bool) -> Head:
    """As the office set it for the kind, else as the kind is by itself."""
    known = PaperDefault.objects.filter(kind=kind).prefetch_related("copies_more").first()
    return head_from(DocumentKind(kind), known, is_public=is_public)


def head_from(kind: DocumentKind, known: PaperDefault | None, *, is_public: bool = False) -> Head:
    """The same of a row that was read, or is known not to be there."""
    openness = Openness.OPEN if is_public else Openness.ON_REQUEST
    if kind in INTERNAL or kind in CLOSED:
        openness = Openness.CLOSED
    if known is None:
        return Head(openness=openness, retention=PAPERS[kind].kept)
    # A paper that is published, or never is, is what it is.
    return head_of(known) if openness == Openness.ON_REQUEST else replace(head_of(known), openness=openness)


def head_of(row: DraftPaper | PaperDefault) -> Head:
    """What was filled in for a paper, or for all of its kind."""
    names = [each.name for each in fields(Head) if each.name != "copies_more"]
    return Head(copies_more=tuple(row.copies_more.all()), **{name: getattr(row, name) for name in names})
