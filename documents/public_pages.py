"""The public page that an act leads to, as anybody would read it once the act holds."""

from copy import copy
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage import default_storage
from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, ResolverMatch, get_script_prefix, resolve, reverse

from core.previews import PUBLIC_PAGES


def public_page(request: HttpRequest, desk_page: str) -> str:
    """Its HTML; "" where what this desk page is about is not public. Asked before the act is undone."""
    try:
        found = resolve(desk_page.removeprefix(get_script_prefix()[:-1]))
    except Resolver404:
        return ""
    name = next((page.public for page in PUBLIC_PAGES if page.desk == found.view_name), "")
    if not name:
        return ""
    address = reverse(name, args=found.args, kwargs=found.kwargs)
    view = resolve(address.removeprefix(get_script_prefix()[:-1]))
    try:
        answer = view.func(_as_anybody(request, address, view), *view.args, **view.kwargs)
    except Http404:
        return ""
    return answer.content.decode() if answer.status_code == 200 else ""


def _as_anybody(request: HttpRequest, address: str, view: ResolverMatch) -> HttpRequest:
    """The same browser, signed out, at another address."""
    asked: Any = copy(request)
    asked.method, asked.GET, asked.path = "GET", QueryDict(), address
    asked.path_info = address.removeprefix(get_script_prefix()[:-1])
    asked.user, asked._messages = AnonymousUser(), default_storage(asked)
    asked.resolver_match = view
    asked.META = request.META | {"REQUEST_METHOD": "GET", "PATH_INFO": asked.path_info, "QUERY_STRING": ""}
    return asked  # type: ignore[no-any-return]  # as above
