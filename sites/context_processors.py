"""What every page may show: the programme it lists, the one that runs, and the business date."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .calendar import today
from .chosen import begun_programmes, chosen_programme, running_programme
from .models import Phase, Programme


def current_programme(request: HttpRequest) -> dict[str, Any]:
    """Lazily: a page that shows none of it pays for none of it.

    `programme` and `current_phase` are those of the page, `running_programme` and `running_phase`
    those of the campaign that runs, whatever the page lists.
    """
    return {
        "programme": SimpleLazyObject(lambda: chosen_programme(request)),
        "current_phase": SimpleLazyObject(lambda: _phase(chosen_programme(request))),
        "programme_choices": SimpleLazyObject(lambda: begun_programmes(request)),
        "running_programme": SimpleLazyObject(lambda: running_programme(request)),
        "running_phase": SimpleLazyObject(lambda: _phase(running_programme(request))),
        "business_date": SimpleLazyObject(today),
        "date_is_pinned": settings.PORTAL_TODAY is not None,
    }


def _phase(programme: Programme | None) -> Phase | None:
    return programme.phase_on(today()) if programme else None
