"""`objection_table`: docs/objections.md, drawn from the one table of an objection's steps."""

from typing import Any

from django.core.management.base import BaseCommand

from core.transitions import diagram
from publicity.enums import ObjectionState
from publicity.objection_steps import STEPS, Step

HEAD = """# The steps of an objection

Drawn from `STEPS` in `publicity/objection_steps.py` by `./portal manage objection_table > docs/objections.md`
(a test compares the two). Nobody decides one alone: whoever has or had a part under “never” may not take the
step, and the database holds the record to it. `publicity/services/handling.py` takes the steps: it checks
person, words and state, moves the objection by a conditional update and writes the line of its record, all in
one transaction. What was drafted is read by nobody outside before it is approved.

| step | from → to | who | never | words | leaves behind |
|---|---|---|---|---|---|
"""
AFTER = """
One that comes in online is `received`; what comes by post, by telephone or in person is taken down by the
office (`services.objections.record`), which is no step of it: it decides nothing. The day it came in must
lie within the notice, and it is signed.

"""


class Command(BaseCommand):
    help = "Print docs/objections.md."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(markdown(), ending="")


def markdown() -> str:
    """The whole page, ending in one newline."""
    rows = [_row(name, step) for name, step in STEPS.items()]
    return HEAD + "\n".join(rows) + "\n" + AFTER + diagram(ObjectionState.RECEIVED, STEPS.items()) + "\n"


def _row(name: str, step: Step) -> str:
    cells = (
        f"`{name}`",
        f"{_names(step.sources, ', ')} → {_names(step.targets, ' or ')}",
        _who(step),
        _names(step.never, ", ") or "–",
        "yes" if step.words else "",
        step.leaves,
    )
    return f"| {' | '.join(cells)} |"


def _who(step: Step) -> str:
    if step.alone:
        return f"`{step.alone}` alone"
    return _names(step.roles, ", ") or "the person named"


def _names(names: tuple[str, ...], joiner: str) -> str:
    return joiner.join(f"`{name}`" for name in names)
