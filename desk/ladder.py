"""A site's road as the progress ladder shows it, and what comes next."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from sites.enums import Action, Stage
from sites.models import Site, StageChange
from sites.workflow import TRANSITIONS

# Stages beside the straight road, shown at the rung where they belong.
_AT_RUNG = {
    Stage.DRAFT: Stage.FILED,
    Stage.RETURNED: Stage.FILED,
    Stage.NOT_ACCEPTED: Stage.ACCEPTED,
    Stage.WARNED: Stage.NAMED,
    Stage.REVOKED: Stage.NAMED,
}
# The step that leads on along the road; its alternatives are answers to trouble.
_ONWARD = (
    Action.FILE,
    Action.REVIEW,
    Action.DETERMINE,
    Action.AGREE_PLAN,
    Action.SUBMIT_SELF_ASSESSMENT,
    Action.SIGN_INSPECTION,
    Action.VERIFY_RECTIFICATION,
    Action.PASS_ACCEPTANCE,
    Action.REOPEN,
    Action.ANNOUNCE,
    Action.NAME,
    Action.RESTORE,
)


@dataclass(frozen=True)
class Rung:
    label: str
    state: str
    date: datetime.date | None = None
    by: User | None = None


def ladder(site: Site, history: Iterable[StageChange]) -> list[Rung]:
    """The rungs from filing to naming: done with date and person, the one it stands on, those to come."""
    reached = {step.to_stage: step for step in history}
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
                by=step.by if step and index <= position else None,
            )
        )
    return rungs


def next_action(site: Site) -> Action | None:
    """The step that leads this site on; None at the end of the road."""
    return next((action for action in _ONWARD if site.stage in TRANSITIONS[action].sources), None)
