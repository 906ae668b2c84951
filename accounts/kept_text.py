"""What somebody typed while the session ended stands in its form again once they have signed in.

A post without a session is answered with the sign-in page, which carries what was typed, signed, in a hidden
field: nothing is stored for strangers. Who signs in is led back to where the form was sent, and the view is
asked as if it had been sent again: it carries nothing out (`core.acting.TypedAgain`), and shows the form as
it does with a mistake in it. Should it try to write all the same, it is stopped; only the trail's entry that
somebody looked is written, and what the portal works out by itself as it draws a page. The same is done for
a form whose token is of an earlier sign-in at this browser, and for a citizen's whose token is too old: the
words stand in the open page and nowhere else. What a script sends stays in its page, which says
so itself.

A cookie says who was signed in at this browser last, so that nobody is shown what somebody else typed.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from auditlog.models import LogEntry
from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.urls import resolve
from django.utils.datastructures import MultiValueDict
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.csrf import csrf_failure

from core.acting import Refusal, TypedAgain
from core.failures import SHOW_AGAIN
from core.http import OF_STAFF, page_address
from core.maintenance import is_on
from core.once import FIELD
from core.previews import BUTTON

from .second_factor import led_to_the_factor

# What was typed, as JSON: who sent it where, from which page, the words by field, the files' names.
Kept: TypeAlias = dict[str, Any]
Answering: TypeAlias = Callable[[HttpRequest], HttpResponse]

# The sign-in page's hidden field, and what is known of it in the session of who has signed in.
KEPT = "kept"
COOKIE = "signed_in_last"
SALT = "accounts.kept_text"
# A page lies open no longer than a session may last.
LONGEST = settings.SESSION_COOKIE_AGE
# Django's own pages (/admin/) take nothing back.
TYPED_AT = ("/desk/", "/accounts/")
# Fields that are no words of a form; the first two are not kept at all.
UNTYPED = ("csrfmiddlewaretoken", "password", FIELD, SHOW_AGAIN, BUTTON)
SECRET = UNTYPED[:2]


class KeptTextMiddleware:
    """Keeps what was typed over a sign-in; stands within session, messages and sign-in, around all views."""

    def __init__(self, get_response: Answering) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if kept := _to_put_back(request):
            return _put_back(request, kept, self.get_response)
        if request.path == page_address(settings.LOGIN_URL):
            response = self._signing_in(request)
        else:
            response = self.get_response(request)
            if _is_lost(request, response):
                response = _sign_in_page(request)
        _remember_person(request, response)
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """What was not taken (`core.failures`), or was only tried (`core.previews`), in its form again."""
        if request.method != "POST" or SHOW_AGAIN not in request.POST or isinstance(request.POST, TypedAgain):
            return None
        told = _told_before() if BUTTON in request.POST else _told_unsaved()
        return _shown_again(request, _typed(request), _asked_again, told)

    def _signing_in(self, request: HttpRequest) -> HttpResponse:
        """The text goes along, wrong password after wrong password, and comes into the session at last."""
        kept = request.POST.get(KEPT, "")
        _tell_sign_in_page(request, kept)
        response = self.get_response(request)
        if kept and response.status_code == 302:
            request.session[KEPT] = kept
        return response


def token_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: a form of ours that is too old is shown again, anything else refused."""
    is_ours = reason.startswith("CSRF") and _is_ours(request, request.headers.get("Origin", ""))
    if is_ours and not _is_by_script(request):
        if not request.path_info.startswith(OF_STAFF):
            return _shown_again(request, _typed(request), _asked_again, _told_in_public())
        if request.path.startswith(page_address("desk:home")):
            if request.user.is_authenticated:
                return led_to_the_factor(request) or _put_back(request, _typed(request), _asked_again)
            if _was_here(request):
                return _sign_in_page(request)
    refused: HttpResponse = csrf_failure(request, reason)
    return refused


