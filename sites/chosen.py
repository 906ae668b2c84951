"""Which programme a page lists."""

from django.http import HttpRequest

from .models import Programme


def chosen_programme(request: HttpRequest) -> Programme | None:
    """The one of `?programme=<key>`, else the one that runs now; None before the plan is loaded."""
    key = request.GET.get("programme", "")
    if key.isascii() and key.isdigit():
        chosen = Programme.objects.filter(pk=key).prefetch_related("phases").first()
        if chosen:
            return chosen
    return Programme.objects.current()
