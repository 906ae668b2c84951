"""What somebody sees who follows an objection by its receipt code: how far it is, with dates, and no name."""

import datetime
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from publicity.enums import ObjectionState
from publicity.models import Objection


@dataclass(frozen=True)
class Step:
    """One line of `components/steps.html`."""

    label: str
    state: str
    date: datetime.date | None = None
    note: str = ""


def progress(letter: Objection) -> list[Step]:
    """Received, taken up, answered; one that is not taken up is answered at once."""
    shown = letter.public_state
    taken_up = shown not in (ObjectionState.RECEIVED, ObjectionState.DECLINED)
    received = "current" if shown == ObjectionState.RECEIVED else "done"
    steps = [Step(_("Received"), received, letter.received_on)]
    if shown != ObjectionState.DECLINED:
        state = "next" if not taken_up else "current" if letter.is_open else "done"
        steps.append(
            Step(_("Taken up: somebody who is not of the unit looks into it"), state, letter.taken_up_on)
        )
    due = _("By %(date)s at the latest.") % {"date": date_format(letter.due_on)} if letter.due_on else ""
    if letter.is_open:
        return [*steps, Step(_("Written reply"), "next", note=due)]
    return [*steps, Step(_("Written reply"), "done", letter.replied_on)]
