"""How a view carries out one service call and says what came of it."""

import logging
from collections.abc import Callable
from typing import Protocol

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from core.addresses import told

logger = logging.getLogger(__name__)

# A service writes its rows in one transaction: without its file there is no row.
NOT_STORED = _(
    "The file could not be stored: the storage is full or does not answer. Nothing was saved; "
    "send it again in a few minutes, and choose the files anew."
)


class Refusal(Exception):
    """Something that cannot be done now; the message says why, in the reader's language."""


class HasPage(Protocol):
    def get_absolute_url(self) -> str: ...


class TypedAgain(QueryDict):
    """What was typed before a session ended: shown in its form again, and never carried out as it is."""


def attempt(request: HttpRequest, verb: Callable[[], object], *, success: str) -> bool:
    """Run `verb`; put `success`, or the reason it was refused, on the next page.

    For buttons without fields: the view redirects either way. PermissionDenied
    passes through and becomes the 403 page.
    """
    if isinstance(request.POST, TypedAgain):
        return False
    try:
        verb()
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
        return False
    except Refusal as error:
        messages.error(request, str(error))
        return False
    except OSError:
        logger.exception("%s: a file could not be stored", told(request)[0])
        messages.error(request, str(NOT_STORED))
        return False
    messages.success(request, success)
    return True


def carried_out(form: BaseForm, verb: Callable[[], object]) -> bool:
    """Run `verb` for a valid form; False puts the reason at its field, and the form is shown again."""
    if isinstance(form.data, TypedAgain):
        return False
    try:
        verb()
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            for field, errors in error.error_dict.items():
                form.add_error(field if field in form.fields else None, ValidationError(errors))
        else:
            form.add_error(None, error)
        return False
    except Refusal as error:
        form.add_error(None, str(error))
        return False
    except OSError:
        logger.exception("%s: a file could not be stored", type(form).__name__)
        form.add_error(None, NOT_STORED)
        return False
    return True


def answered(
    request: HttpRequest,
    form: BaseForm,
    verb: Callable[[], object],
    *,
    success: str,
    to: HasPage | str,
    page: Callable[[], HttpResponse],
) -> HttpResponse:
    """Carry out a form among others on a page: on `to` with `success`, or its `page` shows it refused."""
    if form.is_valid() and carried_out(form, verb):
        messages.success(request, success)
        return redirect(to)
    return page()
