"""The life of a long table: asked for, made by the worker, fetched for some days, let go.

The worker makes it by the very view that was asked, at the same address, in the name of who asked: so the
view's own rights are asked again, and no view knows of this. Nothing is written between the first row and the
last, and a table that lost its worker is made from the beginning by another.
"""

import hashlib
from pathlib import PurePath
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.messages import get_messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.urls import resolve
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.http import Taken, WorkersRequest
from accounts.models import Export, User
from accounts.models.exports import LONGEST_ADDRESS
from core.acting import Refusal
from core.clock import today
from core.jobs import Claim, work_on
from core.made_files import ask_once, no_room

from .notifications import notify

NO_ROOM = gettext_lazy(
    "There is no room for the file on the disk. Nothing half-written was left; ask again once the "
    "administrator has made room."
)


def ask(*, address: str, name: str, by: User) -> Export:
    """Have the table at this address made; while the same is being made for this person, that one."""
    if len(address) > LONGEST_ADDRESS:
        raise BadRequest("the address is too long")
    language = translation.get_language()
    wanted = Export(address=address, name=name, language=language, asked_by=by, on=today())
    return ask_once(wanted, Export.objects.filter(asked_by=by, address=address, language=language))


def still_holds(export: Export, user: User) -> bool:
    """Whether the person is by now what they were when it was made."""
    return bool(export.rights == rights_of(user))


def rights_of(user: User) -> dict[str, Any]:
    """What a person sees rests on these, whatever list it is: post, and what they have stood aside from."""
    return {
        "role": user.role,
        "organisation": user.organisation_id,
        "aside": sorted(user.recused_sites().values_list("site", flat=True)),
    }


# -- the worker's ----------------------------------------------------------------------------


def make(export_id: int) -> None:
    """Make a table. Safe to run twice or at once."""
    work_on(Export, export_id, _make)


def _make(claim: Claim[Export]) -> None:
    export, by = claim.job, claim.job.asked_by
    with translation.override(export.language), no_room(NO_ROOM):
        rights = rights_of(by)
        content, taken = table_at(export)
        if rights_of(User.objects.get(pk=by.pk)) != rights:
            raise ValidationError(
                _("What %(name)s may see changed meanwhile; ask for it again.") % {"name": by}
            )
        _store(claim, content, taken, rights)


def table_at(export: Export) -> tuple[bytes, Taken]:
    """The table as its view writes it, and what it is; raises ValidationError with what the view said."""
    if not export.asked_by.is_active:
        raise ValidationError(_("%(name)s has no account any more.") % {"name": export.asked_by})
    request = WorkersRequest(export.address, user=export.asked_by, language=export.language)
    try:
        response = _answer(request)
    except (Http404, PermissionDenied) as error:
        told = _("%(name)s may no longer see this, or it is gone: no file was made.")
        raise ValidationError(told % {"name": export.asked_by}) from error
    except Refusal as error:
        raise ValidationError(str(error)) from error
    if request.taken is None:
        said = [str(message) for message in get_messages(request)]
        raise ValidationError(said or [_("At this address there is no file any more.")])
    return response.content, request.taken


def _answer(request: WorkersRequest) -> HttpResponse:
    request.resolver_match = found = resolve(request.path_info)
    response: HttpResponse = found.func(request, *found.args, **found.kwargs)
    return response


def _store(claim: Claim[Export], content: bytes, taken: Taken, rights: dict[str, Any]) -> None:
    name = claim.job.new_name(PurePath(taken.name).suffix)
    name = default_storage.save(name, ContentFile(content))
    try:
        with transaction.atomic():
            claim.end(
                file=name,
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                name=taken.name,
                rows=taken.rows,
                query=taken.query,
                rights=rights,
                **_about(taken.about),
            )
            _tell(claim.job, taken)
    except BaseException:
        default_storage.delete(name)
        raise


def _about(about: Model | type[Model]) -> dict[str, Any]:
    return {
        "about_type": ContentType.objects.get_for_model(about),
        "about_key": about.pk if isinstance(about, Model) else None,
    }


def _tell(export: Export, taken: Taken) -> None:
    notify(
        [export.asked_by],
        text=gettext_noop("The file you asked for is ready: %(name)s."),
        about={"name": taken.name},
        url=export.get_absolute_url(),
    )
