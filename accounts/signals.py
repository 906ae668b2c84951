"""What the rooms above are asked and told about a person who leaves."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.dispatch import Signal

from .models import User


@dataclass(frozen=True)
class OpenWork:
    """One thing that waits for a person, and where it is found; `site_key`: the site's it is about."""

    text: str
    url: str
    site_key: int | None = None


# Asks what is open for a person, `user`; a receiver returns a list of OpenWork in the reader's language.
open_work = Signal()

# Sent inside the transaction in which `leaver` goes and `successor`, or nobody (None), takes over, with
# `reason` and `by`. A receiver that cannot hand its part over raises ValidationError, and nothing is done.
work_handed_over = Signal()


def told_to(reader: User, work: Iterable[OpenWork]) -> list[OpenWork]:
    """The work this reader may know of: nothing about a site they have stood aside from."""
    aside = set(reader.recused_sites().values_list("site", flat=True))
    return [each for each in work if each.site_key not in aside]


def open_work_of(person: User) -> list[OpenWork]:
    """What waits for this person, as the rooms tell."""
    answers: list[tuple[Any, Any]] = open_work.send(sender=User, user=person)
    return [work for _receiver, found in answers for work in found]
