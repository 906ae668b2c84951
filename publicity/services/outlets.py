"""Where a notice was made known beside its page: recorded, reviewed for secrets, and only then public."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import is_office
from accounts.services import secrecy
from assessments.services.storing import files_with_rows, store_kept
from core.locks import change_once
from core.uploads import OUTLET, Taken, receive
from publicity.enums import NoticeState, OutletKind
from publicity.models import Notice, NoticeOutlet, NoticePromise, OutletPicture
from publicity.models.outlets import NoticeOutletQuerySet
from sites.calendar import today
from sites.workflow import InvalidTransition
from tables.tidy import tidy_prose

from . import notices

# kind, on, medium, note, shows
Words = Mapping[str, Any]
Upload: TypeAlias = "UploadedFile[Any] | None"


@files_with_rows()
def record(*, notice: Notice, words: Words, picture: Upload = None, by: User) -> NoticeOutlet:
    """Put on record where the notice was made known, and ask for its secrecy review.

    Raises PermissionDenied, InvalidTransition, and ValidationError by field: the words, `picture`.
    """
    _check_hand(notice, by)
    if notice.state == NoticeState.WITHDRAWN:
        raise InvalidTransition(_("This notice was withdrawn, so nothing is recorded of it any more."))
    outlet = NoticeOutlet(notice=notice, entered_by=by, entered_on=today())
    _write(outlet, words, picture)
    _ask(outlet, by)
    return outlet


@files_with_rows()
def correct(*, outlet: NoticeOutlet, words: Words, picture: Upload = None, by: User) -> None:
    """Correct what is on record; the trail keeps what it said. A new picture takes the place of the old one.

    It leaves the public page until it was reviewed for secrets anew.
    """
    _check_hand(outlet.notice, by)
    current = _standing(outlet)
    current.published_on = None
    _write(current, words, picture)
    secrecy.need_no_more(kind="outlet", record=current.pk)
    _ask(current, by)


@transaction.atomic
def publish(*, outlet: NoticeOutlet, by: User) -> None:
    """Show it with the notice, just as another person has reviewed it."""
    _check_hand(outlet.notice, by)
    current = _standing(outlet)
    secrecy.check("outlet", current, by=by)
    if not change_once(NoticeOutlet.objects.unpublished().filter(pk=current.pk), published_on=today()):
        raise InvalidTransition(_("This is public already."))


@transaction.atomic
def withdraw(*, outlet: NoticeOutlet, reason: str, by: User) -> None:
    """It was entered by mistake: it leaves the public page and counts no more, but stays on record."""
    _check_hand(outlet.notice, by)
    reason = tidy_prose(reason)
    if not 0 < len(reason) <= 300:
        raise ValidationError({"reason": _("Give a reason, in at most 300 characters.")})
    current = _standing(outlet)
    current.withdrawn_on, current.withdrawal_reason = today(), reason
    current.save(update_fields=["withdrawn_on", "withdrawal_reason"])
    secrecy.need_no_more(kind="outlet", record=current.pk)


def open_to(user: User) -> NoticeOutletQuerySet:
    """Those that somebody may record and review: of notices that are open to them."""
    return NoticeOutlet.objects.filter(notice__in=notices.open_to(user).order_by())


def missing(promises: Iterable[NoticePromise], outlets: Iterable[NoticeOutlet]) -> list[OutletKind]:
    """The promised forms of a notice of which none of its `outlets` stands on record."""
    on_record = {outlet.kind for outlet in outlets if not outlet.withdrawn_on}
    return [OutletKind(promise.kind) for promise in promises if promise.kind not in on_record]


def may_record(notice: Notice, user: User) -> bool:
    """The office; whoever is barred from a site on the notice leaves it to others."""
    return is_office(user) and notices.may_change(notice, user)


def _check_hand(notice: Notice, by: User) -> None:
    if not may_record(notice, by):
        raise PermissionDenied


def _standing(outlet: NoticeOutlet) -> NoticeOutlet:
    """As it is now, held until the transaction ends; InvalidTransition where it was taken back."""
    current = NoticeOutlet.objects.select_for_update(of=("self",)).get(pk=outlet.pk)
    if current.withdrawn_on:
        raise InvalidTransition(_("This was taken back; record it anew."))
    return current


def _write(outlet: NoticeOutlet, words: Words, upload: Upload) -> None:
    for name, value in words.items():
        setattr(outlet, name, tidy_prose(value) if isinstance(value, str) else value)
    taken = receive(upload, OUTLET) if upload else None
    _check_day(outlet)
    _check_shows(outlet, taken)
    outlet.full_clean(exclude=["entered_by"])
    outlet.save()
    if taken:
        _keep(outlet, taken)


def _check_day(outlet: NoticeOutlet) -> None:
    """Within the notice's time, and past: what is only planned the notice itself promises."""
    notice = outlet.notice
    if outlet.on and outlet.on > today():
        raise ValidationError({"on": _("This day is still to come; record it once it was done.")})
    if outlet.on and not notice.published_on <= outlet.on <= notice.ends_on:
        told = _("The notice runs from %(start)s to %(end)s; give a day within that time.")
        days = {"start": date_format(notice.published_on), "end": date_format(notice.ends_on)}
        raise ValidationError({"on": told % days})


def _check_shows(outlet: NoticeOutlet, taken: Taken | None) -> None:
    has_picture = bool(taken) or (outlet.pk is not None and outlet.picture is not None)
    if has_picture and not outlet.shows:
        told = _("Say what the picture shows: whoever cannot see it is read these words.")
        raise ValidationError({"shows": told})
    if not has_picture:
        outlet.shows = ""


def _keep(outlet: NoticeOutlet, taken: Taken) -> None:
    """One picture stands; the one before stays on record."""
    before = outlet.pictures.standing()
    if before.filter(sha256=taken.sha256).exists():
        return
    change_once(before, removed_on=today())
    store_kept(OutletPicture(outlet=outlet), taken)


def _ask(outlet: NoticeOutlet, by: User) -> None:
    outlet.writers.add(by)
    secrecy.ask(kind="outlet", records=[outlet], by=by)
