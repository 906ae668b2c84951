"""Measures the portal against its targets: `./portal bench [NAME]`.

A benchmark is a module here with `measure() -> Iterator[Figure]`; NAME is its name.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value, and whether it is at most (or at least) what it should be."""

    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def is_ok(self) -> bool:
        too_much = self.at_most is not None and self.value > self.at_most
        too_little = self.at_least is not None and self.value < self.at_least
        return not (too_much or too_little)

    def __str__(self) -> str:
        target = f"<={self.at_most:g}" if self.at_most is not None else f">={self.at_least:g}"
        return f"{self.name} {self.value:.2f} {self.unit} {target} {'ok' if self.is_ok else 'short'}"
