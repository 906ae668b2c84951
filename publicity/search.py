"""What the public search looks through: what is published, for whoever reads."""

from collections.abc import Callable
from typing import TypeVar

from django.db.models import TextField, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.search import Found, SearchKind
from documents.models import Document
from documents.numbers import NUMBERED, is_numbered, number_of, number_written
from sites.calendar import today
from sites.models import Programme, Site
from sites.site_fields import SEARCHED
from standards.models import Article as Provision
from standards.models import Ground, Rulebook

from .models import Article, Commendation, Naming, Notice, Question
from .published import items_in_force

Reader = TypeVar("Reader")


def items(offered_to: Callable[[Reader], bool]) -> SearchKind[Reader]:
    """The standards in force, which the desk's search finds as well."""
    return SearchKind(
        key="items",
        label=_("Standards"),
        records=lambda _reader: items_in_force().select_related(None),
        fields=("code", "text", "clause", "evidence_hint"),
        title=Concat("code", Value(" "), "text", output_field=TextField()),
        text=Concat("clause", Value(" "), "evidence_hint", output_field=TextField()),
        spot="section__standard__kind",
        url=lambda found, _reader: (
            reverse("publicity:standard", args=[found.spot]) + f"#{found.title.partition(' ')[0]}"
        ),
        codes=("code",),
        order=("section__standard__kind", "section__ordinal", "ordinal"),
        offered_to=offered_to,
    )


def rulebook(offered_to: Callable[[Reader], bool]) -> SearchKind[Reader]:
    """The articles of the rulebook in force, as they read; the desk's search finds them as well."""
    return SearchKind(
        key="rulebook",
        label=_("Rulebook"),
        records=lambda _reader: Provision.objects.filter(chapter__rulebook__in=Rulebook.objects.published()),
        fields=("reading", "chapter__name"),
        title=Concat("chapter__rulebook__title", Value(" "), "chapter__name", output_field=TextField()),
        text="reading",
        spot=Cast("key", TextField()),
        url=lambda found, _reader: reverse("publicity:rulebook") + f"#article-{found.spot}",
        order=("chapter__ordinal", "ordinal"),
        offered_to=offered_to,
    )


def grounds(offered_to: Callable[[Reader], bool]) -> SearchKind[Reader]:
    """The laws, opinions and notices that are known today; both searches lead to their public pages."""
    return SearchKind(
        key="grounds",
        label=_("Grounds"),
        records=lambda _reader: Ground.objects.known(on=today()),
        fields=("title", "number", "issuer"),
        title=Concat("title", Value("（"), "number", Value("）"), output_field=TextField()),
        text="issuer",
        on="issued_on",
        url=lambda found, _reader: reverse("publicity:ground", args=[found.key]),
        order=("issued_on", "pk"),
        offered_to=offered_to,
    )


def _page(name: str) -> Callable[[Found, None], str]:
    return lambda found, _reader: reverse(f"publicity:{name}", args=[found.key])


def _with_campaign(found: Found) -> str:
    """A window of one name may be a site of several campaigns."""
    return f"{found.title} {found.spot}"


PUBLISHED: tuple[SearchKind[None], ...] = (
    SearchKind(
        key="sites",
        label=_("Demonstration sites"),
        records=lambda _reader: Site.objects.listed(),
        fields=SEARCHED,
        title=Concat("window_name", Value("（"), "organisation__name", Value("）"), output_field=TextField()),
        text="address",
        spot="programme__document_number",
        told=_with_campaign,
        url=_page("site"),
        order=("level", "filing__organisation__code", "pk"),
    ),
    SearchKind(
        key="notices",
        label=_("Public notices"),
        records=lambda _reader: Notice.objects.published(),
        fields=("title", "grounds"),
        reads=number_written,
        known_by=lambda *number: is_numbered(*number, paper="document__"),
        title="title",
        text="grounds",
        on="published_on",
        url=_page("notice"),
        order=("-published_on", "-pk"),
    ),
    SearchKind(
        key="namings",
        label=_("Namings"),
        records=lambda _reader: Naming.objects.published().select_related(None),
        fields=("site__window_name", "site__organisation__name", "plaque_number"),
        title=Concat(
            "site__window_name", Value("（"), "plaque_number", Value("）"), output_field=TextField()
        ),
        spot="site__programme__document_number",
        told=_with_campaign,
        on="named_on",
        url=_page("naming"),
        order=("-named_on", "plaque_number"),
    ),
    SearchKind(
        key="commendations",
        label=_("Commendations"),
        records=lambda _reader: Commendation.objects.published().select_related(None),
        fields=("title", "grounds"),
        title="title",
        text="grounds",
        on="decided_on",
        url=_page("commendation"),
        order=("-decided_on", "-pk"),
    ),
    SearchKind(
        key="articles",
        label=_("Experience"),
        records=lambda _reader: Article.objects.listed(on=today()),
        fields=("title", "text"),
        title="title",
        text="text",
        on="published_on",
        url=_page("article"),
        order=("-published_on", "-pk"),
    ),
    SearchKind(
        key="questions",
        label=_("Frequent questions"),
        records=lambda _reader: Question.objects.published(),
        fields=("question", "answer"),
        title="question",
        text="answer",
        on="published_on",
        url=_page("question"),
        order=("-published_on", "-pk"),
    ),
    items(lambda _reader: True),
    rulebook(lambda _reader: True),
    grounds(lambda _reader: True),
    SearchKind(
        key="documents",
        label=_("Official papers"),
        records=lambda _reader: Document.objects.published().standing(),
        fields=("title",),
        reads=number_written,
        known_by=is_numbered,
        title="title",
        on="issued_on",
        spot=Concat("verification_code", Value(" "), NUMBERED, output_field=TextField()),
        told=lambda found: f"{number_of(found.spot.partition(' ')[2])} {found.title}",
        url=lambda found, _reader: reverse("publicity:verify_code", args=[found.spot.partition(" ")[0]]),
        order=("-issued_on", "-pk"),
    ),
    SearchKind(
        key="programmes",
        label=_("The plan"),
        # Counted once each, however many lists were filed in them.
        records=lambda _reader: Programme.objects.filter(pk__in=Programme.objects.begun().values("pk")),
        fields=("title", "document_number", "text"),
        title="title",
        text="text",
        url=lambda found, _reader: f"{reverse('publicity:programme')}?programme={found.key}",
        order=("-issued_on",),
    ),
)
