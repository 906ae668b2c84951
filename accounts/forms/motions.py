"""Agreeing to what somebody else proposed."""

from typing import Any

from accounts.enums import ResolutionKind
from accounts.models import Motion
from core.forms import Form

from .resolutions import ask_for_resolution


class AgreeForm(Form):
    """Nothing to fill in, unless the act rests on a resolution of the leading group."""

    def __init__(self, *args: Any, motion: Motion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind := motion.decision.rests_on:
            ask_for_resolution(self, ResolutionKind(kind), None, back=motion.get_absolute_url())
