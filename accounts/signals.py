"""What the rooms above are asked and told about a person who leaves."""

from dataclasses import dataclass
from typing import Any

from django.dispatch import Signal

from .models import User


@dataclass(frozen=True)
class OpenWork:
    """One thing that waits for a person, and where it is found."""

    text: str
    url: str


# Asks what is open for a person, `user`; a receiver returns a list of OpenWork in the reader's language.
open_work = Signal()

# Sent inside the transaction in which `leaver` goes and `successor`, or nobody (None), takes over, with
# `reason` and `by`. A receiver that cannot hand its part over raises ValidationError, and nothing is done.
work_handed_over = Signal()


def open_work_of(person: User) -> list[OpenWork]:
    """What waits for this person, as the rooms tell."""
    answers: list[tuple[Any, Any]] = open_work.send(sender=User, user=person)
    return [work for _receiver, found in answers for work in found]
