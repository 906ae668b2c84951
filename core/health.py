"""Whether the portal is well: one list of conditions, each with what is found and what to do about it.

`/readyz`, `./portal doctor`, the administrator's page and the metrics read the same list. A room adds its own
conditions when the portal starts (`<room>/conditions.py`, from its AppConfig). Each is asked in a thread:
what hangs is named as silent after `PATIENCE`, and holds up no more than the thread of its lane.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings
from django.db import connections
from django.utils import translation
from django.utils.translation import gettext
from django_stubs_ext import StrOrPromise

from core.enums import Severity
from core.offers import Offers
from core.scrubbing import words_of

# What has not answered by then (seconds) is down.
PATIENCE = 3.0
# Those that read the database are asked one after the other: a look takes one connection, not ten.
DATABASE = "database"


@dataclass(frozen=True)
class Found:
    """What a look found, in the reader's language.

    `figures` are what the metrics tell of it: a name (exported as portal_<name>) and its value, or its value
    for each kind of thing. Ages are in seconds, room in bytes.
    """

    words: str
    severity: Severity = Severity.OK
    figures: Mapping[str, float | Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Something that must hold for the portal to be well.

    Its `id` stands in alerts and must not change; docs/operate.md has a heading "Condition <id>". `look` may
    raise whatever it likes: that is an error too. Conditions of one `lane` are asked one after the other.
    Without those that are `for_readers` no page can be served: `/readyz` asks them.
    """

    id: str
    title: StrOrPromise
    advice: StrOrPromise
    look: Callable[[], Found]
    lane: str = ""
    for_readers: bool = False

    @property
    def to_do(self) -> str:
        """The advice, with the command as it is called on this machine."""
        return str(self.advice).replace("./portal", settings.PORTAL_COMMAND)

    @property
    def link(self) -> str:
        return f"docs/operate.md#condition-{self.id}"


@dataclass(frozen=True)
class Report:
    """A condition, and what was found of it just now."""

    condition: Condition
    found: Found

    @property
    def is_well(self) -> bool:
        return self.found.severity == Severity.OK


conditions: Offers[Condition] = Offers()


def examine(chosen: Iterable[Condition] | None = None) -> list[Report]:
    """Look at each condition, all of the list or those `chosen`, within `PATIENCE`."""
    language = translation.get_language()
    asked = [
        (condition, _pool(condition.lane or condition.id).submit(_look, condition, language))
        for condition in (conditions if chosen is None else chosen)
    ]
    wait([answer for _, answer in asked], timeout=PATIENCE)
    return [Report(condition, _answered(answer)) for condition, answer in asked]


def _look(condition: Condition, language: str | None) -> Found:
    """In a thread of the lane, and by a connection of its own: one that is kept may hang where a new one is
    refused, and the other way."""
    with translation.override(language):
        try:
            return condition.look()
        finally:
            connections.close_all()


def _answered(answer: Future[Found]) -> Found:
    if not answer.done():
        answer.cancel()
        told = gettext("There was no answer within %(n)d seconds.") % {"n": PATIENCE}
        return Found(told, Severity.ERROR)
    if (failure := answer.exception()) is not None:
        return Found(gettext("It does not work: %(why)s") % {"why": words_of(failure)}, Severity.ERROR)
    return answer.result()


@cache
def _pool(lane: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, f"health-{lane}")
