"""What waits of this room: appraisals to be counted, articles to be read, letters to be answered."""

from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.rules import is_inspector, is_office
from accounts.todos import TODO_ROWS, TODOS, Asked, TodoKind, TodoSource, page
from core.union import Part
from publicity.enums import ArticleState, NoticeState, ObjectionState
from publicity.models import Appraisal, Article, Objection, Reuse
from publicity.objection_steps import IN_TURN
from publicity.rules import reads_objections
from sites.calendar import today

_LETTER = page("publicity_desk:objection")


def _appraisals(asked: Asked) -> Part:
    closed = Appraisal.objects.visible_to(asked.user).closed(on=today())
    return TODO_ROWS.part(
        closed, kind=Value("appraisal"), key="pk", about="site__window_name", since="closes_on"
    )


def _drafts(asked: Asked) -> Part:
    """What somebody else drafted."""
    drafts = Article.objects.visible_to(asked.user).in_state(ArticleState.DRAFT)
    of_others = drafts.exclude(organisation__kind=OrganisationKind.OFFICE)
    return TODO_ROWS.part(of_others, kind=Value("article"), key="pk", about="title")


def _reuses(asked: Asked) -> Part:
    articles = Article.objects.visible_to(asked.user).order_by()
    waiting = Reuse.objects.waiting().filter(article__in=articles)
    return TODO_ROWS.part(waiting, kind=Value("reuse"), key="article", about="article__title", since="on")


def _letters(asked: Asked) -> Part:
    """Letters whose next step is this person's: what it is, the ended notice that waits for it named."""
    turn = Objection.objects.waiting_for(asked.user)
    waits = Q(notice__state=NoticeState.ENDED, notice__result__isnull=True, state=ObjectionState.RECEIVED)
    kind = Case(When(waits, then=Value("ended")), default="state")
    return TODO_ROWS.part(
        turn, kind=kind, key="pk", about="site__window_name", since="received_on", due="due_on"
    )


TODOS.add(
    TodoSource(
        offered_to=is_office,
        rows=_appraisals,
        kinds={
            "appraisal": TodoKind(
                _("Count the public appraisal, or prolong it"), page("publicity_desk:appraisal")
            )
        },
    ),
    TodoSource(
        offered_to=is_office,
        rows=_drafts,
        kinds={
            "article": TodoKind(
                _("Read a drafted good practice and publish it"), page("publicity_desk:article")
            )
        },
    ),
    TodoSource(
        offered_to=is_office,
        rows=_reuses,
        kinds={
            "reuse": TodoKind(
                _("Confirm that a unit took a good practice up"), page("publicity_desk:article")
            )
        },
    ),
    TodoSource(
        offered_to=lambda user: reads_objections(user) or is_inspector(user),
        rows=_letters,
        kinds={
            "ended": TodoKind(
                _("Answer the objection: the result of the ended notice waits for it"), _LETTER
            ),
            **{state: TodoKind(step.what, _LETTER) for state, step in IN_TURN.items()},
        },
    ),
    place=10,
)
