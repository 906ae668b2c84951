"""What waits of enquiries and frequent questions."""

from collections import Counter

from django.db.models import Value
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.rules import is_office
from accounts.todos import TODO_ROWS, TODOS, Asked, TodoKind, TodoRow, TodoSource, page
from core.union import Part
from publicity.enquiry_steps import IN_TURN
from publicity.enums import EnquiryKind
from publicity.models import Enquiry, Question
from publicity.rules import knows_enquiries
from sites.calendar import today

from .todos import in_review

_PAGE = page("publicity_desk:enquiry")


def _enquiries(asked: Asked) -> Part:
    """Enquiries whose next step is this person's, by the state they stand in."""
    return TODO_ROWS.part(
        Enquiry.objects.waiting_for(asked.user),
        kind=Concat(Value("enquiry_"), "state"),
        key="pk",
        about=Coalesce("site__window_name", Value("")),
        detail="kind",
        since="received_on",
        due="due_on",
    )


def _not_completed(asked: Asked) -> Part:
    """Requests whose time to be completed is over."""
    return TODO_ROWS.part(
        Enquiry.objects.visible_to(asked.user).not_completed(on=today()),
        kind=Value("enquiry_close"),
        key="pk",
        about=Coalesce("site__window_name", Value("")),
        detail="kind",
        since="due_on",
    )


def _enquiries_in(programme: int) -> dict[str, int]:
    """Each waits for the people of one body, or for whoever did not draft its answer."""
    running = Enquiry.objects.running().filter(programme=programme)
    return Counter(f"enquiry_{state}" for state in running.values_list("state", flat=True))


def _told(row: TodoRow) -> str:
    """What it is, and of which site."""
    label = str(EnquiryKind(row.detail).label)
    return label + pgettext("between a label and its text", ": ") + row.about if row.about else label


def _questions(asked: Asked) -> Part:
    """Drafted frequent questions that nobody reviews just now."""
    drafts = Question.objects.visible_to(asked.user).filter(published_on=None, withdrawn_on=None)
    waiting = drafts.exclude(in_review("question"))
    return TODO_ROWS.part(waiting, kind=Value("question"), key="pk", about="question", since="written_on")


TODOS.add(
    TodoSource(
        offered_to=knows_enquiries,
        rows=_enquiries,
        programme="programme",
        in_all=_enquiries_in,
        kinds={f"enquiry_{state}": TodoKind(step.what, _PAGE, _told) for state, step in IN_TURN.items()},
    ),
    TodoSource(
        offered_to=is_office,
        rows=_not_completed,
        programme="programme",
        kinds={"enquiry_close": TodoKind(_("Close the request: it was not completed"), _PAGE, _told)},
    ),
    TodoSource(
        offered_to=is_office,
        rows=_questions,
        programme=None,
        kinds={"question": TodoKind(_("Publish the frequent question"), page("publicity_desk:question"))},
    ),
    place=13,
)
