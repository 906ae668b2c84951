"""Measures the portal against its targets: `./portal bench [NAME …]`.

A benchmark is a module here with `measure() -> Iterator[Figure]`; NAME is its name.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value, and whether it is at most (or at least) what it should be.

    Without a target it is told for whoever reads the others. `note` says what the value was made of.
    """

    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def is_ok(self) -> bool:
        too_much = self.at_most is not None and self.value > self.at_most
        too_little = self.at_least is not None and self.value < self.at_least
        return not (too_much or too_little)

    @property
    def target(self) -> str:
        if self.at_most is not None:
            return f"<={self.at_most:g}"
        return f">={self.at_least:g}" if self.at_least is not None else ""

    def __str__(self) -> str:
        verdict = f" {self.target} {'ok' if self.is_ok else 'short'}" if self.target else ""
        return f"{self.name} {self.value:.2f} {self.unit}{verdict}{f' ({self.note})' if self.note else ''}"
