"""Namings, notices and the standards in force, as the desk's search finds them."""

from django.db.models import TextField, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from accounts.rules import takes_part
from accounts.searched import SEARCH_KINDS
from core.http import record_address
from core.search import SearchKind
from publicity.models import Commendation, Naming, Notice
from publicity.rules import reads_commendations
from publicity.search import grounds, items, rulebook

SEARCH_KINDS.add(
    SearchKind(
        key="namings",
        label=_("Namings"),
        records=Naming.objects.visible_to,
        fields=("plaque_number", "site__window_name", "site__organisation__name"),
        title=Concat("plaque_number", Value(" "), "site__window_name", output_field=TextField()),
        on="named_on",
        url=lambda found, _user: record_address("publicity_desk:naming", found.key),
        codes=("plaque_number",),
        order=("plaque_number",),
        offered_to=takes_part,
    ),
    place=20,
)
SEARCH_KINDS.add(
    SearchKind(
        key="notices",
        label=_("Public notices"),
        records=Notice.objects.visible_to,
        fields=("title", "grounds"),
        title="title",
        text="grounds",
        on="published_on",
        url=lambda found, _user: record_address("publicity_desk:notice", found.key),
        order=("-published_on", "-pk"),
        offered_to=takes_part,
    ),
    place=50,
)
SEARCH_KINDS.add(
    SearchKind(
        key="commendations",
        label=_("Commendations"),
        records=Commendation.objects.visible_to,
        fields=("title", "grounds"),
        title="title",
        text="grounds",
        on="drafted_on",
        url=lambda found, _user: record_address("publicity_desk:commendation", found.key),
        order=("-drafted_on", "-pk"),
        offered_to=reads_commendations,
    ),
    place=53,
)
SEARCH_KINDS.add(items(takes_part), rulebook(takes_part), place=70)
SEARCH_KINDS.add(grounds(takes_part), place=72)
