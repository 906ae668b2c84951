"""The one table of a finding's steps, and how its page offers them.

A step is named by the word it leaves in the finding's thread. `services/thread.py` takes steps by this table
and alone writes `Finding.state`; the finding's page, the chronology and docs/findings.md read it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.enums import Role
from accounts.models import User
from accounts.rules import is_inspector, is_office, sees_city
from core.transitions import Transition
from sites.enums import Level
from sites.models import Site
from sites.rules import is_own_district, is_own_unit

from .enums import FindingState, ReplyKind

# The last word of a finding's hearing; None before the first.
Word = ReplyKind | None


@dataclass(frozen=True, kw_only=True)
class Button:
    """A step as the page of a finding offers it: a link to the step's own page, named `url`.

    `after` narrows it to these last words of the hearing. `at_once`: posted without a page of its own, with
    what `note` asks for, if anything; a step of the hearing posts its word as the unit's `view`.
    """

    label: StrOrPromise
    url: str
    icon: str = ""
    after: tuple[Word, ...] = ()
    at_once: bool = False
    note: StrOrPromise = ""


@dataclass(frozen=True, kw_only=True)
class Step(Transition):
    """One row of the table; without targets the finding stays where it is.

    `who` is asked with (user, site); `roles` names the same people for tests and documentation.
    `after` narrows the step to these last words of the hearing; whoever comes at another one reads `refusal`.
    `after_district`: at a site whose district confirms answers first, not while it has still to do so.
    `wants` is what whoever writes nothing is told, where the step needs words. `due` names the day that was
    set for it, and `tells` is the line the unit's liaisons get. `guard` and `leaves` are documentation.
    """

    roles: tuple[Role, ...]
    who: Callable[[User, Site], bool]
    after: tuple[Word, ...] = ()
    after_district: bool = False
    refusal: StrOrPromise = ""
    wants: StrOrPromise = ""
    due: Literal["", "reply_by", "deadline"] = ""
    tells: str = ""
    buttons: tuple[Button, ...] = ()
    guard: str = "–"
    leaves: str = "–"

    @property
    def leads_to(self) -> FindingState:
        """What a finding is after the step."""
        return FindingState((self.targets or self.sources)[0])

    def sources_at(self, site: Site) -> tuple[str, ...]:
        """From which states the step leads at this site."""
        if self.after_district and confirms_first(site):
            return tuple(state for state in self.sources if state != FindingState.ANSWERED)
        return self.sources

    def button(self, state: str, view: str | None, site: Site) -> Button | None:
        """How the step is offered for a finding in this state, after this last word; None where it is not."""
        if state not in self.sources_at(site) or not _fits(self.after, view):
            return None
        return next((button for button in self.buttons if _fits(button.after, view)), None)


def _fits(after: tuple[Word, ...], view: str | None) -> bool:
    return not after or view in after


def confirms_first(site: Site) -> bool:
    """Whether its district confirms what the site has rectified before the office verifies it."""
    return site.level == Level.DISTRICT and site.programme.districts_determine


def _confirms(user: User, site: Site) -> bool:
    return confirms_first(site) and is_own_district(user, site)


def _raises(user: User, site: Site) -> bool:
    return is_inspector(user) or sees_city(user)


def _nobody(user: User, site: Site) -> bool:
    return False


_PUT = (FindingState.PUT,)
_UNANSWERED = (None, ReplyKind.AGREE, ReplyKind.DISAGREE, ReplyKind.RETRACT)
_ANSWERED_BY_OFFICE = _("The office has answered your disagreement; the finding is kept.")

STEPS: Mapping[ReplyKind, Step] = {
    ReplyKind.RAISE: Step(
        sources=(),
        targets=(FindingState.PUT, FindingState.OPEN),
        roles=(Role.INSPECTOR, Role.OFFICE, Role.LEADING_GROUP),
        who=_raises,
        guard="the team's leader by signing an inspection; to be rectified at once: the office by reopening "
        "a site, it or the leading group by approving that an objection is upheld",
    ),
    ReplyKind.AGREE: Step(
        sources=_PUT,
        targets=(),
        roles=(Role.LIAISON,),
        who=is_own_unit,
        after=_UNANSWERED,
        refusal=_ANSWERED_BY_OFFICE,
        due="reply_by",
        buttons=(
            Button(
                label=pgettext_lazy("button", "Agree"),
                url="assessments:finding_comment",
                icon="hand-thumbs-up",
                after=(None,),
                at_once=True,
            ),
        ),
        guard="the own unit; not in the same words twice",
        leaves="after a disagreement it leaves `retract`; evidence, if files come with it",
    ),
    ReplyKind.DISAGREE: Step(
        sources=_PUT,
        targets=(),
        roles=(Role.LIAISON,),
        who=is_own_unit,
        after=_UNANSWERED,
        refusal=_ANSWERED_BY_OFFICE,
        wants=_("Say why you do not agree."),
        due="reply_by",
        buttons=(
            Button(
                label=_("Comment with reasons"),
                url="assessments:finding_comment",
                icon="chat-left-text",
                after=(None,),
            ),
            Button(
                label=_("Change or withdraw the objection"),
                url="assessments:finding_comment",
                icon="chat-left-text",
                after=(ReplyKind.DISAGREE,),
            ),
            Button(label=_("Change the comment"), url="assessments:finding_comment", icon="chat-left-text"),
        ),
        guard="the own unit; not in the same words twice",
        leaves="evidence, if files come with it",
    ),
    ReplyKind.RETRACT: Step(  # made in time, the objection is not late now
        sources=_PUT,
        targets=(),
        roles=(Role.LIAISON,),
        who=is_own_unit,
        after=(ReplyKind.DISAGREE,),
        guard="the own unit, by agreeing",
        leaves="evidence, if files come with it",
    ),
    ReplyKind.UPHOLD: Step(
        sources=_PUT,
        targets=(),
        roles=(Role.OFFICE,),
        who=is_office,
        after=(ReplyKind.DISAGREE,),
        refusal=_("There is no disagreement to answer."),
        wants=_("Say why the finding is kept: it goes into the notice."),
        buttons=(Button(label=_("Keep it with a reason"), url="assessments:finding_uphold"),),
    ),
    ReplyKind.WITHDRAW: Step(
        sources=_PUT,
        targets=(FindingState.WITHDRAWN,),
        roles=(Role.OFFICE,),
        who=is_office,
        wants=_("Say why the finding is withdrawn."),
        tells=gettext_noop("The finding %(finding)s of %(site)s has been withdrawn."),
        buttons=(Button(label=_("Withdraw it"), url="assessments:finding_withdraw"),),
        leaves="with the last finding the site is rectified",
    ),
    ReplyKind.NOTICE: Step(
        sources=_PUT,
        targets=(FindingState.OPEN,),
        roles=(Role.LEADING_GROUP, Role.OFFICE),
        who=sees_city,
        guard="all findings of the site at once; each commented on, or its day for that over; no "
        "disagreement without an answer",
        leaves="整改通知; the deadline of each finding",
    ),
    ReplyKind.ANSWER: Step(
        sources=FindingState.WITH_UNIT,
        targets=(FindingState.ANSWERED,),
        roles=(Role.LIAISON,),
        who=is_own_unit,
        wants=_("Say what has been done."),
        due="deadline",
        buttons=(Button(label=_("Answer"), url="assessments:finding_answer", icon="reply"),),
        guard="the own unit",
        leaves="evidence, if files come with it",
    ),
    ReplyKind.CONFIRM: Step(
        sources=(FindingState.ANSWERED,),
        targets=(FindingState.CONFIRMED,),
        roles=(Role.DISTRICT,),
        who=_confirms,
        buttons=(
            Button(
                label=pgettext_lazy("button", "Confirmed"),
                url="assessments:finding_confirm",
                icon="check-lg",
                at_once=True,
                note=_("Note on what was seen (optional)"),
            ),
        ),
        guard="a site of its own, where the programme lets districts determine",
        leaves="with the last answer a line to the office",
    ),
    ReplyKind.RETURN: Step(
        sources=(FindingState.ANSWERED,),
        targets=(FindingState.SENT_BACK,),
        roles=(Role.DISTRICT,),
        who=_confirms,
        wants=_("Say what is still wanting."),
        tells=gettext_noop("Your answer to %(finding)s has been sent back."),
        buttons=(Button(label=_("Send back"), url="assessments:finding_return", icon="arrow-return-left"),),
        guard="as for `confirm`",
    ),
    ReplyKind.VERIFY: Step(
        sources=FindingState.TO_VERIFY,
        after_district=True,
        targets=(FindingState.VERIFIED,),
        roles=(Role.OFFICE,),
        who=is_office,
        buttons=(
            Button(
                label=pgettext_lazy("button", "Verified"),
                url="assessments:finding_verify",
                icon="check-circle",
                at_once=True,
                note=_("Note on what was seen (optional)"),
            ),
        ),
        guard="at a district's site once the district has confirmed, where the programme lets districts "
        "determine",
    ),
    ReplyKind.SEND_BACK: Step(
        sources=FindingState.TO_VERIFY,
        after_district=True,
        targets=(FindingState.SENT_BACK,),
        roles=(Role.OFFICE,),
        who=is_office,
        wants=_("Say what is still wanting."),
        tells=gettext_noop("Your answer to %(finding)s has been sent back."),
        buttons=(
            Button(label=_("Send back"), url="assessments:finding_send_back", icon="arrow-return-left"),
        ),
        guard="as for `verify`",
        leaves="`extend` as well, where more days are given",
    ),
    ReplyKind.EXTEND: Step(
        sources=FindingState.WITH_UNIT,
        targets=(),
        roles=(Role.OFFICE,),
        who=is_office,
        wants=_("Say why the deadline is extended."),
        due="deadline",
        tells=gettext_noop("The deadline of %(finding)s has been extended to %(deadline)s."),
        buttons=(
            Button(label=_("Extend the deadline"), url="assessments:finding_extend", icon="calendar-plus"),
        ),
        leaves="a new deadline",
    ),
    ReplyKind.ESCALATE: Step(
        sources=FindingState.WITH_UNIT,
        targets=(),
        roles=(),
        who=_nobody,
        guard="the deadline is over; the portal does it by itself",
        leaves="a line to the unit, to the offices over it, to the leading group",
    ),
}

# What a site failed on becomes findings when it is reopened; the office may leave one out with its reason.
LEFT_OUT = Step(
    sources=(FindingState.OPEN,),
    targets=(FindingState.WITHDRAWN,),
    roles=(Role.OFFICE,),
    who=is_office,
    guard="in the act of reopening a site",
    leaves="`withdraw`",
)

# The sheet a finding came from is opened again: it is withdrawn wherever it stands, with the office's reason.
UNLOCKED = Step(
    sources=FindingState.UNSETTLED,
    targets=(FindingState.WITHDRAWN,),
    roles=(Role.OFFICE,),
    who=is_office,
    guard="the signed sheet is unlocked; no finding of it answered yet",
    leaves="`withdraw`",
)
