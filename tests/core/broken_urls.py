"""The portal's addresses, and pages that fail in the ways a page can and tell all that was sent to them."""

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.urls import path

from core.acting import Refusal
from wuhai_portal.urls import urlpatterns as portal

FAILURES = {
    "value": ValueError,
    "key": KeyError,
    "os": OSError,
    "type": TypeError,
    "assertion": AssertionError,
    "forbidden": PermissionDenied,
    "gone": Http404,
    "bad": BadRequest,
    "suspicious": SuspiciousOperation,
    "refused": Refusal,
}


def fails(request, how, code):
    sent = [f"'{value}' {value}" for value in request.POST.values()]
    try:
        raise LookupError(*sent)
    except LookupError:
        raise FAILURES[how](f"{code} cannot be done of {sent}") from ValueError(*sent)


urlpatterns = [path("fails/<slug:how>/<str:code>/", fails), *portal]
