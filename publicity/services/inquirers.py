"""Who may take part in handling an objection, and is told when it is their turn."""

from itertools import chain
from typing import cast

from django.db.models import Q, QuerySet, Value
from django.utils.translation import gettext_noop

from accounts.deputies import Addressee, hands_of, named_or_deputy
from accounts.enums import Role
from accounts.models import User
from accounts.services import notify
from assessments.eligibility import bars
from publicity.models import Objection
from publicity.objection_steps import IN_TURN, PARTS
from sites.models import Site


def unbarred(site: Site, *roles: str) -> QuerySet[User]:
    """The people of these roles whom nothing keeps from this site."""
    staff = User.objects.active().filter(role__in=roles).select_related("organisation")
    barred = [person for person, _site in bars(list(staff), [site])]
    return staff.exclude(pk__in=barred).order_by("-role", "organisation__code", "name")


def investigators(objection: Objection, *, by: User | None = None) -> QuerySet[User]:
    """Who may look into it: the office's people and inspectors nothing bars.

    Nobody who took it up, or has drafted an answer to it; nor whoever names somebody now (`by`), or stands
    in for them, or whom they stand in for.
    """
    able = unbarred(objection.site, Role.OFFICE, Role.INSPECTOR)
    able = able.exclude(hands_of(had_part(objection, "accepted_by", "drafted_by")))
    return able.exclude(hands_of([by.pk]) | Q(pk__in=by.stood_in_for())) if by else able


def had_part(objection: Objection, *parts: str) -> set[int]:
    """The keys of those who have, or once had, one of these parts in it, themselves or by a deputy."""
    deeds = [deed for part in parts for deed in PARTS[part].deeds]
    did = objection.handlings.filter(deed__in=deeds).order_by().values_list("by", "acted_for")
    now = {getattr(objection, f"{part}_id") for part in parts}
    return {key for key in chain(now, *did) if key is not None}


def is_given_to(objection: Objection, user: User) -> bool:
    """Whether this person is named to look into it, or stands in for whoever is."""
    return Objection.objects.given_to(user).filter(pk=objection.pk).exists()


def inquirers(objection: Objection) -> QuerySet[Addressee]:
    """Who looks into it: the person named, and whoever stands in for them; nobody where they stand aside."""
    able = unbarred(objection.site, Role.OFFICE, Role.INSPECTOR)
    named = able.filter(pk__in=[objection.investigator_id]).order_by().values("pk")
    return named_or_deputy(named, among=able)


def in_turn(objection: Objection) -> QuerySet[Addressee]:
    """Whose turn it is, by the table of steps, with whom they are `acting_for`; nobody's once answered."""
    step = IN_TURN.get(objection.state)
    if step is None:
        return inquirers(objection).none()
    never = hands_of(had_part(objection, *step.never))
    if not step.roles:
        return inquirers(objection).exclude(never)
    able = unbarred(objection.site, *step.roles).exclude(never)
    return cast("QuerySet[Addressee]", able.annotate(acting_for=Value("")))


def tell_next(objection: Objection) -> None:
    """Tell those whose turn it is now what there is to do."""
    _notify(objection, IN_TURN[objection.state].tells)


def tell_sent_back(objection: Objection) -> None:
    told = gettext_noop(
        "The answer to an objection against %(site)s was sent back; the reason stands with it."
    )
    _notify(objection, told)


def _notify(objection: Objection, text: str) -> None:
    notify(in_turn(objection), text=text, about={"site": objection.site}, url=objection.get_absolute_url())
