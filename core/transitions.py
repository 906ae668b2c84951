"""What the rooms' tables of steps have in common: from which states a step leads, and to which."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from .locks import change_once


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One row of a table of steps; a room adds what else its steps need.

    `targets` has two members where the step's outcome decides, and none where the record stays as it is.
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]

    def target(self, to: str | None = None) -> str:
        """Where the step leads: the first target, or the outcome `to`; ValueError if it is none of them."""
        if to is None:
            return self.targets[0]
        if to not in self.targets:
            raise ValueError(f"the step does not lead to {to}")
        return to


def move(rows: QuerySet[Any], step: Transition, to: str | None = None, **values: Any) -> bool:
    """Take the one record of `rows` on, with `values` for its other fields.

    False when its `state` is not one the step begins at, or no longer: then nothing is written.
    """
    if step.targets:
        values["state"] = step.target(to)
    return change_once(rows.filter(state__in=step.sources), **values)


def diagram(first: str, steps: Iterable[tuple[str, Transition]]) -> str:
    """The steps that lead on, as a picture in Markdown; a record begins at `first`."""
    arrows = [
        f"    {source} --> {target}: {name}"
        for name, step in steps
        for source in step.sources
        for target in step.targets
    ]
    return "\n".join(["```mermaid", "stateDiagram-v2", f"    [*] --> {first}", *arrows, "```"])
