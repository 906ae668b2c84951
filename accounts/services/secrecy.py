"""保密审查: nothing goes out before a second person has read exactly what would be public, and said so.

Services that publish ask `check`; pages ask `standings` for what they show beside the button.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.deputies import hands_of, is_another
from accounts.enums import Role, SecrecyGround, SecrecyState
from accounts.models import SecrecyReview, SecrecySubject, User
from accounts.publishing import NOTHING_TYPED, Part, Publishable, Values, digest, publishable_of
from accounts.rules import require_city, reviews_secrecy
from core.acting import Refusal
from core.clock import today
from core.locks import change_once
from tables.tidy import tidy_prose

from .notifications import notify

ASKED = gettext_noop("Another person of the office or of the leading group reviews it for secrets now.")


class NotReviewed(Refusal):
    """It would go out without a secrecy review that holds for it."""


class ReviewEnded(Refusal):
    """The review was given meanwhile, or what it is about has changed while it was read."""


class OwnReview(Refusal):
    """Who wrote it, asked for the review or publishes it would review it too."""


@dataclass(frozen=True)
class Standing:
    """How it stands with the review of one record: the newest one, and why it does not hold ("": it does)."""

    record: int
    title: str
    review: SecrecyReview | None
    why_not: str

    @property
    def is_waiting(self) -> bool:
        return self.review is not None and self.review.is_waiting

    @property
    def may_be_asked(self) -> bool:
        """A new review would take it further."""
        return bool(self.why_not) and not self.is_waiting

    def why_not_by(self, user: User) -> str:
        """The same where this person would publish it, who may have given the review."""
        if self.review and not self.why_not and not is_another(user, self.review.reviewed_by_id):
            return _("You gave the secrecy review, or stand in for whoever did; somebody else publishes.")
        return self.why_not


@transaction.atomic
def ask(
    *, kind: str, records: Sequence[Any], values: Values = NOTHING_TYPED, title: str = "", by: User
) -> SecrecyReview:
    """Put before another person what is about to go out: one review of as many records as go out together.

    A newer review takes the place of the one before. Raises PermissionDenied, and Refusal where one waits.
    """
    require_city(by)
    publishable = publishable_of(kind)
    held = list(_open(publishable, by, records).select_for_update(of=("self",)).order_by("pk"))
    for record in held:
        if SecrecyReview.objects.about(kind, record.pk).waiting().filter(values=_kept(values)).exists():
            told = _("The secrecy review of “%(title)s” waits already for another person.")
            raise Refusal(told % {"title": publishable.called(record, values)})
    review = SecrecyReview.objects.create(
        kind=kind,
        title=(title or publishable.called(held[0], values))[:250],
        values=_kept(values),
        asked_by=by,
        asked_on=today(),
    )
    review.writers.set({key for record in held for key in publishable.writers(record)})
    for record in held:
        called = publishable.called(record, values)[:250]
        SecrecySubject.objects.create(review=review, record=record.pk, title=called)
    notify(
        _reviewers(review),
        text=gettext_noop("%(who)s asks for the secrecy review of “%(title)s”."),
        about={"who": by, "title": review.title},
        url=review.get_absolute_url(),
    )
    return review


def ask_for_the_rest(*, kind: str, records: Sequence[Any], title: str, by: User) -> None:
    """As a step of the preparation: of these records those neither reviewed as they stand nor waiting."""
    found = standings(kind, records)
    open_to = publishable_of(kind).open_to(by).filter(pk__in=[record.pk for record in records])
    if rest := [record for record in open_to if found[record.pk].may_be_asked]:
        ask(kind=kind, records=rest, title=title, by=by)


def _kept(values: Values) -> dict[str, Any]:
    """In one order: a database may tell two orders of the same apart."""
    return dict(sorted(values.items()))


def _open(publishable: Publishable, by: User, records: Iterable[Model]) -> QuerySet[Any]:
    """The records, if all are open to this person; PermissionDenied else."""
    keys = {record.pk for record in records}
    found = publishable.open_to(by).filter(pk__in=keys)
    if not keys or found.count() != len(keys):
        raise PermissionDenied
    return type(next(iter(records)))._default_manager.filter(pk__in=keys)


@transaction.atomic
def take_back(*, review: SecrecyReview, by: User) -> None:
    """Who asked for it sees that it was a mistake, before anybody has reviewed it."""
    if review.asked_by_id != by.pk:
        raise PermissionDenied
    if not change_once(SecrecyReview.objects.waiting().filter(pk=review.pk), state=SecrecyState.TAKEN_BACK):
        raise ReviewEnded(_("This review was given meanwhile; look at it again."))


def need_no_more(*, kind: str, record: int) -> None:
    """What was to go out of this record will not, or went out otherwise: nobody has to review it."""
    for review in SecrecyReview.objects.about(kind, record).waiting():
        change_once(SecrecyReview.objects.waiting().filter(pk=review.pk), state=SecrecyState.TAKEN_BACK)


@dataclass(frozen=True, kw_only=True)
class Said:
    """A review as its form says it; `held` gives the reason of each part that is held back, by its place.

    `seen` is the digest of what the page showed of each record, by its key.
    """

    state: SecrecyState
    ground: SecrecyGround
    words: str = ""
    held: Mapping[tuple[int, int], str]
    seen: Mapping[int, str]


@transaction.atomic
def give(*, review: SecrecyReview, said: Said, by: User) -> None:
    """The second person's word on what would be public, as it stands now and as they have read it.

    Raises PermissionDenied, OwnReview, ReviewEnded, and ValidationError by field: `state`, `ground`, `words`.
    """
    if not may_read(review, by):
        raise PermissionDenied
    if why_not := own_part(review, by):
        raise OwnReview(why_not)
    _check_said(said)
    for subject, parts in read(review, by):
        if digest(parts) != said.seen.get(subject.record):
            raise ReviewEnded(_("What would go out has changed while you read it; read it again."))
        held = [(place, said.held.get((subject.pk, place), "")) for place in range(len(parts))]
        subject.seen = digest(parts)
        if said.state != SecrecyState.REFUSED:
            subject.cleared = digest(parts[place] for place, reason in held if not reason)
        subject.held = [
            {"part": str(parts[place].label), "text": parts[place].text, "reason": reason}
            for place, reason in held
            if reason
        ]
        subject.save()
    given = change_once(
        SecrecyReview.objects.waiting().filter(pk=review.pk),
        state=said.state,
        ground=said.ground,
        words=tidy_prose(said.words),
        reviewed_by=by,
        reviewed_on=today(),
    )
    if not given:
        raise ReviewEnded(_("This review was given meanwhile; look at it again."))
    review.refresh_from_db()
    _tell(review, by)


def _check_said(said: Said) -> None:
    held = [reason for reason in said.held.values() if reason]
    if held and said.state != SecrecyState.PARTLY:
        told = _("Parts are held back: choose “%(partly)s”, or empty their reasons.")
        raise ValidationError({"state": told % {"partly": SecrecyState.PARTLY.label}})
    if not held and said.state == SecrecyState.PARTLY:
        raise ValidationError({"state": _("Write beside each part that must not go out why not.")})
    wanted = SecrecyGround.FOR_IT if said.state == SecrecyState.CLEARED else SecrecyGround.AGAINST_IT
    if said.ground not in wanted:
        raise ValidationError({"ground": _("This ground does not fit what you decided; choose another.")})
    if said.ground != SecrecyGround.NOTHING and not tidy_prose(said.words):
        raise ValidationError({"words": _("Say it in your own words as well.")})


def records_of(review: SecrecyReview, user: User) -> list[Any]:
    """What is under review, as far as it is open to this person."""
    keys = review.subjects.values("record")
    return list(review.publishable.open_to(user).filter(pk__in=keys).order_by("pk"))


def read(review: SecrecyReview, user: User) -> list[tuple[SecrecySubject, list[Part]]]:
    """What would be public of each record, as it stands now."""
    records = {record.pk: record for record in records_of(review, user)}
    return [
        (subject, list(review.publishable.parts(records[subject.record], review.values)))
        for subject in review.subjects.all()
        if subject.record in records
    ]


def why_nots(review: SecrecyReview, records: Sequence[Any]) -> list[str]:
    """What keeps the records of a review from going out now, each in a sentence."""
    found = standings(review.kind, records, review.values)
    return [standing.why_not for standing in found.values() if standing.why_not]


def may_read(review: SecrecyReview, user: User) -> bool:
    """Every record under review is this person's to read, and the role is one that reviews."""
    seen = SecrecyReview.objects.visible_to(user, kind=review.kind)
    return reviews_secrecy(user) and seen.filter(pk=review.pk).exists()


