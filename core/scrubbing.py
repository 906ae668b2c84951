"""What may be said of a failure where no personal data may stand: in logs and reports.

The words of an exception often quote what somebody typed or what stands in a row. They are kept only where
they speak of the code or the machine, and even then without what looks like a name, a number or a text.
"""

import re
import traceback

from django.core.exceptions import (
    AppRegistryNotReady,
    DisallowedHost,
    FieldError,
    ImproperlyConfigured,
)
from django.db import DatabaseError, InterfaceError
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from kombu.exceptions import OperationalError

HIDDEN = "…"
# They speak of the code or the machine. Of the database's only the first line: the next quotes the row.
TELLING = (
    OSError,
    ImportError,
    AttributeError,
    NameError,
    TypeError,
    MemoryError,
    DatabaseError,
    InterfaceError,
    OperationalError,
    AppRegistryNotReady,
    FieldError,
    ImproperlyConfigured,
    TemplateDoesNotExist,
    TemplateSyntaxError,
)
# The broker's client speaks of the broker; it takes 6 MB, which a web process needs once it hands work over.
_OF_THE_BROKER = "redis.exceptions"
# What a host was asked as is the reader's own word, whatever class says it.
_NOT_TELLING = (DisallowedHost,)
_PERSONAL = re.compile(
    r"://[^\s/@]*:[^\s/@]*@"  # a password in an address
    r"|[^\s@'\"(){}/:]+@[^\s@'\"(){}/:]+"  # an e-mail address
    r"|\b[A-Z0-9]{8,}\b"  # a code that opens something
    r"|[^\x00-\x7f]+"  # a name, a Chinese text
    r"|(?<![\w.-])(?!\d{4}-\d\d-\d\d\b)\d[\d -]{4,}\d(?!\w)"  # a telephone, an identity number
)
_BELOW_A_HOST = re.compile(r"(https?://[^\s/'\"]+)/[^\s'\"]+")
# In quotes: a name of the code's stays, a text does not.
_QUOTED = re.compile(r"'(?P<single>[^'\n]*)'|\"(?P<double>[^\"\n]*)\"")
_OF_THE_CODE = re.compile(r"[A-Za-z_][A-Za-z_.:/<>-]*")


def scrubbed(text: str) -> str:
    """The first line of a text, without what looks personal."""
    first = text.strip().split("\n", 1)[0]
    first = _BELOW_A_HOST.sub(rf"\1/{HIDDEN}", first)
    return _QUOTED.sub(_quoted, _PERSONAL.sub(HIDDEN, first))


def words_of(failure: BaseException) -> str:
    """What kind of failure it is, and its words as far as they may be said."""
    kind = type(failure).__name__
    if not _is_telling(failure):
        return kind
    words = scrubbed(str(failure))
    return f"{kind}: {words}" if words else kind


def _is_telling(failure: BaseException) -> bool:
    if isinstance(failure, _NOT_TELLING):
        return False
    return isinstance(failure, TELLING) or type(failure).__module__ == _OF_THE_BROKER


def traceback_of(failure: BaseException) -> str:
    """Where it happened, in lines of code, with what led to it; no value of any variable."""
    parts = []
    current: BaseException | None = failure
    met: set[int] = set()
    while current is not None and id(current) not in met:
        met.add(id(current))
        frames = "".join(traceback.format_tb(current.__traceback__))
        parts.append(f"Traceback (most recent call last):\n{frames}{words_of(current)}")
        hidden = None if current.__suppress_context__ else current.__context__
        current = current.__cause__ or hidden
    return "\n\nwhich came of:\n".join(parts)


def _quoted(found: re.Match[str]) -> str:
    text = found["single"] if found["single"] is not None else found["double"]
    return found[0] if _OF_THE_CODE.fullmatch(text) else f"'{HIDDEN}'"
