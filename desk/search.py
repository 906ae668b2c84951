"""Search over what a member of staff may see, by name, number or code; one question for all kinds.

The kinds are those of the public search bound to a person: each asks its room's `visible_to`, so what
somebody may not see, or stood aside from, is neither found nor counted.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Count, DateField, F, Q, QuerySet, TextField, Value, Window
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat, RowNumber
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.rules import has_role, is_office, manages_people
from assessments.models import Finding, Round, Team
from desk.rules import has_work
from documents.models import Document
from documents.papers import PAPERS, DocumentKind
from publicity.forms import plain_code
from publicity.models import Naming, Notice
from publicity.published import items_in_force
from publicity.search import SHOWN, Group, Source, words_of
from sites.models import Site
from sites.site_fields import SEARCHED

# So many characters are looked for; the rest is left out, and the page says so.
MOST_CHARACTERS = 60
SHORTEST = 2
# 文号: the letters of its series, the year in whatever brackets or none, the number (GB/T 9704-2012, 7.2.5).
_NUMBER = re.compile(
    r"(?P<series>[^\W\d]*)(?P<open>[〔\[［(（【]?)(?P<year>\d{4})[〕\]］)）】]?第?0*(?P<number>\d{1,6})(?P<end>号?)"
)


@dataclass(frozen=True)
class Query:
    """What somebody looks for: its words, and the number of a paper where it reads as one."""

    text: str
    was_cut: bool = False

    @property
    def words(self) -> list[str]:
        return words_of(self.text)

    @classmethod
    def of(cls, typed: str) -> "Query":
        """Full-width letters, digits and spaces are read as plain ones; brackets stay as they are."""
        plain = "".join(unicodedata.normalize("NFKC", c) if c.isalnum() else c for c in typed)
        words = plain.split()
        kept = " ".join(words)[:MOST_CHARACTERS].strip()
        return cls(kept, was_cut=kept.split() != words or words_of(kept) != words)

    @property
    def is_short(self) -> bool:
        """Too short to be part of a name: it can only be a whole code."""
        return max(map(len, self.words), default=0) < SHORTEST

    @property
    def paper(self) -> Q:
        """The paper it is the verification code or the number of, however that is written.

        A bare run of digits is no number.
        """
        by_code = Q(verification_code=plain_code(self.text))
        found = _NUMBER.fullmatch("".join(self.text.split()))
        if not found or not (found["series"] or found["open"] or found["end"]):
            return by_code
        by_number = Q(year=int(found["year"]), number=int(found["number"]))
        return by_code | by_number & Q(series__icontains=found["series"])


class Found(NamedTuple):
    """A record as the database gives it; `spot` is what its address needs beside its key."""

    source: int
    key: int
    title: str
    text: str
    on: datetime.date | None
    spot: str


COLUMNS = tuple(f"found_{name}" for name in Found._fields)


@dataclass(frozen=True)
class Kind(Source):
    """A kind of record bound to a person; its `records` give rows of `Found`.

    `codes` are the fields of which a whole value is found however short; a `numbered` kind are papers.
    """

    codes: tuple[str, ...] = ()
    numbered: bool = False
    order: tuple[str, ...] = ("pk",)

    def asked(self, query: Query) -> QuerySet[Any, Any]:
        if query.is_short:
            exactly = (Q(**{f"{code}__iexact": query.text}) for code in self.codes)
            return self.records().filter(reduce(or_, exactly, Q(pk=None)))
        wanted = self.holds_all(query.words)
        return self.records().filter(wanted | query.paper if self.numbered else wanted)

    def rows(self, query: Query, place: int = 0) -> QuerySet[Any, Any]:
        """What is found, in this kind's order."""
        found: QuerySet[Any, Any] = self.asked(query).annotate(found_source=Value(place))
        return found.order_by(*self.order)


def search(kinds: Sequence[Kind], query: Query) -> list[Group]:
    """The first few of each kind and how many there are; one question."""
    parts = []
    for place, kind in enumerate(kinds):
        in_turn = [F(name[1:]).desc() if name.startswith("-") else F(name).asc() for name in kind.order]
        counted = (
            kind.rows(query, place)
            .order_by()
            .annotate(found_total=Window(Count("pk")), found_place=Window(RowNumber(), order_by=in_turn))
        )
        first = counted.filter(found_place__lte=SHOWN)
        parts.append(first.values_list(*COLUMNS, "found_total", "found_place"))
    if not parts:
        return []
    groups: dict[int, Group] = {}
    for *row, total, _place in parts[0].union(*parts[1:], all=True).order_by("found_source", "found_place"):
        found = Found(*row)
        kind = kinds[found.source]
        group = groups.setdefault(found.source, Group(kind, [], total > SHOWN, total))
        group.hits.append(kind.hit(found, query.words))
    return list(groups.values())


def _found(
    records: QuerySet[Any, Any],
    *,
    title: Combinable | str,
    text: Combinable | str = "",
    on: str = "",
    spot: Combinable | str = "",
) -> QuerySet[Any, Any]:
    """`records` in the columns of Found, but for the source; texts name a field or are expressions."""
    given = {"title": title, "text": text, "spot": spot}
    texts = {f"found_{name}": Cast(_expression(value), TextField()) for name, value in given.items()}
    day = F(on) if on else Cast(Value(None), DateField())
    rows: QuerySet[Any, Any] = records.annotate(found_key=F("pk"), found_on=day, **texts)
    return rows


def _expression(value: Combinable | str) -> Combinable:
    if isinstance(value, str):
        return F(value) if value else Value("")
    return value


