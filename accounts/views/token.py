"""The forms' token of now, for scripts that send something later than the page was drawn."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_safe


@require_safe
def token(request: HttpRequest) -> JsonResponse:
    """Anybody's own: no page of another site can read the answer, and to it the token is worth nothing.

    With whose it is, so that a page that somebody else left open sends nothing by it. Who is signed out and
    has no cookie gets none: it could come just after the sign-in page's own, whose form is then refused.
    """
    has_one = request.user.is_authenticated or settings.CSRF_COOKIE_NAME in request.COOKIES
    return JsonResponse({"token": get_token(request) if has_one else None, "user": request.user.pk})
