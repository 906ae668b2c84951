"""Phases prolonged."""

import datetime
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.rules import require_office
from accounts.services import notify
from sites.calendar import CountedDay, on_record, today, working_days_after
from sites.endings import endings_of, move_along
from sites.enums import ProgrammeState
from sites.models import Extension, Phase
from sites.services.people import concerned
from sites.workflow import WorkflowError

# Further is a slip of the pen; whoever means it extends once more.
FURTHEST = datetime.timedelta(days=366)


@transaction.atomic
def extend_phase(
    *,
    phase: Phase,
    previous_end: datetime.date,
    new_end: datetime.date,
    reason: str,
    asked_by: str,
    by: User,
    working_days: int | None = None,
    along: Sequence[str] = (),
) -> Extension:
    """Prolong a phase; only the office may, never backwards, and everybody can read why.

    What falls due within it and is named in `along` (`endings_of`) is due on its new last day from then on.

    `previous_end` is the end the person saw: of two who prolong at once, the second is told.
    `working_days` is given where `new_end` was counted from it so; how it was counted goes on record.
    """
    require_office(by)
    phase = Phase.objects.select_for_update(of=("self",)).select_related("programme").get(pk=phase.pk)
    if phase.programme.state == ProgrammeState.PLANNED:
        raise WorkflowError(_("This programme does not run yet; change the dates of its phases instead."))
    _check_end(phase, previous_end, new_end)
    if strangers := set(along) - set(endings_of(phase, by)):
        told = _("%(n)d of these are not due in this phase any more.")
        raise ValidationError({"along": told % {"n": len(strangers)}})
    if not asked_by.strip():
        raise ValidationError({"asked_by": _("Say who asked for it; the public page shows it.")})
    extension = Extension(
        phase=phase,
        previous_end=previous_end,
        new_end=new_end,
        reason=reason.strip(),
        asked_by=asked_by.strip(),
        counted=_counted(previous_end, new_end, working_days),
        by=by,
        on=today(),
    )
    extension.full_clean()
    extension.save()
    phase.extended_to = new_end
    phase.save(update_fields=["extended_to"])
    move_along(along, extension)
    notify(
        concerned(phase.programme),
        text=gettext_noop("The phase “%(phase)s” is prolonged to %(end)s: %(reason)s"),
        about={"phase": phase, "end": new_end, "reason": extension.reason},
        url=phase.programme.get_absolute_url(),
    )
    return extension


def _check_end(phase: Phase, previous_end: datetime.date, new_end: datetime.date) -> None:
    dates = {"start": date_format(phase.starts_on), "end": date_format(phase.last_day)}
    if previous_end != phase.last_day:
        raise ValidationError(
            {"previous_end": _("Meanwhile this phase was prolonged to %(end)s; look at it again.") % dates}
        )
    if new_end <= phase.last_day:
        raise ValidationError(
            {
                "new_end": _(
                    "The phase runs from %(start)s to %(end)s; the new end must be later than %(end)s."
                )
                % dates
            }
        )
    if new_end - phase.last_day > FURTHEST:
        raise ValidationError(
            {
                "new_end": _("That is %(n)d days after %(end)s; a phase is prolonged by a year at most.")
                % {"n": (new_end - phase.last_day).days, **dates}
            }
        )


def _counted(previous_end: datetime.date, new_end: datetime.date, working_days: int | None) -> str:
    """How the new end was come by, in Chinese whatever the reader's language, as `on_record` has it."""
    length = (new_end - previous_end).days
    deadline = working_days_after(previous_end, working_days or length)
    if working_days is None:
        return _length_on_record(previous_end, new_end, deadline.days[:length])
    if deadline.end != new_end:
        raise ValidationError(
            {"working_days": _("Counted, the new end is %(end)s.") % {"end": date_format(deadline.end)}}
        )
    return on_record(deadline)


def _length_on_record(first: datetime.date, last: datetime.date, days: Sequence[CountedDay]) -> str:
    with translation.override("zh-hans"):
        return _("%(n)d days from %(start)s to %(end)s, among them %(working)d working days.") % {
            "n": len(days),
            "working": sum(day.working for day in days),
            "start": date_format(first),
            "end": date_format(last),
        }
