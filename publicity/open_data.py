"""What is published as data: each set's columns with what they mean, and its rows, so many in a file.

Only what the public pages show is in a row. `id` stays the same as long as the portal stands.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page, Paginator
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.db.models import Value as Literal
from django.db.models.functions import Concat
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import WithAnnotations

from accounts.models import Organisation
from audit.services import changes_only
from core.http import full_address
from documents.models import Document
from sites.calendar import today
from sites.models import Site
from sites.models.sites import InDistrict
from sites.site_fields import Seen, seen
from standards.models import Item, Section, Standard
from tables.writing import Row, Value

from .models import (
    Commendation,
    CommendationLine,
    Naming,
    Notice,
    NoticeOutlet,
    NoticeSite,
    OutletPicture,
    Revocation,
    Warned,
)
from .public_state import InPublic, with_public_state
from .published import items_in_force, notice_state

# A file holds no more rows than this; `?page=2` gives the next ones.
ROWS = 10_000


_KINDS = {
    "text": pgettext_lazy("type of data", "text"),
    "number": pgettext_lazy("type of data", "number"),
    "date": pgettext_lazy("type of data", "date"),
    "address": pgettext_lazy("type of data", "web address"),
}


@dataclass(frozen=True)
class Field:
    """A column: its name in every file, and what stands in it."""

    name: str
    about: str | Promise
    kind: str = "text"

    def get_kind_display(self) -> str | Promise:
        return _KINDS[self.kind]


@dataclass(frozen=True)
class DataSet:
    """One set: `records` is asked anew for each file, `row` gives a record in the order of `fields`."""

    key: str
    title: str | Promise
    about: str | Promise
    fields: tuple[Field, ...]
    records: Callable[[], QuerySet[Any]]
    row: Callable[[Any], Row]
    # Other models whose changes may change a row.
    beside: tuple[type[Model], ...] = ()

    @property
    def models(self) -> tuple[type[Model], ...]:
        return (self.records().model, *self.beside)

    def page(self, number: int) -> "Page[Any]":
        """EmptyPage where there is none; of an empty set there is a first one."""
        return Paginator(self.records(), ROWS).page(number)

    def as_objects(self, rows: Iterable[Row]) -> list[dict[str, Value]]:
        """Rows as they stand in JSON: by the names of their columns."""
        names = [field.name for field in self.fields]
        return [dict(zip(names, row, strict=True)) for row in rows]


_ID = Field("id", _("stable identifier"))
_URL = Field("url", _("address of its page"), "address")
_VOID = (
    Field("withdrawn_on", _("day that paper was withdrawn, or empty"), "date"),
    Field("replaced_by", _("document number of the paper in its place, or empty")),
    Field("withdrawn_why", _("why it was withdrawn, or empty")),
)
_SITE = (
    Field("site_id", _("identifier of the site")),
    Field("site", _("window that is the site")),
    Field("unit", _("unit it belongs to")),
    Field("level", _("city or district")),
    Field("kind", _("government_affairs or service")),
)


def _site_cells(site: Site) -> tuple[Value, ...]:
    return (f"site-{site.pk}", site.window_name, site.organisation.name, site.level, site.kind)


class _Beside(InDistrict, InPublic):
    """What is asked with a site."""


def _sites() -> "QuerySet[WithAnnotations[Site, _Beside]]":
    listed = Site.objects.listed().with_district().select_related("organisation", "programme")
    return cast("QuerySet[WithAnnotations[Site, _Beside]]", with_public_state(listed.order_by("pk"), today()))


def _site_row(site: "WithAnnotations[Site, _Beside]") -> Row:
    return [
        f"site-{site.pk}",
        *_site_cells(site)[1:],
        site.district_short_name or "",
        *(field.kept(getattr(site, field.attribute)) for field in seen(Seen.IN_PUBLIC)),
        site.public_state,
        site.programme.document_number,
        "yes" if site.is_sample else "no",
        full_address("publicity:site", site.pk),
    ]


def _void_cells(paper: Document | None) -> Row:
    """Of a public paper: since when it counts no more, what stands in its place, and why."""
    if paper is None or not paper.withdrawn_on:
        return [None, "", ""]
    return [paper.withdrawn_on, paper.replaced_by_number, paper.withdrawn_why if paper.is_public else ""]


def _notice_rows() -> QuerySet[NoticeSite]:
    of_published = NoticeSite.objects.filter(notice__in=Notice.objects.published())
    return of_published.select_related("notice__document", "site__organisation").order_by("pk")


def _notice_row(entry: NoticeSite) -> Row:
    notice = entry.notice
    return [
        f"notice-{notice.pk}-site-{entry.site_id}",
        f"notice-{notice.pk}",
        notice.title,
        notice.document.full_number if notice.document else "",
        *_void_cells(notice.document),
        notice.published_on,
        notice.ends_on,
        notice_state(notice, today()).value,
        *_site_cells(entry.site),
        entry.removed_on,
        full_address("publicity:notice", notice.pk),
    ]


def _outlets() -> QuerySet[NoticeOutlet]:
    found = NoticeOutlet.objects.published().order_by("pk")
    return found.select_related("notice").prefetch_related("pictures")


def _outlet_row(outlet: NoticeOutlet) -> Row:
    picture = outlet.picture
    return [
        f"notice-form-{outlet.pk}",
        f"notice-{outlet.notice_id}",
        outlet.notice.title,
        outlet.kind,
        outlet.on,
        outlet.medium,
        outlet.note,
        full_address("publicity:outlet_picture", picture.pk) if picture else "",
        full_address("publicity:notice", outlet.notice_id),
    ]


def _namings() -> QuerySet[Naming]:
    return Naming.objects.published().order_by("pk")


def _naming_row(naming: Naming) -> Row:
    revocation = getattr(naming, "revocation", None)
    return [
        f"naming-{naming.pk}",
        *_site_cells(naming.site),
        naming.named_on,
        naming.plaque_number,
        naming.decision.full_number,
        *_void_cells(naming.decision),
        naming.site.stage,
        revocation.revoked_on if revocation else None,
        full_address("publicity:naming", naming.pk),
    ]


def _commended() -> QuerySet[CommendationLine]:
    """Bodies alone: whoever agreed to be named on a list has not agreed to be data."""
    public = Commendation.objects.published().select_related(None)
    lines = CommendationLine.objects.collectives().filter(commendation__in=public)
    related = ("commendation__decision", "site__naming__revocation", "organisation")
    return lines.select_related(*related).order_by("pk")


def _commended_row(line: CommendationLine) -> Row:
    commendation, ended = line.commendation, line.ended
    return [
        f"commended-{line.pk}",
        line.name,
        line.organisation.name,
        f"site-{line.site_id}" if line.site_id else "",
        line.reason,
        commendation.title,
        commendation.decision.full_number if commendation.decision else "",
        *_void_cells(commendation.decision),
        commendation.decided_on,
        ended.revoked_on if ended else None,
        full_address("publicity:commendation", commendation.pk),
    ]


def _item_row(item: Item) -> Row:
    standard = item.section.standard
    return [
        f"item-{standard.version}-{item.code}",
        item.code,
        standard.kind,
        standard.version,
        item.section.name,
        item.text,
        item.clause,
        float(item.points),
        item.evidence_hint,
        item.disclosure_form,
    ]


DATA_SETS: dict[str, DataSet] = {
    each.key: each
    for each in (
        DataSet(
            "sites",
            _("Demonstration sites"),
            _("Every site that was determined, and the stage it has reached in public."),
            (
                _ID,
                *_SITE[1:],
                Field("district", _("district it lies in, empty for the city's own")),
                *(Field(field.name, field.about) for field in seen(Seen.IN_PUBLIC)),
                Field(
                    "stage",
                    _(
                        "building, on_notice, notice_over, notice_withdrawn, taken_off, named, warned or "
                        "revoked"
                    ),
                ),
                Field("programme", _("document number of the plan")),
                Field("is_sample", _("yes for data that only shows how the portal works")),
                _URL,
            ),
            _sites,
            _site_row,
            (Organisation, NoticeSite, Notice, Naming),
        ),
        DataSet(
            "notices",
            _("Public notices"),
            _("A row for each site on each notice, as it was published."),
            (
                _ID,
                Field("notice_id", _("identifier of the notice")),
                Field("title", _("title of the notice")),
                Field("number", _("document number")),
                *_VOID,
                Field("published_on", _("day of publication"), "date"),
                Field("ends_on", _("last day for objections"), "date"),
                Field("state", _("published, ended or withdrawn")),
                *_SITE,
                Field("removed_on", _("day an objection took the site off, or empty"), "date"),
                _URL,
            ),
            _notice_rows,
            _notice_row,
            (Notice, Site, Organisation, Document),
        ),
        DataSet(
            "notice-forms",
            _("Where notices were made known"),
            _("Newspapers, notice boards and the like, beside this website."),
            (
                _ID,
                Field("notice_id", _("identifier of the notice")),
                Field("title", _("title of the notice")),
                Field("form", _("newspaper, broadcast, board, meeting or other")),
                Field("on", _("day on which it was made known"), "date"),
                Field("medium", _("place or name of the medium")),
                Field("note", _("note")),
                Field("picture", _("address of its picture, or empty"), "address"),
                _URL,
            ),
            _outlets,
            _outlet_row,
            (OutletPicture,),
        ),
        DataSet(
            "namings",
            _("Namings"),
            _("Every naming, those taken back included."),
            (
                _ID,
                *_SITE,
                Field("named_on", _("day of the decision"), "date"),
                Field("plaque_number", _("number of the plaque")),
                Field("decision", _("document number of the decision")),
                *_VOID,
                Field("stage", _("named, warned or revoked")),
                Field("revoked_on", _("day the naming was taken back, or empty"), "date"),
                _URL,
            ),
            _namings,
            _naming_row,
            (Revocation, Warned, Site, Organisation, Document),
        ),
        DataSet(
            "commendations",
            _("Commendations"),
            _("Every body that was commended. People who were are named on the public page alone."),
            (
                _ID,
                Field("commended", _("site or body that was commended")),
                Field("unit", _("unit it belongs to")),
                Field("site_id", _("identifier of the site, or empty")),
                Field("reason", _("what for")),
                Field("title", _("title of the decision")),
                Field("decision", _("document number of the decision")),
                *_VOID,
                Field("decided_on", _("day of the decision"), "date"),
                Field("ended_on", _("day the honour ended with the naming, or empty"), "date"),
                _URL,
            ),
            _commended,
            _commended_row,
            (Commendation, Revocation, Site, Organisation, Document),
        ),
        DataSet(
            "standard-items",
            _("Checklist items"),
            _("The two standards in force, item by item. The points are proposed: the plan gives none."),
            (
                _ID,
                Field("code", _("code of the item")),
                Field("kind", _("government_affairs or service")),
                Field("version", _("version of the standard"), "number"),
                Field("section", _("section of the standard")),
                Field("text", _("what is checked")),
                Field("clause", _("the plan's own words")),
                Field("points", _("points it is worth"), "number"),
                Field("evidence", _("what shows it")),
                Field("made_public_as", _("form of disclosure")),
            ),
            items_in_force,
            _item_row,
            (Standard, Section),
        ),
    )
}


def changed_on() -> dict[str, datetime.date | None]:
    """By set the last day on which any of its records changed, by the trail; None where none ever did.

    One query, and of each model its newest entry alone, however long the trail is.
    """
    named = {each.key: {model._meta.label_lower for model in each.models} for each in DATA_SETS.values()}
    entries = changes_only().filter(content_type=OuterRef("pk")).order_by("-pk")
    newest = ContentType.objects.annotate(
        label=Concat("app_label", Literal("."), "model"), at=Subquery(entries.values("timestamp")[:1])
    ).filter(label__in={label for labels in named.values() for label in labels})
    days = {kind.label: localtime(kind.at).date() for kind in newest if kind.at}
    return {
        key: max((days[label] for label in labels if label in days), default=None)
        for key, labels in named.items()
    }
