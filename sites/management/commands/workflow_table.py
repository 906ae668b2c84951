"""`workflow_table`: docs/workflow.md, drawn from the one table of transitions."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.enums import Role
from core.transitions import diagram
from sites.deadlines import DEADLINES
from sites.enums import Action, Stage
from sites.workflow import TRANSITIONS, Transition

HEAD = """# The workflow of a site

Drawn from `TRANSITIONS` in `sites/workflow.py` by `./portal manage workflow_table > docs/workflow.md`;
a test compares the two. `sites.workflow.perform` is the only writer of `Site.stage`: it checks person,
stage and phase, moves the site with a conditional update and writes the history row, all in one
transaction. Guards are checked by the room that owns the step before it calls `perform`. A step whose phase
has a + is possible longer at a site that was given a later day for what it answers: a self-assessment or a
visit by the day of its round, findings by their deadlines (`sites.deadlines.open_until`). What is done with
an objection before it is upheld, and by whom, stands in [objections.md](objections.md).

| action | from → to | who | phase | reason | guard | leaves behind |
|---|---|---|---|---|---|---|
"""


class Command(BaseCommand):
    help = "Print docs/workflow.md."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(markdown(), ending="")


def markdown() -> str:
    """The whole page, ending in one newline."""
    rows = [_row(action, transition) for action, transition in TRANSITIONS.items()]
    return HEAD + "\n".join(rows) + "\n\n" + diagram(Stage.DRAFT, TRANSITIONS.items()) + "\n"


def _row(action: Action, transition: Transition) -> str:
    cells = (
        f"`{action}`",
        f"{_stages(transition.sources, ', ')} → {_stages(transition.targets, ' or ')}",
        ", ".join(f"`{Role(role)}`" for role in transition.roles),
        _phases(action, transition),
        "yes" if transition.needs_note else "",
        transition.guard,
        transition.leaves,
    )
    return f"| {' | '.join(cells)} |"


def _phases(action: Action, transition: Transition) -> str:
    longer = " +" if any(action in kind.keeps_open for kind in DEADLINES) else ""
    return "–".join(str(ordinal) for ordinal in transition.phases) + longer or "any"


def _stages(stages: tuple[Stage, ...], joiner: str) -> str:
    return joiner.join(f"`{stage}`" for stage in stages)
