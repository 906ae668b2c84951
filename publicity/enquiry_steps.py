"""Enquiries: which steps there are, from which state, whose, and in how many days.

An enquiry lies with one body at a time, the one responsible: the office, or whom it was handed to. That body
drafts the answer; somebody else, of the office or of the leading group, approves it. `services/answering.py`
takes steps by this table, `services/enquiries.py` the one of who asked; the page, the to-do lists and
docs/enquiries.md read it.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.rules import is_office, sees_city
from core.transitions import Transition

from .enums import EnquiryDeed, EnquiryState
from .rules import answers_enquiries, hands_enquiries_on


class Clock(NamedTuple):
    """Working days to answer a request for information, and to prolong that once."""

    since: datetime.date
    days: int
    more: int


# 政府信息公开条例: article 24 of 2008, article 33 of 2019. The newest that holds on the day of the request;
# the first one was known for a year before it came into force, and is kept to from the beginning.
CLOCKS = (Clock(datetime.date.min, 15, 15), Clock(datetime.date(2019, 5, 15), 20, 20))


def clock_on(day: datetime.date) -> Clock:
    """The one by which a request of this day is answered."""
    return [clock for clock in CLOCKS if clock.since <= day][-1]


@dataclass(frozen=True, kw_only=True)
class Step(Transition):
    """One row of the table; without targets the enquiry stays where it is.

    `who` may take it; `of_holder`: of the body with which it lies alone, `or_office`: or the office, wherever
    it lies; `by_another`: not by who drafted the answer; `by_drafter`: by them alone; `of_information`: of
    requests for information alone. `says` tells it to whoever is refused. Of the step that leads on from a
    state `what` stands on the list of whose turn it is, and `tells` is the line they get. `leaves` is
    documentation.
    """

    deed: EnquiryDeed
    who: Callable[[User], bool]
    of_holder: bool = False
    or_office: bool = False
    by_another: bool = False
    by_drafter: bool = False
    of_information: bool = False
    says: StrOrPromise
    what: StrOrPromise = ""
    tells: str = ""
    leaves: str = "–"


_STATE = EnquiryState
_HOLDER = _("Somebody of the body with which the enquiry lies does this.")
_ANOTHER = _("Somebody of the office or of the leading group who did not draft the answer does this.")

STEPS: Mapping[str, Step] = {
    "accept": Step(
        sources=(_STATE.RECEIVED,),
        targets=(_STATE.ANSWERING,),
        deed=EnquiryDeed.ACCEPT,
        who=is_office,
        says=_("Somebody of the office takes an enquiry up, or hands it on."),
        what=_("Take the enquiry up, or hand it on"),
        tells=gettext_noop("An enquiry has been received."),
        leaves="the day it was taken up; a complaint about a named site starts a recheck",
    ),
    "hand_on": Step(
        sources=(_STATE.RECEIVED, _STATE.ANSWERING),
        targets=(_STATE.ANSWERING,),
        deed=EnquiryDeed.HAND_ON,
        who=hands_enquiries_on,
        of_holder=True,
        says=_("The office, or the district office with which it lies, hands an enquiry on."),
        leaves="the body responsible, whose people are told, and why it is theirs",
    ),
    "hand_back": Step(
        sources=(_STATE.ANSWERING,),
        targets=(_STATE.ANSWERING,),
        deed=EnquiryDeed.HAND_BACK,
        who=answers_enquiries,
        of_holder=True,
        or_office=True,
        says=_("The body to which an enquiry was handed hands it back; the office takes any back."),
        leaves="the reason; it lies with whoever handed it on, or, taken back, with the office",
    ),
    "extend": Step(
        sources=(_STATE.ANSWERING,),
        targets=(_STATE.ANSWERING,),
        deed=EnquiryDeed.EXTEND,
        who=is_office,
        of_information=True,
        says=_("Somebody of the office prolongs the time of a request for information, once."),
        leaves="the new day, and the reason, which who asked reads",
    ),
    "draft": Step(
        sources=(_STATE.ANSWERING,),
        targets=(_STATE.DRAFTED,),
        deed=EnquiryDeed.DRAFT,
        who=answers_enquiries,
        of_holder=True,
        says=_HOLDER,
        what=_("Answer the enquiry"),
        tells=gettext_noop("An enquiry waits for your answer."),
        leaves="the drafted answer",
    ),
    "approve": Step(
        sources=(_STATE.DRAFTED,),
        targets=(_STATE.REPLIED, _STATE.TO_COMPLETE),
        deed=EnquiryDeed.APPROVE,
        who=sees_city,
        by_another=True,
        says=_ANOTHER,
        what=_("Approve the answer to the enquiry, or send it back"),
        tells=gettext_noop("The answer to an enquiry is drafted: approve it or send it back."),
        leaves="the answer; of a request for information 政府信息公开申请答复书",
    ),
    "send_back": Step(
        sources=(_STATE.DRAFTED,),
        targets=(_STATE.ANSWERING,),
        deed=EnquiryDeed.SEND_BACK,
        who=sees_city,
        by_another=True,
        says=_ANOTHER,
        leaves="the reason; the draft, to be mended",
    ),
    "take_back": Step(
        sources=(_STATE.DRAFTED,),
        targets=(_STATE.ANSWERING,),
        deed=EnquiryDeed.TAKE_BACK,
        who=answers_enquiries,
        by_drafter=True,
        says=_("Who drafted it takes it back, until somebody else has approved it."),
        leaves="the reason; the draft, to be mended",
    ),
    "close": Step(
        sources=(_STATE.TO_COMPLETE,),
        targets=(_STATE.REPLIED,),
        deed=EnquiryDeed.CLOSE,
        who=is_office,
        of_information=True,
        says=_("Somebody of the office closes a request that was not completed in time."),
        leaves="the day, and that it was not completed",
    ),
}

# What who asked does, and nobody of the staff.
COMPLETED = Transition(sources=(_STATE.TO_COMPLETE,), targets=(_STATE.ANSWERING,))

# What waits, and for whom: of each running state the step that leads it on.
IN_TURN: Mapping[str, Step] = {
    source: step for step in STEPS.values() if step.what for source in step.sources
}
