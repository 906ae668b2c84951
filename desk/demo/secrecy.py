"""保密审查 in the demo: a colleague of the office reads what is about to go out, as the pages ask for it."""

from collections.abc import Sequence
from typing import Any

from accounts.enums import SecrecyGround, SecrecyState
from accounts.models import SecrecyReview, User
from accounts.publishing import NOTHING_TYPED, Values, digest
from accounts.services import secrecy
from accounts.services.secrecy import Said

from .cast import Cast


def clear(kind: str, records: Sequence[Any], cast: Cast, values: Values = NOTHING_TYPED) -> None:
    """Asked for by the office and cleared by the colleague, on the same day."""
    give(secrecy.ask(kind=kind, records=records, values=values, by=cast.office), cast)


def give(review: SecrecyReview, cast: Cast, by: User | None = None) -> None:
    """The colleague, or whoever is named, finds nothing that must stay inside."""
    by = by or cast.colleague
    seen = {subject.record: digest(parts) for subject, parts in secrecy.read(review, by)}
    said = Said(state=SecrecyState.CLEARED, ground=SecrecyGround.NOTHING, held={}, seen=seen)
    secrecy.give(review=review, said=said, by=by)
