"""What goes out to the public, in whatever room, and what of it a second person reads beforehand (保密审查).

政府信息公开条例 of 2008-05-01, article 14: an office reviews whatever it makes public for secrets beforehand.
A room offers each kind of thing that it puts out as a `Publishable`; `services/secrecy.py` keeps writer,
reviewer and publisher apart, and the service that puts it out asks there (`secrecy.check`).
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django_stubs_ext import StrOrPromise

from core.offers import Offers

from .models.people import User

# What was typed for something that is no record yet, as JSON.
Values = Mapping[str, Any]
NOTHING_TYPED: Values = {}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One thing that would be public: words, or a file by its SHA-256.

    `key` says which, in every language, as `text` says what; `label` and `url`, where a file can be looked
    at, are for the reader alone and bind nothing.
    """

    key: str
    label: StrOrPromise
    text: str
    sha256: str = ""
    url: str = ""
    is_picture: bool = False


def digest(parts: Iterable[Part]) -> str:
    """The same as long as these parts say the same, in this order."""
    facts = [[part.key, part.text, part.sha256] for part in parts]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Publishable:
    """One kind of thing that goes out.

    `open_to` are the records somebody may review or prepare it of, by role and recusal; `parts` is exactly
    what would be public of one; `writers` are the keys of the people who wrote it; `url` is where it stands
    at the desk, and `called` what it is called. For a kind that is no record before it is public, `put_out`
    publishes what was typed about these records and returns where it stands then; `publishes` says who may.
    Where that issues papers, `issues_papers` lets them be seen first.
    """

    kind: str
    what: StrOrPromise
    open_to: Callable[[User], QuerySet[Any]]
    parts: Callable[[Any, Values], Iterable[Part]]
    url: Callable[[Any], str]
    writers: Callable[[Any], Iterable[int]] = lambda _record: ()
    called: Callable[[Any, Values], str] = lambda record, _values: str(record)
    put_out: Callable[[Sequence[Any], Values, User], str] | None = None
    publishes: Callable[[User], bool] = lambda _user: False
    issues_papers: bool = False


PUBLISHABLES: Offers[Publishable] = Offers()


def publishable_of(kind: str) -> Publishable:
    """The kind of this name; KeyError where no room offers it."""
    for publishable in PUBLISHABLES:
        if publishable.kind == kind:
            return publishable
    raise KeyError(kind)


def is_publishable(kind: str) -> bool:
    """Whether a kind of act puts something out."""
    return any(publishable.kind == kind for publishable in PUBLISHABLES)


def paragraphs(key: str, label: StrOrPromise, text: str) -> Iterator[Part]:
    """Each line that says something is a part of its own, so that it can be held back by itself."""
    return (Part(key=key, label=label, text=line) for line in text.splitlines() if line.strip())
