"""How the leading group comes to a resolution: at a meeting that its office prepares, or by circulation.

A decision that binds names the resolution it rests on (`rest_on`), so that none is one person's alone.
"""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.deputies import acts_as, hands_of, is_another
from accounts.enums import MeetingState, ResolutionKind, ResolutionState, Role, SlipAnswer
from accounts.models import Meeting, MeetingMember, Resolution, Slip, User
from accounts.rules import is_office, require_city, require_office
from accounts.signals import minutes_issued
from core.acting import Refusal
from core.clock import today
from core.locks import change_once
from core.uploads import flags_of
from tables.tidy import tidy_prose

from .notifications import notify


class NotNow(Refusal):
    """The meeting, or the item, is not where this step begins, or no longer."""


class Item(NamedTuple):
    """What is put before the leading group."""

    kind: ResolutionKind
    title: str
    text: str = ""


class Outcome(NamedTuple):
    """What a meeting made of an item; a no says why."""

    agreed: bool
    text: str = ""


# -- meetings ------------------------------------------------------------------------------------------


@transaction.atomic
def plan_meeting(
    *,
    campaign: int,
    on: datetime.date,
    place: str,
    chair: User,
    members: Iterable[User],
    guests: str = "",
    by: User,
) -> Meeting:
    """The office calls the leading group together; whoever is invited is told. One meeting a day."""
    require_office(by)
    if on < today():
        raise ValidationError({"on": _("Choose today or a later day.")})
    facts = {"place": place.strip(), "chair": chair, "guests": guests.strip()}
    meeting = _new_meeting(campaign=campaign, on=on, by=by, **facts)
    _invite(meeting, members)
    return meeting


@transaction.atomic
def change_meeting(
    *,
    meeting: Meeting,
    on: datetime.date,
    place: str,
    chair: User,
    members: Iterable[User],
    guests: str = "",
    by: User,
) -> None:
    """Another day, place, chair or circle, until it was held."""
    require_office(by)
    if on < today():
        raise ValidationError({"on": _("Choose today or a later day.")})
    _check_day_free(meeting.campaign, on, besides=meeting)
    _take(meeting, MeetingState.PLANNED, on=on, place=place.strip(), chair=chair, guests=guests.strip())
    meeting.members.all().delete()
    _invite(meeting, members)


@transaction.atomic
def put_on_agenda(*, meeting: Meeting, item: Item, by: User) -> Resolution:
    """One item more for a meeting that is still to be held."""
    require_office(by)
    _hold(meeting, MeetingState.PLANNED)
    return _put(item, meeting.campaign, by, meeting=meeting)


@transaction.atomic
def record(
    *,
    meeting: Meeting,
    present: Iterable[User],
    outcomes: Mapping[int, Outcome],
    remarks: str = "",
    by: User,
) -> None:
    """What became of a meeting: who was there, and what was decided of each item on its agenda, by its key.

    A meeting decides when its chair and at least half of those invited were there. Raises NotNow and
    ValidationError by field (`present`, `text_<item>`).
    """
    require_office(by)
    _hold(meeting, MeetingState.PLANNED)
    if meeting.on > today():
        raise NotNow(_("The meeting is on %(day)s; it is recorded once it was held.") % _day(meeting.on))
    items = list(meeting.items.open())
    if outcomes.keys() != {item.pk for item in items}:
        raise NotNow(_("The agenda has changed meanwhile; look at it again."))
    _mark_present(meeting, set(present))
    for item in items:
        _say(item, outcomes[item.pk], meeting.on)
    _take(
        meeting,
        MeetingState.PLANNED,
        state=MeetingState.HELD,
        remarks=tidy_prose(remarks),
        recorded_by=by,
        recorded_on=today(),
    )
    _tell_of_minutes(meeting, by)


