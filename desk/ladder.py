"""A site's road as the progress ladder shows it."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from sites.enums import Stage
from sites.models import Site

# Stages beside the straight road, shown at the rung where they belong.
_AT_RUNG = {
    Stage.DRAFT: Stage.FILED,
    Stage.RETURNED: Stage.FILED,
    Stage.WITHDRAWN: Stage.FILED,
    Stage.NOT_ACCEPTED: Stage.ACCEPTED,
    Stage.WARNED: Stage.NAMED,
    Stage.REVOKED: Stage.NAMED,
}


@dataclass(frozen=True)
class Reached:
    """A stage a site came to, the day, and by whom."""

    stage: str
    on: datetime.date
    by: str


@dataclass(frozen=True)
class Rung:
    label: str
    state: str
    date: datetime.date | None = None
    by: str = ""


def ladder(site: Site, steps: Iterable[Reached]) -> list[Rung]:
    """The rungs from filing to naming: done with date and person, the one it stands on, those to come.

    `steps` come the oldest first.
    """
    reached = {step.stage: step for step in steps}
    here = _AT_RUNG.get(Stage(site.stage), Stage(site.stage))
    position = Stage.ROAD.index(here)
    rungs = []
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
        rungs.append(
            Rung(
                label=str(label),
                state=state,
                date=step.on if step and index <= position else None,
                by=step.by if step and index <= position else "",
            )
        )
    return rungs
