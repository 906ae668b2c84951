"""A programme set running instead of another, and what becomes of everything that is open in that one."""

from collections.abc import Mapping
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.rules import require_office
from accounts.services import notify
from sites.calendar import today
from sites.enums import Becomes, Leftover
from sites.leftovers import Left, left_in
from sites.models import LeftOpen, Programme
from sites.services.people import concerned
from sites.workflow import WorkflowError

# What those concerned are told of a kind that is closed.
_TOLD: Mapping[str, str] = {
    Leftover.LISTS_NOT_BEGUN: gettext_noop(
        "Under %(number)s nobody waits any more for lists that were never begun: %(reason)s"
    ),
    Leftover.LISTS: gettext_noop(
        "Under %(number)s nobody waits any more for lists that are not filed: %(reason)s"
    ),
    Leftover.DISTRICT_PLANS: gettext_noop(
        "Under %(number)s nobody waits any more for districts' own work plans: %(reason)s"
    ),
    Leftover.POSTS: gettext_noop(
        "Under %(number)s nobody waits any more for vacant posts of liaisons to be filled: %(reason)s"
    ),
    Leftover.MEASURES: gettext_noop(
        "Under %(number)s nobody waits any more for measures to be ticked off: %(reason)s"
    ),
    Leftover.GUIDANCE: gettext_noop(
        "Under %(number)s nobody waits any more for replies to guidance: %(reason)s"
    ),
}


class Decided(NamedTuple):
    """What becomes of a kind of open steps; without a reason nothing is closed."""

    becomes: Becomes
    reason: str = ""


@transaction.atomic
def run_programme(
    *, programme: Programme, instead_of: Programme | None, decided: Mapping[str, Decided], by: User
) -> None:
    """Make it the one that runs, instead of the one the person saw running.

    `decided` says of each kind of `Leftover` that is open there what becomes of it; what cannot be closed
    goes on. All of it is kept, and of what is closed those concerned are told.
    """
    require_office(by)
    # All of them, so that of two people who set two programmes running one is told.
    programmes = {each.pk: each for each in Programme.objects.select_for_update().order_by("pk")}
    running = next((each for each in programmes.values() if each.is_current), None)
    chosen = programmes[programme.pk]
    if chosen == running:
        raise WorkflowError(_("This programme runs already."))
    if running != instead_of:
        raise WorkflowError(
            _("Meanwhile another programme was set running (%(number)s); look at it again.")
            % {"number": running.document_number if running else "—"}
        )
    if running:
        _keep_what_is_open(running, chosen, decided, by)
        running.is_current = False
        running.save(update_fields=["is_current"])
    for past in chosen.left_open.filter(is_past=False):
        past.is_past = True
        past.save(update_fields=["is_past"])
    chosen.is_current = True
    chosen.save(update_fields=["is_current"])
    notify(
        concerned(chosen),
        text=gettext_noop("“%(programme)s” (%(number)s) runs now."),
        about={"programme": chosen, "number": chosen.document_number},
        url=chosen.get_absolute_url(),
    )


def _keep_what_is_open(
    running: Programme, successor: Programme, decided: Mapping[str, Decided], by: User
) -> None:
    for left in left_in(running, by):
        becomes, reason = _decision(left, decided)
        LeftOpen.objects.create(
            programme=running,
            successor=successor,
            kind=left.kind,
            count=left.count,
            becomes=becomes,
            reason=reason,
            by=by,
            on=today(),
        )
        if becomes == Becomes.CLOSED:
            notify(
                concerned(running),
                text=_TOLD[left.kind],
                about={"number": running.document_number, "reason": reason},
                url=running.get_absolute_url(),
            )


def _decision(left: Left, decided: Mapping[str, Decided]) -> Decided:
    """What was decided of it, as far as that is possible; errors by field."""
    if not left.may_close:
        return Decided(Becomes.CARRIED)
    answer = decided.get(left.kind)
    if answer is None or (left.kind in Leftover.ENDING and answer.becomes != Becomes.CLOSED):
        raise ValidationError({f"becomes_{left.kind}": _("Say what becomes of it.")})
    becomes, reason = Becomes(answer.becomes), answer.reason.strip()
    if becomes == Becomes.CLOSED and not reason:
        raise ValidationError({f"reason_{left.kind}": _("What is closed needs a reason.")})
    return Decided(becomes, reason if becomes == Becomes.CLOSED else "")
