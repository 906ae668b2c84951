"""What waits of this room: opinions to be given on a draft, and proposals to be answered."""

from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from accounts.rules import is_office
from accounts.todos import TODO_ROWS, TODOS, Asked, TodoKind, TodoSource, page
from core.union import Part
from standards.models import Opinion, Proposal
from standards.rules import answers_for_organisation


def _to_give(asked: Asked) -> Part:
    return TODO_ROWS.part(
        Opinion.objects.visible_to(asked.user).waiting().order_by(),
        kind=Value("opinion"),
        key="pk",
        about="consultation__rulebook__title",
        since="consultation__sent_on",
        due="consultation__answer_by",
    )


def _to_answer(asked: Asked) -> Part:
    return TODO_ROWS.part(
        Proposal.objects.visible_to(asked.user).unanswered().order_by(),
        kind=Value("proposal"),
        key="pk",
        about="opinion__organisation__name",
        detail="about",
        since="opinion__answered_on",
    )


TODOS.add(
    TodoSource(
        offered_to=answers_for_organisation,
        rows=_to_give,
        programme=None,
        kinds={
            "opinion": TodoKind(_("Give an opinion on the draft of the rulebook"), page("standards:opinion"))
        },
    ),
    TodoSource(
        offered_to=is_office,
        rows=_to_answer,
        programme=None,
        kinds={"proposal": TodoKind(_("Answer a proposal on the draft"), page("standards:proposal"))},
    ),
    place=15,
)
