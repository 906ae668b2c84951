"""The forms' token of now, for scripts that send something later than the page was drawn."""

from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_safe


@require_safe
def token(request: HttpRequest) -> JsonResponse:
    """Anybody's own: no page of another site can read the answer, and to it the token is worth nothing."""
    return JsonResponse({"token": get_token(request)})
