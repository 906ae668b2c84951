"""The registers of people and their bodies, as the desk's search finds them."""

from django.db.models import TextField, Value
from django.db.models.functions import Coalesce, Concat
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.rules import is_office, is_system_administrator, manages_people
from accounts.searched import SEARCH_KINDS
from core.http import record_address
from core.search import Found, SearchKind


def _organisation(found: Found, user: User) -> str:
    """Its entry in the register for who keeps it; for everybody else the sites of its name."""
    if is_office(user) or is_system_administrator(user):
        return record_address("people:organisation", found.key)
    return f"{reverse('desk:sites')}?{urlencode({'q': found.spot})}"


SEARCH_KINDS.add(
    SearchKind(
        key="organisations",
        label=_("Organisations"),
        records=Organisation.objects.visible_to,
        fields=("name", "short_name", "code"),
        title="name",
        text="code",
        spot="name",
        url=_organisation,
        codes=("code",),
        order=("code",),
    ),
    SearchKind(
        key="people",
        label=_("People"),
        records=User.objects.visible_to,
        fields=("name", "username"),
        title=Concat("name", Value("（"), "username", Value("）"), output_field=TextField()),
        text=Coalesce("organisation__name", Value("")),  # the first administrator has none
        url=lambda found, _user: record_address("people:person", found.key),
        codes=("username", "name"),
        order=("username",),
        offered_to=manages_people,
    ),
    place=80,
)
