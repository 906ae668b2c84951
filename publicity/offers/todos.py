"""What waits of this room: appraisals, articles, letters, and warnings to be lifted."""

from collections import Counter

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.deputies import acts_as
from accounts.enums import OrganisationKind, ResolutionKind, SecrecyState
from accounts.models import SecrecySubject
from accounts.rules import is_inspector, is_leading_group, is_office, sees_city
from accounts.todos import TODO_ROWS, TODOS, Asked, TodoKind, TodoRow, TodoSource, page
from core.http import page_address
from core.union import Part
from publicity.enums import ArticleState, NoticeState, ObjectionState
from publicity.models import (
    Appraisal,
    AppraisalResponse,
    Article,
    Commendation,
    Event,
    Invitation,
    Naming,
    Notice,
    NoticeSite,
    Objection,
    Reuse,
    RevocationHearing,
    SecondEntry,
    Warned,
)
from publicity.models.outlets import not_made_known
from publicity.objection_steps import IN_TURN
from publicity.recheck_proposals import complained, drawn, regular_waiting, to_draw
from publicity.rules import answers_invitations, reads_objections
from publicity.services import notices, outlets
from sites.calendar import today
from sites.enums import Stage
from sites.models import Programme
from sites.unresolved import waits_for_resolution

_LETTER = page("publicity_desk:objection")
_PROPOSAL = page("publicity_desk:recheck_proposal")
_SECOND = page("publicity_desk:appraisal_second")
_KIND_OF_SECOND = Case(When(entered_by=None, then=Value("paper_second")), default=Value("paper_settle"))
_IS_WAITED_FOR = Q(
    notice__state=NoticeState.ENDED, notice__result__isnull=True, state=ObjectionState.RECEIVED
)
_KIND_OF_LETTER = Case(When(_IS_WAITED_FOR, then=Value("ended")), default="state")


def _share(row: TodoRow) -> str:
    return f"{page_address('publicity_desk:recheck_proposals')}?programme={row.key}"


def _appraisals(asked: Asked) -> Part:
    closed = Appraisal.objects.visible_to(asked.user).closed(on=today())
    return TODO_ROWS.part(
        closed, kind=Value("appraisal"), key="pk", about="site__window_name", since="closes_on"
    )


def _paper_draws(asked: Asked) -> Part:
    """Closed appraisals of which some entered forms are in no draw yet."""
    undrawn = AppraisalResponse.objects.undrawn().filter(appraisal=OuterRef("pk"))
    closed = Appraisal.objects.visible_to(asked.user).closed(on=today()).filter(Exists(undrawn))
    return TODO_ROWS.part(
        closed, kind=Value("paper_draw"), key="pk", about="site__window_name", since="closes_on"
    )


def _second_entries(asked: Asked) -> Part:
    """What somebody else entered first: to be entered again, or with differences; by appraisal, counted."""
    of_others = SecondEntry.objects.visible_to(asked.user).filter(settled_on=None)
    return TODO_ROWS.part(
        of_others.exclude(acts_as(asked.user, "first_by")),
        by=("kind", "key", "about"),
        kind=_KIND_OF_SECOND,
        key="response__appraisal",
        about="response__appraisal__site__window_name",
        detail=Count("pk"),
    )


def _second_entries_in(programme: int) -> dict[str, int]:
    """Each waits for everybody but who entered the form first."""
    waiting = SecondEntry.objects.filter(settled_on=None, response__appraisal__site__programme=programme)
    found = waiting.order_by().values_list(_KIND_OF_SECOND, "response__appraisal").distinct()
    return Counter(kind for kind, _appraisal in found)


def _forms(row: TodoRow) -> str:
    told = ngettext("%(site)s: %(n)d form", "%(site)s: %(n)d forms", int(row.detail))
    return told % {"site": row.about, "n": int(row.detail)}


def _drafts(asked: Asked) -> Part:
    """What somebody else drafted, and nobody reviews just now."""
    drafts = Article.objects.visible_to(asked.user).in_state(ArticleState.DRAFT)
    of_others = drafts.exclude(in_review("article")).exclude(organisation__kind=OrganisationKind.OFFICE)
    return TODO_ROWS.part(of_others, kind=Value("article"), key="pk", about="title")


def in_review(kind: str) -> Exists:
    """Somebody reviews the record for secrets just now."""
    waiting = SecrecySubject.objects.filter(review__kind=kind, review__state=SecrecyState.WAITING)
    return Exists(waiting.filter(record=OuterRef("pk")))


def _reuses(asked: Asked) -> Part:
    articles = Article.objects.visible_to(asked.user).order_by()
    waiting = Reuse.objects.waiting().filter(article__in=articles)
    return TODO_ROWS.part(waiting, kind=Value("reuse"), key="article", about="article__title", since="on")


def _invitations(asked: Asked) -> Part:
    """What the own body is invited to and has not answered, until its day."""
    mine = _unanswered().filter(organisation=asked.user.organisation_id)
    return TODO_ROWS.part(
        mine, kind=Value("invitation"), key="event", about="event__title", due="event__held_on"
    )


