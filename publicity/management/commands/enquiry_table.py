"""`enquiry_table`: docs/enquiries.md, drawn from the one table of an enquiry's steps."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.enums import Role
from accounts.models import User
from core.transitions import diagram
from publicity.enquiry_steps import CLOCKS, COMPLETED, STEPS, Step
from publicity.enums import EnquiryState

HEAD = """# The steps of an enquiry

Drawn from `STEPS` in `publicity/enquiry_steps.py` by `./portal manage enquiry_table > docs/enquiries.md` (a
test compares the two). An enquiry lies with one body at a time: the office, or whom it was handed to, which
drafts the answer; somebody else, of the office or of the leading group, approves it.
`publicity/services/answering.py` takes the steps: it checks person, words and state, moves the enquiry by a
conditional update and writes the line of its record, all in one transaction. What was drafted is read by
nobody outside before it is approved.

| step | from → to | who | leaves behind |
|---|---|---|---|
"""
AFTER = """
One that comes in online is `received`; what comes by post, by telephone or at the counter is taken down by
the office (`services.enquiries.record`). Who asked completes a request that is `to_complete`, and so it is
`answering` again. An answer is due within the rulebook's working days (`enquiry_reply_days`); of a request
for information within those of the regulation that holds on its day:

"""


class Command(BaseCommand):
    help = "Print docs/enquiries.md."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(markdown(), ending="")


def markdown() -> str:
    """The whole page, ending in one newline."""
    rows = [_row(name, step) for name, step in STEPS.items()]
    clocks = [
        f"- {f'since {clock.since}' if clock.since.year > 1 else 'before'}: {clock.days} working days, "
        f"prolonged once by {clock.more}"
        for clock in CLOCKS
    ]
    drawn = diagram(EnquiryState.RECEIVED, [*STEPS.items(), ("complete", COMPLETED)])
    return HEAD + "\n".join(rows) + "\n" + AFTER + "\n".join(clocks) + "\n\n" + drawn + "\n"


def _row(name: str, step: Step) -> str:
    cells = (
        f"`{name}`" + (", of a request for information" if step.of_information else ""),
        f"{_names(step.sources, ', ')} → {_names(step.targets, ' or ')}",
        _who(step),
        step.leaves,
    )
    return f"| {' | '.join(cells)} |"


def _who(step: Step) -> str:
    roles = _names(tuple(role.value for role in Role if step.who(User(role=role))), ", ")
    if step.of_holder:
        return f"{roles}, of the body with which it lies" + (", or the office" if step.or_office else "")
    if step.by_another:
        return f"{roles}, another than who drafted it"
    return "who drafted it" if step.by_drafter else roles


def _names(names: tuple[str, ...], joiner: str) -> str:
    return joiner.join(f"`{name}`" for name in names)
