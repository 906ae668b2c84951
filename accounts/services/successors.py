"""Who may do a person's work: for good when they leave, for some days while they are away."""

from accounts.models import PersonQuerySet, User
from accounts.rules import is_district_office, is_liaison


def successors(person: User) -> PersonQuerySet:
    """Who may take over: the same role, and for liaisons and district offices the same organisation."""
    found: PersonQuerySet = User.objects.active().filter(role=person.role).exclude(pk=person.pk)
    if is_liaison(person) or is_district_office(person):
        found = found.filter(organisation=person.organisation_id)
    return found.select_related("organisation").order_by("organisation__code", "name")