def _kind(
    key: str,
    label: Any,
    fields: tuple[str, ...],
    records: Callable[[], QuerySet[Any, Any]],
    url: Callable[[Found], str],
    **more: Any,
) -> Kind:
    more.setdefault("title", lambda found: found.title)
    return Kind(
        key, label, records, fields, url=url, text=lambda found: found.text, on=lambda found: found.on, **more
    )


def kinds(user: User) -> list[Kind]:
    """What this person can search; whoever reads the trail alone, nothing."""
    if not has_work(user):
        return []
    of_sites = [*_of_sites(user), *_of_papers(user), *_of_rounds(user)] if has_role(user) else []
    return [*of_sites, *_registers(user)]


def _of_sites(user: User) -> list[Kind]:
    unit = Concat("window_name", Value("（"), "organisation__name", Value("）"), output_field=TextField())
    return [
        _kind(
            "sites",
            _("Demonstration sites"),
            SEARCHED,
            lambda: _found(Site.objects.visible_to(user), title=unit, text="address"),
            lambda found: reverse("desk:site", args=[found.key]),
            order=("window_name", "pk"),
        ),
        _kind(
            "namings",
            _("Namings"),
            ("plaque_number", "site__window_name", "site__organisation__name"),
            lambda: _found(
                Naming.objects.visible_to(user),
                title=Concat("plaque_number", Value(" "), "site__window_name", output_field=TextField()),
                on="named_on",
            ),
            lambda found: reverse("publicity_desk:naming", args=[found.key]),
            codes=("plaque_number",),
            order=("plaque_number",),
        ),
        _kind(
            "findings",
            _("Findings"),
            ("item__code", "item__text", "reason", "opinion"),
            lambda: _found(
                Finding.objects.visible_to(user),
                title=Concat(
                    Coalesce("item__code", Value(""), output_field=TextField()),
                    Value(" "),
                    "assessment__site__window_name",
                    output_field=TextField(),
                ),
                text=Concat("reason", Value(" "), "opinion", output_field=TextField()),
                spot="assessment__site",
            ),
            lambda found: reverse("assessments:rectification", args=[found.spot]) + f"#finding-{found.key}",
            codes=("item__code",),
            order=("-pk",),
        ),
    ]


def _of_papers(user: User) -> list[Kind]:
    numbered = Concat(
        "kind",
        Value(" "),
        Cast("year", TextField()),
        Value(" "),
        Cast("number", TextField()),
        output_field=TextField(),
    )
    return [
        _kind(
            "documents",
            _("Official papers"),
            ("title",),
            lambda: _found(Document.objects.visible_to(user), title="title", on="issued_on", spot=numbered),
            lambda found: reverse("documents:detail", args=[found.key]),
            title=_numbered,
            numbered=True,
            order=("-issued_on", "-pk"),
        ),
        _kind(
            "notices",
            _("Public notices"),
            ("title", "grounds"),
            lambda: _found(Notice.objects.visible_to(user), title="title", text="grounds", on="published_on"),
            lambda found: reverse("publicity_desk:notice", args=[found.key]),
            order=("-published_on", "-pk"),
        ),
    ]


def _numbered(found: Found) -> str:
    """The paper's title with its number, as `PAPERS` writes it."""
    kind, year, number = found.spot.split()
    return f"{found.title} {PAPERS[DocumentKind(kind)].number(int(year), int(number))}"


def _of_rounds(user: User) -> list[Kind]:
    rounds = Round.objects.visible_to(user)
    teams = Team.objects.visible_to(user)
    return [
        _kind(
            "rounds",
            _("Rounds"),
            ("title",),
            lambda: _found(rounds, title="title", on="opened_on"),
            lambda found: reverse("assessments:round", args=[found.key]),
            order=("-opened_on", "-pk"),
        ),
        _kind(
            "teams",
            _("Teams"),
            ("name",),
            lambda: _found(
                teams,
                title=Concat("name", Value(" · "), "round__title", output_field=TextField()),
                spot="round",
            ),
            lambda found: reverse("assessments:round", args=[found.spot]),
            order=("-round__opened_on", "pk"),
        ),
        _kind(
            "items",
            _("Standards"),
            ("code", "text", "clause", "evidence_hint"),
            lambda: _found(
                items_in_force().select_related(None),
                title=Concat("code", Value(" "), "text", output_field=TextField()),
                text=Concat("clause", Value(" "), "evidence_hint", output_field=TextField()),
                spot="section__standard__kind",
            ),
            lambda found: (
                reverse("publicity:standard", args=[found.spot]) + f"#{found.title.partition(' ')[0]}"
            ),
            codes=("code",),
            order=("section__standard__kind", "section__ordinal", "ordinal"),
        ),
    ]


def _registers(user: User) -> list[Kind]:
    """Organisations for everybody as far as seen; people for whoever keeps the registers."""
    organisations = _kind(
        "organisations",
        _("Organisations"),
        ("name", "short_name", "code"),
        lambda: _found(Organisation.objects.visible_to(user), title="name", text="code", spot="name"),
        lambda found: _organisation(user, found),
        codes=("code",),
        order=("code",),
    )
    people = _kind(
        "people",
        _("People"),
        ("name", "username"),
        lambda: _found(
            User.objects.visible_to(user),
            title=Concat("name", Value("（"), "username", Value("）"), output_field=TextField()),
            text=Coalesce("organisation__name", Value("")),  # the first administrator has none
        ),
        lambda found: reverse("people:person", args=[found.key]),
        codes=("username", "name"),
        order=("username",),
    )
    return [organisations, people] if manages_people(user) else [organisations]


def _organisation(user: User, found: Found) -> str:
    """Its entry in the register for the office; for everybody else the sites of its name."""
    if is_office(user) or user.is_superuser:
        return reverse("people:organisation", args=[found.key])
    return f"{reverse('desk:sites')}?{urlencode({'q': found.spot})}"