def own_part(review: SecrecyReview, user: User) -> str:
    """Why this is not a second person; "" where it is one."""
    if not is_another(user, review.asked_by_id):
        return _("You asked for this review, or stand in for whoever did; somebody else gives it.")
    if not is_another(user, *review.writers.values_list("pk", flat=True)):
        return _("You wrote part of it, or stand in for whoever did; somebody else reviews it.")
    return ""


def check(kind: str, *records: Any, by: User, values: Values = NOTHING_TYPED) -> None:
    """For whoever puts these out now: each was read by another person just as it stands.

    Raises NotReviewed with what to do, and OwnReview where this person gave the review.
    """
    for standing in standings(kind, records, values).values():
        if standing.why_not:
            raise NotReviewed(standing.why_not)
        if told := standing.why_not_by(by):
            raise OwnReview(told)


def standings(kind: str, records: Sequence[Any], values: Values = NOTHING_TYPED) -> dict[int, Standing]:
    """How it stands with the newest review of each record, by its key (one query beside the parts)."""
    publishable = publishable_of(kind)
    newest = {
        subject.record: subject
        for subject in SecrecySubject.objects.filter(
            review__kind=kind, review__values=_kept(values), record__in=[record.pk for record in records]
        )
        .exclude(review__state=SecrecyState.TAKEN_BACK)
        .select_related("review__reviewed_by", "review__asked_by")
        .order_by("review_id")
    }
    found = {}
    for record in records:
        subject, title = newest.get(record.pk), publishable.called(record, values)
        told = _why_not(subject, digest(publishable.parts(record, values)))
        why_not = _(told) % {"title": title} if told else ""
        found[record.pk] = Standing(record.pk, title, subject.review if subject else None, why_not)
    return found


