"""The trail is sealed beside beat, twice a second, and anchored, by whoever has beat's lease."""

from collections.abc import Callable

from core import beat

from . import anchors
from .sealing import Overtaken, Sequencer

EVERY = 0.5
ANCHORING = 5.0


def begin() -> Callable[[beat.May], None]:
    """A turn of the work beside beat."""
    sequencer: Sequencer | None = None

    def turn(may: beat.May) -> None:
        nonlocal sequencer
        if sequencer is None or sequencer.is_stale:
            sequencer = Sequencer()
        try:
            sequencer.turn(may)
        except Overtaken:
            sequencer = None

    return turn


beat.beside("trail", EVERY, begin)
beat.beside("anchors", ANCHORING, lambda: anchors.write_due)