@transaction.atomic
def note_decision(
    *,
    campaign: int,
    item: Item,
    on: datetime.date,
    place: str,
    chair: User,
    present: Iterable[User],
    by: User,
) -> Resolution:
    """Put on record in one go what a meeting decided: the meeting of that day, made where there is none.

    By the office or a member; its minutes are confirmed by another member who was there.
    """
    require_city(by)
    if on > today():
        raise ValidationError(
            {"on": _("Choose today or an earlier day: it is put on record what was decided.")}
        )
    meeting = Meeting.objects.select_for_update(of=("self",)).filter(campaign=campaign, on=on).first()
    if meeting is None:
        meeting = _held_meeting(
            campaign=campaign, on=on, place=place.strip(), chair=chair, present=set(present), by=by
        )
        _tell_of_minutes(meeting, by)
    elif meeting.state == MeetingState.PLANNED:
        told = _(
            "A meeting is planned on this day: put the item on its agenda and record there what came of it."
        )
        raise ValidationError({"on": told})
    elif meeting.state == MeetingState.CONFIRMED:
        raise ValidationError({"on": _("The minutes of this day's meeting are confirmed; nothing is added.")})
    decided = _put(item, campaign, by, meeting=meeting)
    _say(decided, Outcome(agreed=True), on)
    return decided


@transaction.atomic
def confirm_minutes(*, meeting: Meeting, by: User) -> None:
    """A member who was there, or stands in for one, finds the minutes true; not who recorded them."""
    _hold(meeting, MeetingState.HELD)
    if not is_another(by, meeting.recorded_by_id):
        raise PermissionDenied(_("You recorded this meeting; another member who was there confirms it."))
    if not Meeting.objects.to_confirm(by).filter(pk=meeting.pk).exists():
        raise PermissionDenied
    _take(meeting, MeetingState.HELD, state=MeetingState.CONFIRMED, confirmed_by=by, confirmed_on=today())
    notify(
        _office(),
        text=gettext_noop("The minutes of the %(meeting)s are confirmed; issue them."),
        about={"meeting": meeting},
        url=meeting.get_absolute_url(),
    )


@transaction.atomic
def issue_minutes(*, meeting: Meeting, by: User) -> None:
    """会议纪要: the paper is made by the room of papers, in the same transaction."""
    require_office(by)
    if not change_once(
        Meeting.objects.filter(pk=meeting.pk, state=MeetingState.CONFIRMED, issued_on=None), issued_on=today()
    ):
        raise NotNow(_("The minutes are not confirmed yet, or were issued already."))
    meeting.refresh_from_db()
    minutes_issued.send(Meeting, meeting=meeting, by=by)


# -- circulation ---------------------------------------------------------------------------------------


@transaction.atomic
def circulate(*, campaign: int, item: Item, members: Iterable[User], by: User) -> Resolution:
    """传批: the office sends an item round instead of putting it on a meeting's agenda."""
    require_office(by)
    asked = _of_leading_group(members)
    resolution = _put(item, campaign, by)
    Slip.objects.bulk_create(Slip(resolution=resolution, member=member) for member in asked)
    notify(
        User.objects.filter(hands_of([member.pk for member in asked])),
        text=gettext_noop("An item goes round and waits for your answer: %(title)s."),
        about={"title": resolution.title},
        url=resolution.get_absolute_url(),
    )
    return resolution


@transaction.atomic
def answer(
    *,
    slip: Slip,
    says: SlipAnswer,
    text: str = "",
    scan: "UploadedFile[Any] | None" = None,
    by: User,
) -> None:
    """A member's answer, once: by the own account or a deputy's, or by the office from the signed slip.

    The item is decided when all who were asked have answered and nobody objects; to take note is no
    objection (圈阅). With the first objection it is not agreed to, and can only go before a meeting.
    """
    slip = _slip_open_to(slip, by, scan)
    text = tidy_prose(text)
    if says == SlipAnswer.OBJECT and not text:
        raise ValidationError({"text": _("Say what you object to: the office reads it.")})
    slip.answer, slip.text, slip.by, slip.on = says, text, by, today()
    if scan:
        slip.is_from_paper, slip.scan, slip.scan_name = True, scan, scan.name or ""
        slip.scan_flags = flags_of(scan)
    slip.save()
    _conclude(slip)


