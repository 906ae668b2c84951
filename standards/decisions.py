"""What two people decide in this room: a version the office drafted the leading group brings into force."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.decisions import DECISIONS, Decision, Fact, Values
from accounts.enums import ResolutionKind
from accounts.models import User
from accounts.rules import is_leading_group

from . import services
from .consulted import consulted
from .models import Rulebook, Standard


def _publish(draft: Standard | Rulebook, values: Values, by: User) -> None:
    services.publish(draft=draft, adopt=values["adopt"], seen=values["seen"], by=by)


def _what(draft: Standard | Rulebook, values: Values) -> Iterator[Fact]:
    yield _("What is new in this version"), draft.note
    yield _("The running programme uses it in its next rounds"), _("yes") if values["adopt"] else _("no")


def _what_of_rulebook(draft: Rulebook, values: Values) -> Iterator[Fact]:
    yield from _what(draft, values)
    found = consulted(draft)
    said = " ".join(found.summary()) if found else _("None were asked for on this draft.")
    yield _("Opinions of districts and units"), said


def _open(text: type[Standard] | type[Rulebook], user: User) -> QuerySet[Any]:
    return text.objects.all() if is_leading_group(user) else text.objects.none()


DECISIONS.add(
    Decision(
        kind="standard.publish",
        what=gettext_lazy("Bring a version of a standard into force"),
        open_to=lambda user: _open(Standard, user),
        take=_publish,
        facts=_what,
        url=Standard.get_absolute_url,
        rests_on=ResolutionKind.RULES,
    ),
    Decision(
        kind="rulebook.publish",
        what=gettext_lazy("Bring a version of the rulebook into force"),
        open_to=lambda user: _open(Rulebook, user),
        take=_publish,
        facts=_what_of_rulebook,
        url=Rulebook.get_absolute_url,
        rests_on=ResolutionKind.RULES,
    ),
    place=30,
)
