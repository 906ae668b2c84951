"""What the pages of people and organisations have in common: who may be there, and whom they see."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404

from accounts.http import StaffRequest
from accounts.models import User
from accounts.rules import manages_people, may_manage

P = ParamSpec("P")


def managers_only(
    view: Callable[Concatenate[StaffRequest, P], HttpResponseBase],
) -> Callable[Concatenate[StaffRequest, P], HttpResponseBase]:
    """For who manages people; 403 for everybody else who is signed in."""

    @login_required
    @wraps(view)
    def guarded(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not manages_people(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def managed_person(
    view: Callable[[StaffRequest, User], HttpResponseBase],
) -> Callable[[StaffRequest, int], HttpResponseBase]:
    """For pages that change a person: one whom the manager sees (404) and may manage (403)."""

    @managers_only
    @wraps(view)
    def guarded(request: StaffRequest, /, pk: int) -> HttpResponseBase:
        person = person_or_404(request, pk)
        if not may_manage(request.user, person):
            raise PermissionDenied
        return view(request, person)

    return guarded


def person_or_404(request: StaffRequest, pk: int) -> User:
    people = User.objects.visible_to(request.user).with_second_factor()
    person: User = get_object_or_404(people.select_related("organisation__district"), pk=pk)
    return person
