"""Findings, rounds and teams, as the desk's search finds them."""

from django.db.models import TextField, Value
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from accounts.rules import takes_part
from accounts.searched import SEARCH_KINDS
from assessments.models import Finding, Round, Team
from core.http import record_address
from core.search import SearchKind

SEARCH_KINDS.add(
    SearchKind(
        key="findings",
        label=_("Findings"),
        records=Finding.objects.visible_to,
        fields=("item__code", "item__text", "reason", "opinion"),
        title=Concat(
            Coalesce("item__code", Value(""), output_field=TextField()),
            Value(" "),
            "assessment__site__window_name",
            output_field=TextField(),
        ),
        text=Concat("reason", Value(" "), "opinion", output_field=TextField()),
        spot="assessment__site",
        url=lambda found, _user: (
            record_address("assessments:rectification", found.spot) + f"#finding-{found.key}"
        ),
        codes=("item__code",),
        order=("-pk",),
        offered_to=takes_part,
    ),
    place=30,
)
SEARCH_KINDS.add(
    SearchKind(
        key="rounds",
        label=_("Rounds"),
        records=Round.objects.visible_to,
        fields=("title",),
        title="title",
        on="opened_on",
        url=lambda found, _user: record_address("assessments:round", found.key),
        order=("-opened_on", "-pk"),
        offered_to=takes_part,
    ),
    SearchKind(
        key="teams",
        label=_("Teams"),
        records=Team.objects.visible_to,
        fields=("name",),
        title=Concat("name", Value(" · "), "round__title", output_field=TextField()),
        spot="round",
        url=lambda found, _user: record_address("assessments:round", found.spot),
        order=("-round__opened_on", "pk"),
        offered_to=takes_part,
    ),
    place=60,
)
