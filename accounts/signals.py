"""What the rooms above are asked and told about a person who leaves."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.dispatch import Signal

from .models import User


@dataclass(frozen=True)
class OpenWork:
    """One thing that waits for a person, and where it is found; the keys: of the site or list it is about."""

    text: str
    url: str
    site_key: int | None = None
    filing_key: int | None = None


# Sent inside the transaction in which an account is opened for `person`, whom a room above may know already.
person_added = Signal()

# Asks what is open for a person, `user`; a receiver returns a list of OpenWork in the reader's language.
open_work = Signal()

# Sent inside the transaction in which `leaver` goes and `successor`, or nobody (None), takes over, with
# `reason` and `by`. A receiver that cannot hand its part over raises ValidationError, and nothing is done.
work_handed_over = Signal()

# Sent inside the transaction in which the minutes of `meeting` are issued by `by`: the room of papers makes
# them.
minutes_issued = Signal()


def told_to(reader: User, work: Iterable[OpenWork]) -> list[OpenWork]:
    """The work this reader may know of: nothing about a site they stood aside from, or a list with it."""
    aside = reader.recusals.values_list("site", "site__filing")
    sites, lists = {site for site, _list in aside}, {filing for _site, filing in aside}
    return [each for each in work if each.site_key not in sites and each.filing_key not in lists]


def open_work_of(person: User) -> list[OpenWork]:
    """What waits for this person, as the rooms tell."""
    answers: list[tuple[Any, Any]] = open_work.send(sender=User, user=person)
    return [work for _receiver, found in answers for work in found]
