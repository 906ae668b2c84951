"""What a reader may set for this browser."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

YEAR = 365 * 24 * 3600


# A stranger's page could at worst enlarge the type; with a token every page would be its reader's own.
@csrf_exempt
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """长辈模式: large type on or off, kept in a cookie, back to where the reader was."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    # Not `redirect`: that would take a word without a slash for the name of a page.
    response = HttpResponseRedirect(target)
    elder = "1" if request.POST.get("elder") == "1" else "0"
    response.set_cookie(
        "elder", elder, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, httponly=True
    )
    return response
