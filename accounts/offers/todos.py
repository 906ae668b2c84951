"""What waits of this room: messages held back, what others propose, what goes round, secrecy reviews."""

from django.db.models import Case, Count, Exists, Min, Q, Value, When
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.decisions import DECISIONS, decision_of
from accounts.enums import MeetingState, MessageState, ResolutionKind
from accounts.models import Meeting, Message, Motion, Resolution, SecrecyReview, Slip, User
from accounts.publishing import publishable_of
from accounts.rules import (
    decides_motions,
    is_leading_group,
    is_office,
    is_security_administrator,
    reviews_secrecy,
)
from accounts.todos import TODO_ROWS, TODOS, Asked, TodoKind, TodoRow, TodoSource, about_and_detail, page
from core.clock import today
from core.union import Part


def _held(asked: Asked) -> Part:
    """Told once, however many: the key is their number."""
    held = Message.objects.visible_to(asked.user).held()
    return TODO_ROWS.part(
        held,
        kind=Value("messages"),
        detail="state",
        by=("kind", "detail"),
        key=Count("pk"),
        since=Min("made_on"),
    )


def _moved(asked: Asked) -> Part:
    waiting = Motion.objects.waiting_for(asked.user).filter(is_elsewhere=False)
    return TODO_ROWS.part(
        waiting, kind=Value("motion"), key="pk", about="title", detail="kind", since="proposed_on"
    )


def _moved_what(row: TodoRow) -> str:
    return about_and_detail(row._replace(about=str(decision_of(row.detail).what), detail=row.about))


def _slips(asked: Asked) -> Part:
    """What goes round: a member's own slips, and those of whom the member stands in for."""
    waiting = Slip.objects.waiting_for(asked.user)
    return TODO_ROWS.part(
        waiting,
        kind=Value("slip"),
        key="resolution",
        about="resolution__title",
        acting_for=Case(When(member=asked.user, then=Value("")), default="member__name"),
        since="resolution__put_on",
    )


def _slips_in(campaign: int) -> dict[str, int]:
    return {"slip": Slip.objects.waiting().filter(resolution__campaign=campaign).count()}


def _to_confirm(asked: Asked) -> Part:
    held = Meeting.objects.to_confirm(asked.user)
    return TODO_ROWS.part(held, kind=Value("confirm"), key="pk", about="place", since="on")


def _to_confirm_in(campaign: int) -> dict[str, int]:
    return {"confirm": Meeting.objects.filter(campaign=campaign, state=MeetingState.HELD).count()}


def _of_the_office(asked: Asked) -> Part:
    """Meetings whose day has come, and minutes that are confirmed and not issued."""
    meetings = Meeting.objects.visible_to(asked.user)
    due = Q(state=MeetingState.PLANNED, on__lte=today())
    return TODO_ROWS.part(
        meetings.filter(due | Q(state=MeetingState.CONFIRMED, issued_on=None)),
        kind=Case(When(due, then=Value("record")), default=Value("issue")),
        key="pk",
        about="place",
        since="on",
    )


def _moved_rules(asked: Asked) -> Part:
    """What is proposed and cannot be agreed to before the leading group has come to a resolution."""
    needed = {decision.kind: decision.rests_on for decision in DECISIONS if decision.rests_on}
    moved = Motion.objects.visible_to(asked.user).open().filter(kind__in=needed)
    on_the_way = Resolution.objects.on_the_way(ResolutionKind.RULES, None)
    return TODO_ROWS.part(
        moved.filter(~Exists(on_the_way)), kind=Value("rules"), key="pk", about="title", since="proposed_on"
    )


def _record_rules(_row: TodoRow) -> str:
    return reverse("sites:decision_note", query={"kind": ResolutionKind.RULES.value})


def _day_and_place(row: TodoRow) -> str:
    return f"{date_format(row.since)} {row.about}" if row.since else row.about


def _to_review(asked: Asked) -> Part:
    waiting = SecrecyReview.objects.waiting_for(asked.user)
    return TODO_ROWS.part(
        waiting, kind=Value("secrecy"), key="pk", about="title", detail="kind", since="asked_on"
    )


def _review_of_what(row: TodoRow) -> str:
    return about_and_detail(row._replace(about=str(publishable_of(row.detail).what), detail=row.about))


def _without_role(asked: Asked) -> Part:
    """Accounts that were opened and have no rights yet: their people wait for the link."""
    waiting = User.objects.visible_to(asked.user).active().filter(role="")
    return TODO_ROWS.part(waiting, kind=Value("role"), key="pk", about="name")


def _number(row: TodoRow) -> str:
    return ngettext("%(n)d message", "%(n)d messages", row.key) % {"n": row.key}


TODOS.add(
    TodoSource(
        offered_to=is_office,
        rows=_held,
        programme=None,
        kinds={
            "messages": TodoKind(
                _("Read the outgoing messages, then release or discard them"),
                lambda _row: reverse("people:messages", query={"state": MessageState.HELD.value}),
                _number,
            )
        },
    ),
    place=60,
)
TODOS.add(
    TodoSource(
        offered_to=decides_motions,
        rows=_moved,
        programme=None,
        kinds={
            "motion": TodoKind(_("Decide what somebody else proposes"), page("people:motion"), _moved_what)
        },
    ),
    place=65,
)
TODOS.add(
    TodoSource(
        offered_to=is_leading_group,
        rows=_slips,
        programme="resolution__campaign",
        in_all=_slips_in,
        kinds={"slip": TodoKind(_("Answer what goes round the leading group"), page("sites:resolution"))},
    ),
    TodoSource(
        offered_to=is_leading_group,
        rows=_to_confirm,
        programme="campaign",
        in_all=_to_confirm_in,
        kinds={
            "confirm": TodoKind(_("Confirm the minutes of a meeting"), page("sites:meeting"), _day_and_place)
        },
    ),
    TodoSource(
        offered_to=is_office,
        rows=_of_the_office,
        programme="campaign",
        kinds={
            "record": TodoKind(
                _("Record who met and what was decided"), page("sites:meeting"), _day_and_place
            ),
            "issue": TodoKind(
                _("Issue the minutes of a meeting: they are confirmed"), page("sites:meeting"), _day_and_place
            ),
        },
    ),
    TodoSource(
        offered_to=is_office,
        rows=_moved_rules,
        programme=None,
        kinds={
            "rules": TodoKind(
                _("Put it before the leading group: a version waits for its resolution"), _record_rules
            )
        },
    ),
    place=66,
)
TODOS.add(
    TodoSource(
        offered_to=reviews_secrecy,
        rows=_to_review,
        programme=None,
        kinds={
            "secrecy": TodoKind(
                _("Review for secrets what is about to go out"),
                page("people:secrecy_review"),
                _review_of_what,
            )
        },
    ),
    place=67,
)
TODOS.add(
    TodoSource(
        offered_to=is_security_administrator,
        rows=_without_role,
        programme=None,
        kinds={
            "role": TodoKind(
                _("Give a new account its role and hand out the link, or switch it off"),
                page("people:person"),
            )
        },
    ),
    place=68,
)
