"""What every page may show: the campaign, its phase, and the business date."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .calendar import today
from .models import Phase, Programme


def current_programme(request: HttpRequest) -> dict[str, Any]:
    """Lazily: a page that shows neither pays for neither."""
    programme = SimpleLazyObject(Programme.objects.current)

    def phase() -> Phase | None:
        return programme.phase_on(today()) if programme else None

    return {
        "programme": programme,
        "current_phase": SimpleLazyObject(phase),
        "business_date": SimpleLazyObject(today),
        "date_is_pinned": settings.PORTAL_TODAY is not None,
    }
