"""What there is of a kind, for tests that must find new members by themselves."""

from typing import TypeVar

T = TypeVar("T")


def kinds_of(base: type[T]) -> set[type[T]]:
    """A class with all that extend it, as far as they are imported."""
    return {base}.union(*(kinds_of(each) for each in type.__subclasses__(base)))
