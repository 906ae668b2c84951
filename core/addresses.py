"""An address as the log and the metrics may tell it: without the codes that stand in some.

A receipt's code, a password's link or an appraisal's card opens something, and whoever reads the log shall
not. So of what an address captures only whole numbers are told, which are the keys of records; all else
stands as its pattern has it (`/verify/<str:code>/`). An address that is none of the portal's is not told.
"""

import re
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve

NOWHERE = "(none)"
_CAPTURED = re.compile(r"<(?:\w+:)?(\w+)>")


def told(request: HttpRequest) -> tuple[str, str]:
    """The address as it may be told, and the name of its page, of which there is a fixed number."""
    return _told(request.path_info, settings.ROOT_URLCONF)


@lru_cache(2048)
def _told(path: str, addresses: str) -> tuple[str, str]:
    """Looked up anew, and then kept: a page that was kept, or refused before its view, was not looked up."""
    try:
        match = resolve(path, addresses)
    except Resolver404:
        return NOWHERE, NOWHERE

    def filled_in(found: re.Match[str]) -> str:
        value = match.kwargs.get(found[1])
        return str(value) if type(value) is int else found[0]

    return "/" + _CAPTURED.sub(filled_in, match.route), match.view_name