def _invitations_in(programme: int) -> dict[str, int]:
    """Each waits for the body that is invited."""
    return {"invitation": _unanswered().filter(event__programme=programme).count()}


def _unanswered() -> QuerySet[Invitation]:
    return Invitation.objects.unanswered().filter(event__held_on__gte=today())


def _events_over(asked: Asked) -> Part:
    over = Event.objects.visible_to(asked.user).over(on=today())
    return TODO_ROWS.part(over, kind=Value("event"), key="pk", about="title", since="held_on")


def _events_untold(asked: Asked) -> Part:
    untold = Event.objects.visible_to(asked.user).untold()
    return TODO_ROWS.part(untold, kind=Value("untold"), key="pk", about="title", since="held_on")


def _not_made_known(asked: Asked) -> Part:
    """Running notices that no newspaper, board … is on record of, or not each that they promise."""
    running = notices.open_to(asked.user).running(on=today()).filter(not_made_known())
    return TODO_ROWS.part(
        running,
        kind=Value("made_known"),
        key="pk",
        about="title",
        since="published_on",
        due="ends_on",
    )


def _outlets(asked: Asked) -> Part:
    """Records of that which the public does not read yet, and nobody reviews just now."""
    in_review = SecrecySubject.objects.filter(
        review__kind="outlet", review__state=SecrecyState.WAITING, record=OuterRef("pk")
    )
    waiting = outlets.open_to(asked.user).unpublished().exclude(Exists(in_review))
    return TODO_ROWS.part(
        waiting, kind=Value("outlet"), key="pk", about="notice__title", detail="medium", since="entered_on"
    )


def _commendations(asked: Asked) -> Part:
    waiting = Commendation.objects.waiting_for(asked.user).exclude(in_review("commendation"))
    return TODO_ROWS.part(waiting, kind=Value("commend"), key="pk", about="title", since="put_on")


def _commendations_in(programme: int) -> dict[str, int]:
    waiting = Commendation.objects.put_forward().exclude(in_review("commendation"))
    return {"commend": waiting.filter(programme=programme).count()}


def _letters(asked: Asked) -> Part:
    """Letters whose next step is this person's: what it is, the ended notice that waits for it named."""
    turn = Objection.objects.waiting_for(asked.user)
    step = Q(state__in=[state for state, step in IN_TURN.items() if not step.roles])
    as_deputy = Case(When(step & ~Q(investigator=asked.user), then="investigator__name"), default=Value(""))
    return TODO_ROWS.part(
        turn,
        kind=_KIND_OF_LETTER,
        key="pk",
        about="site__window_name",
        acting_for=as_deputy,
        since="received_on",
        due="due_on",
    )


def _to_lift(asked: Asked) -> Part:
    """Warnings that this person can lift: of what somebody else found."""
    seen = Naming.objects.visible_to(asked.user).order_by()
    return TODO_ROWS.part(
        Warned.objects.to_lift(asked.user).filter(naming__in=seen),
        kind=Value("lift"),
        key="naming",
        about="naming__site__window_name",
    )


def _to_lift_in(programme: int) -> dict[str, int]:
    return {"lift": Warned.objects.mended().filter(naming__site__programme=programme).count()}


def _regular(asked: Asked) -> Part:
    """Named sites whose regular recheck comes near, or is late."""
    return TODO_ROWS.part(
        regular_waiting(asked.user),
        kind=Value("regular"),
        key="pk",
        about="site__window_name",
        due="regular_on",
    )


def _drawn(asked: Asked) -> Part:
    return TODO_ROWS.part(
        drawn(asked.user).filter(declined=None),
        kind=Value("drawn"),
        key="naming",
        about="naming__site__window_name",
        since="draw__drawn_on",
        due="draw__period_to",
    )


def _complained(asked: Asked) -> Part:
    return TODO_ROWS.part(
        complained(asked.user).filter(declined=None),
        kind=Value("complained"),
        key="naming",
        about="naming__site__window_name",
        since="on",
        due="recheck_by",
    )


def _to_draw(_asked: Asked) -> Part:
    """Programmes of which the rulebook's share is still to be drawn in this part of the year."""
    return TODO_ROWS.part(
        to_draw(Programme.objects.all()), kind=Value("share"), key="pk", about="title", due="draw_by"
    )


def _letters_in(programme: int) -> dict[str, int]:
    """Each letter waits for certain people of the office or of a team."""
    letters = Objection.objects.open().filter(site__programme=programme)
    return Counter(letters.values_list(_KIND_OF_LETTER, flat=True))


def _to_name(asked: Asked) -> QuerySet[NoticeSite]:
    """On notices that have ended, whatever letters there are."""
    ended = Notice.objects.visible_to(asked.user).filter(state=NoticeState.ENDED)
    on_notice = NoticeSite.objects.visible_to(asked.user).filter(removed_on=None, notice__in=ended.order_by())
    return on_notice.filter(site__stage=Stage.ON_NOTICE)


