"""`finding_table`: docs/findings.md, drawn from the one table of a finding's steps."""

from typing import Any

from django.core.management.base import BaseCommand

from assessments.enums import FindingState
from assessments.finding_steps import LEFT_OUT, STEPS, UNLOCKED, Step
from core.transitions import diagram

HEAD = """# The steps of a finding

Drawn from `STEPS` in `assessments/finding_steps.py` by `./portal manage finding_table > docs/findings.md`;
a test compares the two. A step is named by the word it leaves in the finding's thread, and is taken only
while the site is `rectifying`. `assessments/services/thread.py` takes the steps: it checks person, words,
state and the last word of the hearing, moves the finding by a conditional update and writes the line of the
thread, all in one transaction. Guards that need more stand in the service of the step. What the unit writes
after the day that was set for it is late.

| step | from → to | last word before it | who | words | day set | unit is told | guard | leaves behind |
|---|---|---|---|---|---|---|---|---|
"""


class Command(BaseCommand):
    help = "Print docs/findings.md."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(markdown(), ending="")


def markdown() -> str:
    """The whole page, ending in one newline."""
    steps: list[tuple[str, Step]] = [*STEPS.items(), ("left out", LEFT_OUT), ("unlocked", UNLOCKED)]
    rows = [_row(name, step) for name, step in steps]
    return HEAD + "\n".join(rows) + "\n\n" + diagram(FindingState.PUT, steps) + "\n"


def _row(name: str, step: Step) -> str:
    cells = (
        f"`{name}`",
        f"{_names(step.sources, ', ') or '–'} → {_names(step.targets, ' or ') or 'stays'}",
        ", ".join(f"`{word}`" if word else "none yet" for word in step.after),
        _names(step.roles, ", ") or "the portal",
        "yes" if step.wants else "",
        f"`{step.due}`" if step.due else "",
        "yes" if step.tells else "",
        step.guard,
        step.leaves,
    )
    return f"| {' | '.join(cells)} |"


def _names(names: tuple[str, ...], joiner: str) -> str:
    return joiner.join(f"`{name}`" for name in names)