def _asked_again(request: HttpRequest) -> HttpResponse:
    """The view a refused post was sent to."""
    view = resolve(request.path_info)
    answer: HttpResponse = view.func(request, *view.args, **view.kwargs)
    return answer


# -- before the sign-in ------------------------------------------------------------------


def _is_lost(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether somebody who was signed in sent a form, and is asked to sign in."""
    return (
        request.method == "POST"
        and request.path.startswith(page_address("desk:home"))
        and response.status_code == 302
        and urlsplit(response.headers["Location"]).path == page_address(settings.LOGIN_URL)
        and _was_here(request)
        and not _is_by_script(request)
        and not request.user.is_authenticated
    )


def _is_by_script(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers


def _sign_in_page(request: HttpRequest) -> HttpResponse:
    """The sign-in page, with what was typed."""
    kept = signing.dumps(_typed(request), salt=SALT, compress=True)
    _tell_sign_in_page(request, kept)
    request.method, request.GET = "GET", QueryDict(urlencode({"next": request.get_full_path()}))
    page: HttpResponse = resolve(page_address(settings.LOGIN_URL)).func(request)
    if isinstance(page, SimpleTemplateResponse):
        page.render()
    return page


def _tell_sign_in_page(request: HttpRequest, kept: str) -> None:
    """What the template asks the request."""
    vars(request).update(kept_text=kept, session_ended=_was_here(request))


def _typed(request: HttpRequest) -> Kept:
    return {
        "person": request.COOKIES.get(COOKIE, ""),
        "to": request.get_full_path(),
        "from": request.headers.get("Referer", ""),
        "words": {name: values for name, values in request.POST.lists() if name not in SECRET},
        "files": [file.name for name in request.FILES for file in request.FILES.getlist(name)],
    }


# -- and after it ------------------------------------------------------------------------


def _to_put_back(request: HttpRequest) -> Kept | None:
    """What this person typed before signing in, once, where the sign-in has led to."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.method != "GET":
        return None
    if not (request.user.is_authenticated and KEPT in request.session):
        return None
    try:
        kept: Kept = signing.loads(request.session[KEPT], salt=SALT, max_age=LONGEST)
    except signing.BadSignature:
        del request.session[KEPT]
        return None
    if kept["to"] != request.get_full_path():
        return None
    del request.session[KEPT]
    return kept


def _put_back(request: HttpRequest, kept: Kept, ask: Answering) -> HttpResponse:
    was_paused = kept.get("was_paused", False)
    if kept["person"] != _known_as(request.user.pk):
        messages.warning(request, _("Somebody else had typed something here. It is not shown to you."))
        return redirect("desk:home")
    if not kept["words"].keys() - set(UNTYPED):
        messages.warning(request, _told_undone(was_paused=was_paused))
        return redirect(_page_before(request, kept))
    told = _("You had been signed out. What you typed stands here again, not saved yet: look, and send it.")
    if was_paused:
        told = _(
            "The portal was being maintained. What you typed stands here, not saved yet: look, and send it."
        )
    return _shown_again(request, kept, ask, told)


def _shown_again(request: HttpRequest, kept: Kept, ask: Answering, told: str) -> HttpResponse:
    """The form as it was typed; nothing is kept of it but in the page that is open."""
    messages.warning(request, " ".join([told, *_files_told(kept)]))
    request.method = "POST"
    vars(request).update(_dont_enforce_csrf_checks=True, _post=_again(kept["words"]), _files=MultiValueDict())
    with connection.execute_wrapper(_only_looked):
        response = ask(request)
    if response.status_code == 422:
        response.status_code = 200
    return response


def _only_looked(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
    """Lets a question to the database pass, and what the portal writes of itself as a page is drawn."""
    found = _WRITES.match(sql)
    if found and found[1] not in _kept_of_itself():
        raise Refusal(_told_undone(was_paused=is_on()))
    return execute(sql, *more)


_WRITES = re.compile(r'(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM) "?(\w+)')


@cache
def _kept_of_itself() -> frozenset[str]:
    """The trail, which says who looked, and what is only worked out from other records (`is_derived`)."""
    models = (model for model in apps.get_models() if getattr(model, "is_derived", False))
    return frozenset({LogEntry._meta.db_table, *(model._meta.db_table for model in models)})


def _told_undone(*, was_paused: bool) -> str:
    if was_paused:
        return _("The portal was being maintained, and this was not done. Do it again.")
    return _("You had been signed out, and this was not done. Do it again.")


def _told_in_public() -> str:
    return _(
        "This page was open for long, or cookies are switched off, so nothing was sent. What you typed "
        "stands here: look, and send it."
    )


def _told_unsaved() -> str:
    return _(
        "The portal could not save this. What you typed stands here, not saved yet: choose the files again, "
        "look, and send it."
    )


def _told_before() -> str:
    return _("What you filled in stands here; nothing has been done.")


def _files_told(kept: Kept) -> Iterator[str]:
    """As components/files_again.html says it of a form that was refused."""
    if files := kept["files"]:
        words = ngettext(
            "Choose this file again: %(names)s", "Choose these files again: %(names)s", len(files)
        )
        yield words % {"names": _(", ").join(files)}


def _again(words: dict[str, list[str]]) -> TypedAgain:
    typed = TypedAgain(mutable=True)
    for name, values in words.items():
        typed.setlist(name, values)
    typed._mutable = False
    return typed


def _page_before(request: HttpRequest, kept: Kept) -> str:
    """The page the button stood on, if it was one of ours."""
    page: str = kept["from"]
    return page if _is_ours(request, page) else page_address("desk:home")


def _is_ours(request: HttpRequest, page: str) -> bool:
    return url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())


# -- while maintenance lasts (accounts.pausing) ------------------------------------------


def keep_for_later(request: HttpRequest) -> HttpResponse | None:
    """Keep what was typed, and give the page that holds it; None where a page of its own says so.

    For somebody signed in it is kept with the session, and stands in its form at the address it was sent to.
    """
    if _is_by_script(request):
        return None
    if request.path.startswith(page_address("desk:home")):
        if not request.user.is_authenticated:
            return _sign_in_page(request) if _was_here(request) else None
        kept = {**_typed(request), "person": _known_as(request.user.pk), "was_paused": True}
        request.session[KEPT] = signing.dumps(kept, salt=SALT, compress=True)
        request.session.save()  # the middleware does not, of an answer above 500
        return None
    if request.path_info.startswith(OF_STAFF):
        return None
    try:
        page = _shown_again(request, _typed(request), _asked_again, _told_paused_in_public())
    except (Refusal, PermissionDenied, Http404):
        return None
    return page if page.status_code == 200 else None


def _told_paused_in_public() -> str:
    return _(
        "The portal is being maintained, so nothing was sent. What you typed stands here: send it later."
    )


# -- who it was --------------------------------------------------------------------------


def _remember_person(request: HttpRequest, response: HttpResponse) -> None:
    """Until the browser is closed or somebody signs out there."""
    if not request.path_info.startswith(TYPED_AT):
        return
    if request.user.is_authenticated:
        known = _known_as(request.user.pk)
        if request.COOKIES.get(COOKIE) != known:
            response.set_cookie(
                COOKIE, known, httponly=True, samesite="Lax", secure=bool(settings.SESSION_COOKIE_SECURE)
            )
    elif request.path == page_address("account_logout"):
        response.delete_cookie(COOKIE)


def _was_here(request: HttpRequest) -> bool:
    """Whether somebody was signed in at this browser, and has not signed out."""
    return bool(request.COOKIES.get(COOKIE))


def _known_as(person: int | None) -> str:
    """A name for the account that says nothing to anybody else."""
    return signing.Signer(salt=SALT).signature(str(person))