def _heard(asked: Asked) -> QuerySet[RevocationHearing]:
    return RevocationHearing.objects.visible_to(asked.user).over(on=today())


TODOS.add(
    waits_for_resolution(ResolutionKind.NAMING, _to_name, "notice__programme"),
    waits_for_resolution(ResolutionKind.REVOCATION, _heard, "warned__naming__site__programme"),
    waits_for_resolution(
        ResolutionKind.COMMENDATION,
        lambda asked: Commendation.objects.visible_to(asked.user).put_forward(),
        "programme",
    ),
    place=12,
)
TODOS.add(
    TodoSource(
        offered_to=is_leading_group,
        rows=_commendations,
        programme="programme",
        in_all=_commendations_in,
        kinds={"commend": TodoKind(_("Decide on the commendation"), page("publicity_desk:commendation"))},
    ),
    place=64,
)
TODOS.add(
    TodoSource(
        offered_to=is_office,
        rows=_appraisals,
        programme="site__programme",
        kinds={
            "appraisal": TodoKind(
                _("Count the public appraisal, or prolong it"), page("publicity_desk:appraisal")
            )
        },
    ),
    TodoSource(
        offered_to=is_office,
        rows=_paper_draws,
        programme="site__programme",
        kinds={
            "paper_draw": TodoKind(
                _("Draw the paper forms that are entered again"), page("publicity_desk:appraisal")
            )
        },
    ),
    TodoSource(
        offered_to=is_office,
        rows=_second_entries,
        programme="response__appraisal__site__programme",
        in_all=_second_entries_in,
        kinds={
            "paper_second": TodoKind(_("Enter the drawn paper forms again"), _SECOND, _forms),
            "paper_settle": TodoKind(
                _("Settle the differences between two entries of a paper form"), _SECOND, _forms
            ),
        },
    ),
    TodoSource(
        offered_to=is_office,
        rows=_drafts,
        programme="programme",
        kinds={
            "article": TodoKind(
                _("Read a drafted good practice and publish it"), page("publicity_desk:article")
            )
        },
    ),
    TodoSource(
        offered_to=is_office,
        rows=_reuses,
        programme="article__programme",
        kinds={
            "reuse": TodoKind(
                _("Publish that a unit took a good practice up"), page("publicity_desk:article")
            )
        },
    ),
    TodoSource(
        offered_to=answers_invitations,
        rows=_invitations,
        programme="event__programme",
        in_all=_invitations_in,
        kinds={"invitation": TodoKind(_("Answer the invitation"), page("publicity_desk:event"))},
    ),
    TodoSource(
        offered_to=is_office,
        rows=_events_over,
        programme="programme",
        kinds={"event": TodoKind(_("Enter who came to the meeting"), page("publicity_desk:event"))},
    ),
    TodoSource(
        offered_to=is_office,
        rows=_events_untold,
        programme="programme",
        kinds={"untold": TodoKind(_("Write of the meeting that was held"), page("publicity_desk:event"))},
    ),
    TodoSource(
        offered_to=is_office,
        rows=_not_made_known,
        programme="programme",
        kinds={
            "made_known": TodoKind(
                _("Make the notice known as it says, and record it"),
                page("publicity_desk:notice", "#outlets"),
            )
        },
    ),
    TodoSource(
        offered_to=is_office,
        rows=_outlets,
        programme="notice__programme",
        kinds={
            "outlet": TodoKind(
                _("Publish where the notice was made known, or correct it"), page("publicity_desk:outlet")
            )
        },
    ),
    TodoSource(
        offered_to=sees_city,
        rows=_to_lift,
        programme="naming__site__programme",
        in_all=_to_lift_in,
        kinds={
            "lift": TodoKind(_("Lift the warning: what was found is mended"), page("publicity_desk:naming"))
        },
    ),
    TodoSource(
        offered_to=is_office,
        rows=_regular,
        programme="site__programme",
        kinds={"regular": TodoKind(_("Set the regular recheck, or say why not"), _PROPOSAL)},
    ),
    TodoSource(
        offered_to=is_office,
        rows=_drawn,
        programme="naming__site__programme",
        kinds={"drawn": TodoKind(_("Set the recheck of a drawn site, or say why not"), _PROPOSAL)},
    ),
    TodoSource(
        offered_to=is_office,
        rows=_complained,
        programme="naming__site__programme",
        kinds={"complained": TodoKind(_("Set the recheck after a complaint, or say why not"), _PROPOSAL)},
    ),
    TodoSource(
        offered_to=is_office,
        rows=_to_draw,
        programme="pk",
        kinds={"share": TodoKind(_("Draw the rulebook's share of the named sites"), _share)},
    ),
    TodoSource(
        offered_to=lambda user: reads_objections(user) or is_inspector(user),
        rows=_letters,
        programme="site__programme",
        in_all=_letters_in,
        kinds={
            "ended": TodoKind(
                _("Answer the objection: the result of the ended notice waits for it"), _LETTER
            ),
            **{state: TodoKind(step.what, _LETTER) for state, step in IN_TURN.items()},
        },
    ),
    place=10,
)
