"""The kinds of date that the rooms offer, by their keys."""

from django_stubs_ext import StrOrPromise

from sites.deadlines import DEADLINES, DeadlineKind


def kind_of(key: str) -> DeadlineKind:
    return next(kind for kind in DEADLINES if kind.key == key)


def kind_choices() -> list[tuple[str, StrOrPromise]]:
    """For a field or a form, in the order in which a campaign comes to them."""
    return [(kind.key, kind.label) for kind in DEADLINES]