def _slip_open_to(slip: Slip, by: User, scan: object) -> Slip:
    """The slip, its item locked, for who may fill it in."""
    Resolution.objects.select_for_update(of=("self",)).order_by("pk").get(pk=slip.resolution_id)
    waiting = Slip.objects.waiting().filter(pk=slip.pk).select_related("resolution", "member")
    if is_office(by):
        if scan is None:
            raise ValidationError({"scan": _("Add the scan of the slip that the member signed.")})
    elif not waiting.filter(acts_as(by, "member")).exists() and not _is_of(slip, by):
        raise PermissionDenied
    if (found := waiting.first()) is None:
        raise NotNow(_("This slip is answered, or the item is not before the leading group any more."))
    return found


def _is_of(slip: Slip, by: User) -> bool:
    return Slip.objects.filter(acts_as(by, "member"), pk=slip.pk).exists()


def _conclude(slip: Slip) -> None:
    resolution = slip.resolution
    if slip.answer == SlipAnswer.OBJECT:
        _say(resolution, Outcome(agreed=False, text=f"{slip.member}：{slip.text}"), today())
    elif not resolution.slips.filter(answer="").exists():
        _say(resolution, Outcome(agreed=True), today())
    else:
        return
    notify(
        _office(),
        text=gettext_noop("What went round has come back: %(title)s."),
        about={"title": resolution.title},
        url=resolution.get_absolute_url(),
    )


@transaction.atomic
def take_back_item(*, resolution: Resolution, reason: str, by: User) -> None:
    """The office takes an item off the agenda, or out of circulation, before anything came of it."""
    require_office(by)
    reason = tidy_prose(reason)
    if not reason:
        raise ValidationError({"reason": _("Give a reason: it is kept with the item.")})
    if not change_once(
        Resolution.objects.open().filter(pk=resolution.pk), state=ResolutionState.TAKEN_BACK, outcome=reason
    ):
        raise NotNow(_("The leading group has said something to this item already."))


# -- what rests on it ----------------------------------------------------------------------------------


def rest_on(
    resolution: Resolution | None, *, kind: ResolutionKind, campaign: int | None = None
) -> Resolution:
    """A decision rests on this resolution from now on; within the decision's own transaction.

    Raises ValidationError at `resolution` where there is none, or it is not decided, of another kind or
    campaign, or carries another decision already where one is the most (`ResolutionKind.CARRIES_MANY`).
    """
    if resolution is None:
        raise _refused(_("Name the resolution of the leading group that this rests on."))
    held = Resolution.objects.select_for_update(of=("self",)).order_by("pk").get(pk=resolution.pk)
    if held.kind != kind:
        told = _("“%(title)s” decided something else: %(kind)s.")
        raise _refused(told % {"title": held, "kind": held.get_kind_display()})
    if kind not in ResolutionKind.OF_NO_CAMPAIGN and held.campaign != campaign:
        raise _refused(_("“%(title)s” was decided under another programme.") % {"title": held})
    if held.state != ResolutionState.DECIDED:
        raise _refused(_("“%(title)s” is not decided.") % {"title": held})
    if held.used_on and kind not in ResolutionKind.CARRIES_MANY:
        raise _refused(_("“%(title)s” carries another decision already.") % {"title": held})
    if held.used_on is None:
        held.used_on = today()
        held.save(update_fields=["used_on"])
    return held


def _refused(told: str) -> ValidationError:
    return ValidationError({"resolution": told})


# -- the parts -----------------------------------------------------------------------------------------


def _new_meeting(*, campaign: int, on: datetime.date, by: User, **facts: Any) -> Meeting:
    _check_day_free(campaign, on)
    return Meeting.objects.create(campaign=campaign, on=on, prepared_by=by, prepared_on=today(), **facts)


def _held_meeting(*, present: set[User], by: User, **facts: Any) -> Meeting:
    """One that is put on record only now: all of the leading group were invited."""
    facts |= {"state": MeetingState.HELD, "recorded_by": by, "recorded_on": today()}
    meeting = _new_meeting(by=by, **facts)
    everybody = User.objects.active().filter(role=Role.LEADING_GROUP)
    MeetingMember.objects.bulk_create(
        MeetingMember(meeting=meeting, member=member) for member in everybody.order_by("pk")
    )
    _mark_present(meeting, present)
    return meeting


