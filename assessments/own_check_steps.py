"""The one table of the steps that a district's self-check takes, and who takes them.

`services/own_checks.py` takes steps by this table and alone writes `OwnCheck.state`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.rules import is_office
from core.transitions import Transition

from .enums import OwnCheckAction as Action
from .enums import OwnCheckState as State
from .models import OwnCheck
from .rules import drafts_own_check, files_own_check


@dataclass(frozen=True, kw_only=True)
class Step(Transition):
    """One row. `who` is asked with (user, self-check).

    `label` is what its button says and `done` what is said afterwards; a step that `asks` for words has a
    question. `undoes`: it is taken by who took that step, as long as no other one came after it. `tells` is
    the line that the people of the next step get.
    """

    who: Callable[[User, OwnCheck], bool]
    label: StrOrPromise
    done: StrOrPromise
    asks: StrOrPromise = ""
    undoes: Action | None = None
    tells: str = ""


STEPS: Mapping[Action, Step] = {
    Action.PUT_FORWARD: Step(
        sources=State.EDITABLE,
        targets=(State.FORWARD,),
        who=drafts_own_check,
        label=_("Put it before the head of the office"),
        done=_("The self-check is before the head of the office, who confirms and files it."),
        tells=gettext_noop("The self-check of %(check)s waits for you to confirm and file it."),
    ),
    Action.RECALL: Step(
        sources=(State.FORWARD,),
        targets=(State.DRAFT,),
        who=drafts_own_check,
        label=pgettext_lazy("a self-check", "Take it back"),
        done=_("The self-check is taken back; it can be changed again."),
        undoes=Action.PUT_FORWARD,
    ),
    Action.FILE: Step(
        sources=(State.FORWARD,),
        targets=(State.FILED,),
        who=files_own_check,
        label=_("Confirm and file the self-check"),
        done=_("The self-check is filed with the municipal office."),
        tells=gettext_noop("%(check)s has filed its self-check."),
    ),
    Action.HAND_BACK: Step(
        sources=(State.FORWARD,),
        targets=(State.DRAFT,),
        who=files_own_check,
        label=_("Hand it back"),
        done=_("The self-check is handed back with your words."),
        asks=_("What is to be changed"),
        tells=gettext_noop("The head of the office has handed the self-check back: %(note)s"),
    ),
    Action.TAKE_BACK: Step(
        sources=(State.FILED,),
        targets=(State.FORWARD,),
        who=files_own_check,
        label=pgettext_lazy("a self-check", "Take the filing back"),
        done=_("The filing is taken back; the self-check is before you again."),
        undoes=Action.FILE,
    ),
    Action.READ: Step(
        sources=(State.FILED,),
        targets=(State.READ,),
        who=is_office,
        label=_("Note that it was read"),
        done=_("It is on record that the self-check was read."),
        tells=gettext_noop("The municipal office has read the self-check of %(check)s."),
    ),
    Action.ASK_MORE: Step(
        sources=(State.FILED, State.READ),
        targets=(State.RETURNED,),
        who=is_office,
        label=_("Ask for more"),
        done=_("The district's office has been told what more is asked for."),
        asks=_("What more is asked for"),
        tells=gettext_noop("The municipal office asks for more about the self-check of %(check)s: %(note)s"),
    ),
}
