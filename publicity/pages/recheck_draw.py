"""A draw of rechecks as a person reads it: the pool in its order, what came out, how to do it by hand."""

import shlex
from functools import cached_property

from accounts.models import User
from assessments.drawing import ordered, rank
from assessments.pages.draw import DIGITS, Ranked
from publicity.models import Naming, RecheckDraw
from publicity.services.tracking import drawn


class RecheckDrawPage:
    """What a draw says to a reader; sites a reader has stood aside from are left out and counted."""

    def __init__(self, draw: RecheckDraw, reader: User) -> None:
        self.draw = draw
        aside = Naming.objects.filter(site__in=reader.recused_sites()).values_list("plaque_number", flat=True)
        hidden = set(aside)
        self._places = {place["code"]: place for place in draw.pool if place["code"] not in hidden}
        self.left_out = len(draw.pool) - len(self._places)

    @cached_property
    def order(self) -> list[Ranked]:
        """The pool in the order of the draw."""
        places = (self._places[code] for code in ordered(self.draw.seed, self._places))
        return [
            Ranked(place["code"], place["name"], place["unit"], rank(self.draw.seed, place["code"])[:DIGITS])
            for place in places
        ]

    @cached_property
    def drawn(self) -> set[str]:
        """The plaque numbers that pool and seed give."""
        return set(drawn(self.draw))

    @cached_property
    def is_same(self) -> bool:
        """Whether pool and seed give the rechecks on record; of the rulebook's draw, the sites it came to."""
        kept = self.draw.drawn_sites if self.draw.period_from else self.draw.rechecks
        on_record = kept.values_list("naming__plaque_number", flat=True)
        return set(on_record) == self.drawn

    @property
    def example(self) -> str:
        """A line anybody can type to get the first rank."""
        code = self.order[0].code
        return f"printf '%s' {shlex.quote(f'{self.draw.seed}:{code}')} | sha256sum"
