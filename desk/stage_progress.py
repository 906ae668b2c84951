"""How far a site is on its road, stage by stage, as its page shows it."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from sites.enums import Stage
from sites.models import Site

# Stages beside the straight road, shown where they belong.
_SHOWN_AT = {
    Stage.DRAFT: Stage.FILED,
    Stage.DECIDED: Stage.FILED,
    Stage.RETURNED: Stage.FILED,
    Stage.WITHDRAWN: Stage.FILED,
    Stage.NOT_ACCEPTED: Stage.ACCEPTED,
    Stage.WARNED: Stage.NAMED,
    Stage.REVOKED: Stage.NAMED,
}


@dataclass(frozen=True)
class ReachedStage:
    """A stage a site came to, the day, and by whom."""

    stage: str
    on: datetime.date
    by: str


@dataclass(frozen=True)
class ShownStage:
    """A stage of the road: `done`, `current`, `skipped` or `next`, and when and by whom it was reached."""

    label: str
    state: str
    date: datetime.date | None = None
    by: str = ""


def stage_progress(site: Site, steps: Iterable[ReachedStage]) -> list[ShownStage]:
    """The stages from filing to naming: done with date and person, the one it stands on, those to come.

    `steps` come the oldest first.
    """
    reached = {step.stage: step for step in steps}
    here = _SHOWN_AT.get(Stage(site.stage), Stage(site.stage))
    position = Stage.ROAD.index(here)
    shown = []
    for index, value in enumerate(Stage.ROAD):
        stage, step = Stage(value), reached.get(value)
        current = index == position
        label = Stage(site.stage).label if current else stage.label
        if current:
            state = "current"
        elif index < position:
            state = "done" if step else "skipped"
        else:
            state = "next"
        shown.append(
            ShownStage(
                label=str(label),
                state=state,
                date=step.on if step and index <= position else None,
                by=step.by if step and index <= position else "",
            )
        )
    return shown
