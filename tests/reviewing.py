"""The second person's word on secrets, for tests that begin where something goes out."""

from typing import Any

from accounts.enums import Role, SecrecyGround, SecrecyState
from accounts.models import SecrecyReview, User
from accounts.publishing import NOTHING_TYPED, Values, digest
from accounts.services import secrecy
from accounts.services.secrecy import Said
from tests import factories

AGAINST = {SecrecyState.PARTLY, SecrecyState.REFUSED}


def asked(kind: str, *records: Any, values: Values = NOTHING_TYPED, by: User | None = None) -> SecrecyReview:
    """Somebody of the office is about to publish these."""
    return secrecy.ask(kind=kind, records=records, values=values, by=by or factories.user(Role.OFFICE))


def given(
    review: SecrecyReview,
    state: SecrecyState = SecrecyState.CLEARED,
    *,
    by: User | None = None,
    held: dict[str, str] | None = None,
    ground: SecrecyGround | None = None,
) -> SecrecyReview:
    """Read and reviewed by another person of the office; `held` gives the reasons by the parts' keys."""
    by = by or factories.user(Role.OFFICE)
    read = secrecy.read(review, by)
    reasons = {
        (subject.pk, place): (held or {}).get(part.key, "")
        for subject, parts in read
        for place, part in enumerate(parts)
    }
    default = SecrecyGround.PRIVATE if state in AGAINST else SecrecyGround.NOTHING
    said = Said(
        state=state,
        ground=ground or default,
        words="示例审查意见",
        held=reasons,
        seen={subject.record: digest(parts) for subject, parts in read},
    )
    secrecy.give(review=review, said=said, by=by)
    return review


def cleared(kind: str, *records: Any, values: Values = NOTHING_TYPED) -> SecrecyReview:
    """Asked for by one person and cleared by another: it may go out as it stands."""
    return given(asked(kind, *records, values=values))


def clear(kind: str, *records: Any, values: Values = NOTHING_TYPED) -> None:
    """Cleared as far as they are not yet, for scenes that publish one after the other."""
    found = secrecy.standings(kind, records, values)
    for review in {standing.review for standing in found.values() if standing.is_waiting}:
        assert review is not None  # it is what is waited for
        given(review)
    if missing := [record for record in records if found[record.pk].may_be_asked]:
        cleared(kind, *missing, values=values)


def give_all() -> None:
    """What waits is cleared."""
    for review in SecrecyReview.objects.waiting().order_by("pk"):
        given(review)
