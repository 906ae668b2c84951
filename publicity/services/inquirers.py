"""Who may take part in handling an objection, and is told when it is their turn."""

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

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


def investigators(objection: Objection) -> QuerySet[User]:
    """Who may look into it: the office's people and inspectors nothing bars.

    Nobody who took it up, or has drafted an answer to it.
    """
    able = unbarred(objection.site, Role.OFFICE, Role.INSPECTOR)
    return able.exclude(pk__in=had_part(objection, "accepted_by") | had_part(objection, "drafted_by"))


def had_part(objection: Objection, part: str) -> set[int]:
    """The keys of those who have, or once had, this part in it."""
    deeds = objection.handlings.filter(deed__in=PARTS[part].deeds)
    had = set(deeds.order_by().values_list("by", flat=True))
    now = getattr(objection, f"{part}_id")
    return had | {now} if now else had


def in_turn(objection: Objection) -> QuerySet[User]:
    """Whose turn it is, by the table of steps; nobody's once it is answered."""
    step = IN_TURN.get(objection.state)
    if step is None:
        return User.objects.none()
    if not step.roles:
        able = unbarred(objection.site, Role.OFFICE, Role.INSPECTOR)
        return able.filter(pk__in=[objection.investigator_id] if objection.investigator_id else [])
    had = {person for part in step.never for person in had_part(objection, part)}
    return unbarred(objection.site, *step.roles).exclude(pk__in=had)


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
