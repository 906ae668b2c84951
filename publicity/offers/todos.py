"""What waits of this room: appraisals to be counted, articles to be read, letters to be answered."""

from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.rules import is_inspector, is_office
from accounts.todos import TODO_ROWS, TODOS, Asked, TodoKind, TodoSource, page
from core.union import Part
from publicity.enums import ArticleState, NoticeState, ObjectionState
from publicity.models import Appraisal, Article, Objection, Reuse
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
    """Open letters: whose inquiry it is, and what waits for the answer."""
    waits = Q(notice__state=NoticeState.ENDED, notice__result__isnull=True)
    kind = Case(
        When(investigator=asked.user, then=Value("inquiry")),
        When(waits, then=Value("objection_ended")),
        default=Value("objection"),
    )
    letters = Objection.objects.visible_to(asked.user).open()
    return TODO_ROWS.part(
        letters, kind=kind, key="pk", about="site__window_name", since="received_on", due="due_on"
    )


def _inquiries(asked: Asked) -> Part:
    """An inspector may not read the letter and asks the office about it; the notice is everybody's."""
    letters = Objection.objects.filter(investigator=asked.user, state=ObjectionState.ACCEPTED)
    return TODO_ROWS.part(
        letters.exclude(site__in=asked.user.recused_sites()),
        kind=Value("inquiry"),
        key="notice",
        about="site__window_name",
        since="taken_up_on",
        due="due_on",
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
        offered_to=is_office,
        rows=_letters,
        kinds={
            "objection": TodoKind(_("Handle the objection"), _LETTER),
            "objection_ended": TodoKind(
                _("Answer the objection: the result of the ended notice waits for it"), _LETTER
            ),
            "inquiry": TodoKind(_("Look into the objection and conclude it"), _LETTER),
        },
    ),
    TodoSource(
        offered_to=is_inspector,
        rows=_inquiries,
        kinds={
            "inquiry": TodoKind(
                _("Look into the objection and tell the office what you found"), page("publicity:notice")
            )
        },
    ),
    place=10,
)