def _check_day_free(campaign: int, on: datetime.date, besides: Meeting | None = None) -> None:
    others = Meeting.objects.filter(campaign=campaign, on=on)
    if any(other != besides for other in others):
        raise ValidationError({"on": _("There is a meeting on this day already.")})


def _invite(meeting: Meeting, members: Iterable[User]) -> None:
    """The chair among them; each is told, or who stands in for them."""
    invited = _of_leading_group([meeting.chair, *members])
    MeetingMember.objects.bulk_create(MeetingMember(meeting=meeting, member=member) for member in invited)
    notify(
        User.objects.filter(hands_of([member.pk for member in invited])),
        text=gettext_noop("The leading group meets on %(day)s: %(place)s."),
        about={"day": meeting.on, "place": meeting.place},
        url=meeting.get_absolute_url(),
    )


def _of_leading_group(members: Iterable[User]) -> list[User]:
    """Each once, in the order of their accounts; ValidationError at `members` where there is none."""
    keys = {member.pk for member in members}
    found = list(User.objects.active().filter(pk__in=keys, role=Role.LEADING_GROUP).order_by("pk"))
    if not found or len(found) < len(keys):
        raise ValidationError({"members": _("Choose members of the leading group.")})
    return found


def _mark_present(meeting: Meeting, present: set[User]) -> None:
    invited = list(meeting.members.all())
    there = [one for one in invited if one.member in present]
    if len(there) < len(present):
        raise ValidationError({"present": _("Only who was invited can have been there as a member.")})
    if meeting.chair not in present or 2 * len(there) < len(invited):
        told = _("A meeting decides when its chair and at least half of those invited were there.")
        raise ValidationError({"present": told})
    for one in invited:
        one.was_present = one in there
    MeetingMember.objects.bulk_update(invited, ["was_present"])


def _put(item: Item, campaign: int, by: User, *, meeting: Meeting | None = None) -> Resolution:
    if not item.title.strip():
        raise ValidationError({"title": _("Say what is to be decided.")})
    return Resolution.objects.create(
        campaign=campaign,
        kind=item.kind,
        title=item.title.strip(),
        text=tidy_prose(item.text),
        meeting=meeting,
        put_by=by,
        put_on=today(),
    )


def _say(resolution: Resolution, outcome: Outcome, on: datetime.date) -> None:
    text = tidy_prose(outcome.text)
    if not outcome.agreed and not text:
        raise ValidationError({f"text_{resolution.pk}": _("Say why not.")})
    state = ResolutionState.DECIDED if outcome.agreed else ResolutionState.REFUSED
    change_once(Resolution.objects.open().filter(pk=resolution.pk), state=state, decided_on=on, outcome=text)
    resolution.refresh_from_db()


def _hold(meeting: Meeting, where: MeetingState) -> None:
    """Lock it; NotNow when it stands elsewhere."""
    held = Meeting.objects.select_for_update(of=("self",)).order_by("pk").get(pk=meeting.pk)
    if held.state != where:
        raise NotNow(
            _("The %(meeting)s is “%(state)s” now.") % {"meeting": held, "state": held.get_state_display()}
        )


def _take(meeting: Meeting, where: MeetingState, /, **values: object) -> None:
    _hold(meeting, where)
    change_once(Meeting.objects.filter(pk=meeting.pk, state=where), **values)
    meeting.refresh_from_db()


def _tell_of_minutes(meeting: Meeting, by: User) -> None:
    there = meeting.members.filter(was_present=True).exclude(member=by).values_list("member", flat=True)
    notify(
        User.objects.filter(hands_of(there)),
        text=gettext_noop("The minutes of the %(meeting)s wait for a member who was there to confirm them."),
        about={"meeting": meeting},
        url=meeting.get_absolute_url(),
    )


def _office() -> Any:
    return User.objects.active().filter(role=Role.OFFICE)


def _day(on: datetime.date) -> dict[str, str]:
    return {"day": date_format(on)}
