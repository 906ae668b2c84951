"""The one table of an objection's steps: nobody decides one alone.

It is taken up by one person of the office, looked into by a second one who is not of the unit, its answer
drafted by a third one and approved by a fourth one. Not to take it up is proposed by one person and approved
by another one. `services/objections.py` takes steps by this table and alone writes `Objection.state`; the
page, the to-do lists and docs/objections.md read it. What it says of people the database is told as well
(`Objection.Meta.constraints`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from django_stubs_ext import StrOrPromise

from accounts.enums import Role
from accounts.models import User
from accounts.rules import is_office, sees_city
from core.transitions import Transition

from .enums import ObjectionDeed, ObjectionState


class Part(NamedTuple):
    """A part somebody had in it: the deeds that leave it on record, and what is said to who comes again."""

    deeds: tuple[ObjectionDeed, ...]
    told: StrOrPromise


# By the field of the record that names who has it now; who had it once is not forgotten.
PARTS: Mapping[str, Part] = {
    "accepted_by": Part(
        (ObjectionDeed.ACCEPT,), _("You took this objection up, or stand in for whoever did.")
    ),
    "investigator": Part(
        (ObjectionDeed.REPORT,), _("You look into this objection, or did, or stand in for whoever does.")
    ),
    "drafted_by": Part(
        (ObjectionDeed.DECLINE, ObjectionDeed.CONCLUDE),
        _("You drafted an answer to this objection, or stand in for whoever did."),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Step(Transition):
    """One row of the table; without targets the objection stays where it is.

    `who` may take it, or the named investigator alone where that is None; `roles` names the same people.
    `never` are the parts of those who may not, as they had one of them. `says` tells both to whoever is
    refused. With `alone` it is whoever has that part, and nobody else: a mistake is taken back by who made
    it, until the next person acts. `deed` is what the step leaves on record. Of the step that leads on from
    a state `what` stands on the list of whose turn it is, and `tells` is the line they get. `words`: it needs
    a reason or a text; `leaves` is documentation.
    """

    deed: ObjectionDeed
    roles: tuple[Role, ...]
    never: tuple[str, ...] = ()
    alone: str = ""
    who: Callable[[User], bool] | None
    says: StrOrPromise
    what: StrOrPromise = ""
    tells: str = ""
    words: bool = True
    leaves: str = "–"


_OFFICE = (Role.OFFICE,)
_CITY = (Role.OFFICE, Role.LEADING_GROUP)
_INQUIRERS = ("accepted_by", "investigator")
_ALL = (*_INQUIRERS, "drafted_by")
_STATE = ObjectionState

STEPS: Mapping[str, Step] = {
    "accept": Step(
        sources=(_STATE.RECEIVED,),
        targets=(_STATE.ACCEPTED,),
        deed=ObjectionDeed.ACCEPT,
        roles=_OFFICE,
        who=is_office,
        says=_("Somebody of the office takes an objection up, and names somebody else to look into it."),
        what=_("Handle the objection"),
        tells=gettext_noop("An objection against %(site)s has been received."),
        words=False,
        leaves="the day it was taken up, the investigator, who is told",
    ),
    "decline": Step(
        sources=(_STATE.RECEIVED,),
        targets=(_STATE.DECLINING,),
        deed=ObjectionDeed.DECLINE,
        roles=_OFFICE,
        who=is_office,
        says=_("Somebody of the office proposes that an objection is not taken up."),
        leaves="the proposed reply",
    ),
    "approve_declining": Step(
        sources=(_STATE.DECLINING,),
        targets=(_STATE.DECLINED,),
        deed=ObjectionDeed.APPROVE,
        roles=_CITY,
        who=sees_city,
        never=("drafted_by",),
        says=_("Somebody else of the office or of the leading group approves it or sends it back."),
        what=_("Approve that the objection is not taken up, or send it back"),
        tells=gettext_noop(
            "It is proposed not to take up an objection against %(site)s: approve it or send it back."
        ),
        words=False,
        leaves="the reply; 异议答复",
    ),
    "send_back_declining": Step(
        sources=(_STATE.DECLINING,),
        targets=(_STATE.RECEIVED,),
        deed=ObjectionDeed.SEND_BACK,
        roles=_CITY,
        who=sees_city,
        never=("drafted_by",),
        says=_("Somebody else of the office or of the leading group approves it or sends it back."),
        leaves="the reason; the proposal is off the record's answer",
    ),
    "take_back_declining": Step(
        sources=(_STATE.DECLINING,),
        targets=(_STATE.RECEIVED,),
        deed=ObjectionDeed.TAKE_BACK,
        roles=_OFFICE,
        alone="drafted_by",
        who=is_office,
        says=_("Who drafted it takes it back, until somebody else has approved it."),
        leaves="the reason; the proposal is off the record's answer",
    ),
    "reassign": Step(
        sources=(_STATE.ACCEPTED, _STATE.LOOKED_INTO),
        targets=(_STATE.ACCEPTED,),
        deed=ObjectionDeed.REASSIGN,
        roles=_OFFICE,
        who=is_office,
        says=_("Somebody of the office names who looks into it."),
        words=False,
        leaves="the investigator, who is told; earlier findings stay on record",
    ),
    "report": Step(
        sources=(_STATE.ACCEPTED,),
        targets=(_STATE.LOOKED_INTO,),
        deed=ObjectionDeed.REPORT,
        roles=(),
        who=None,
        never=("accepted_by",),
        says=_("The person named to look into it writes what the inquiry found."),
        what=_("Look into the objection and write down what you found"),
        tells=gettext_noop("You are to look into an objection against %(site)s."),
        leaves="the findings",
    ),
    "conclude": Step(
        sources=(_STATE.LOOKED_INTO,),
        targets=(_STATE.DRAFTED,),
        deed=ObjectionDeed.CONCLUDE,
        roles=_OFFICE,
        who=is_office,
        never=_INQUIRERS,
        says=_("Somebody of the office who neither took it up nor looked into it drafts the answer."),
        what=_("Draft the answer to the objection"),
        tells=gettext_noop("An objection against %(site)s has been looked into: draft the answer."),
        leaves="the proposed result and reply",
    ),
    "approve": Step(
        sources=(_STATE.DRAFTED,),
        targets=_STATE.CONCLUDED,
        deed=ObjectionDeed.APPROVE,
        roles=_CITY,
        who=sees_city,
        never=_ALL,
        says=_(
            "Somebody of the office or of the leading group who neither took it up nor looked into it nor "
            "drafted the answer approves it or sends it back."
        ),
        what=_("Approve the answer to the objection, or send it back"),
        tells=gettext_noop(
            "The answer to an objection against %(site)s is drafted: approve it or send it back."
        ),
        words=False,
        leaves="the result and the reply; 异议答复; upheld, even partly, the site is off the notice",
    ),
    "send_back": Step(
        sources=(_STATE.DRAFTED,),
        targets=(_STATE.LOOKED_INTO,),
        deed=ObjectionDeed.SEND_BACK,
        roles=_CITY,
        who=sees_city,
        never=_ALL,
        says=_(
            "Somebody of the office or of the leading group who neither took it up nor looked into it nor "
            "drafted the answer approves it or sends it back."
        ),
        leaves="the reason; the draft, to be mended",
    ),
    "take_back": Step(
        sources=(_STATE.DRAFTED,),
        targets=(_STATE.LOOKED_INTO,),
        deed=ObjectionDeed.TAKE_BACK,
        roles=_OFFICE,
        alone="drafted_by",
        who=is_office,
        says=_("Who drafted it takes it back, until somebody else has approved it."),
        leaves="the reason; the draft, to be mended",
    ),
}

# What waits, and for whom: of each open state the step that leads it on.
IN_TURN: Mapping[str, Step] = {
    source: step for step in STEPS.values() if step.what for source in step.sources
}
