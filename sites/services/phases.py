"""Phases prolonged."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import require_office
from sites.calendar import today
from sites.models import Extension, Phase


@transaction.atomic
def extend_phase(*, phase: Phase, new_end: datetime.date, reason: str, by: User) -> Extension:
    """Prolong a phase with a reason; only the office may, and never backwards."""
    require_office(by)
    phase = Phase.objects.select_for_update().get(pk=phase.pk)
    if new_end <= phase.last_day:
        raise ValidationError(
            {"new_end": _("The new end must be later than %(end)s.") % {"end": date_format(phase.last_day)}}
        )
    extension = Extension(
        phase=phase, previous_end=phase.last_day, new_end=new_end, reason=reason.strip(), by=by, on=today()
    )
    extension.full_clean()
    extension.save()
    phase.extended_to = new_end
    phase.save(update_fields=["extended_to"])
    return extension
