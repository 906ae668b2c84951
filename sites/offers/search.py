"""Sites, as the desk's search finds them."""

from django.db.models import TextField, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from accounts.rules import takes_part
from accounts.searched import SEARCH_KINDS
from core.http import record_address
from core.search import SearchKind
from sites import site_fields
from sites.models import Site

SEARCH_KINDS.add(
    SearchKind(
        key="sites",
        label=_("Demonstration sites"),
        records=Site.objects.visible_to,
        fields=site_fields.SEARCHED,
        title=Concat("window_name", Value("（"), "organisation__name", Value("）"), output_field=TextField()),
        text="address",
        url=lambda found, _user: record_address("desk:site", found.key),
        order=("window_name", "pk"),
        offered_to=takes_part,
    ),
    place=10,
)