def _why_not(subject: SecrecySubject | None, now: str) -> str:
    """Why it does not go out as it stands now, as a msgid; "" where it may."""
    if subject is None:
        return gettext_noop("Ask for the secrecy review of “%(title)s” first.")
    if subject.review.is_waiting:
        return gettext_noop("The secrecy review of “%(title)s” waits for another person.")
    if subject.cleared == now:
        return ""
    if subject.seen != now:
        return gettext_noop("“%(title)s” has changed since its secrecy review; ask for a new one.")
    if subject.review.state == SecrecyState.PARTLY:
        return gettext_noop("“%(title)s” still has what the secrecy review held back; take that out first.")
    return gettext_noop("The secrecy review says that “%(title)s” must not go out.")


@transaction.atomic
def put_out(*, review: SecrecyReview, by: User) -> str:
    """Publish what was typed and reviewed, by the room's own service, which checks the review once more."""
    publishable = review.publishable
    records = records_of(review, by)
    if publishable.put_out is None or len(records) != review.subjects.count():
        raise PermissionDenied
    address = publishable.put_out(records, review.values, by)
    if not change_once(SecrecyReview.objects.filter(pk=review.pk, put_out_on=None), put_out_on=today()):
        raise ReviewEnded(_("This has been published already."))
    for record in review.subjects.values_list("record", flat=True):  # what else was typed for it is too late
        need_no_more(kind=review.kind, record=record)
    return address


def _reviewers(review: SecrecyReview) -> list[User]:
    apart = [review.asked_by_id, *review.writers.values_list("pk", flat=True)]
    others = User.objects.active().filter(role__in=Role.CITY_WIDE).exclude(hands_of(apart))
    return [person for person in others if may_read(review, person)]


def _tell(review: SecrecyReview, by: User) -> None:
    notify(
        [review.asked_by],
        text=gettext_noop("%(who)s has reviewed “%(title)s” for secrets: %(state)s."),
        about={"who": by, "title": review.title, "state": review.get_state_display()},
        url=review.get_absolute_url(),
    )
