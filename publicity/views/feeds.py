"""What is new in public, for feed readers: notices, namings and what became of them; a feed a district."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypedDict, cast

from django.contrib.syndication.views import Feed
from django.db.models import DateTimeField, Max, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django_stubs_ext import WithAnnotations

from accounts.models import Organisation
from audit.services import last_change
from documents.models import Document
from publicity.models import Naming, Notice, NoticeExtension, NoticeSite
from sites.enums import Action
from sites.models import Site, StageChange
from tables.tidy import tidy_prose

NEWEST = 30
# What follows a naming in public, with the office's reason (publicity.published).
_FOLLOWS = (Action.WARN, Action.RESTORE, Action.REVOKE)


class Changes(TypedDict):
    """When the record was last written, and when what stands beside it on its page was."""

    changed_at: datetime.datetime | None
    beside_at: datetime.datetime | None


@dataclass(frozen=True)
class Entry:
    """`part` tells apart what stands on one page; `updated` is by the clock, not by a rehearsal's day."""

    title: str
    said: str
    url: str
    on: datetime.date
    updated: datetime.datetime | None
    programme: str
    part: str = ""


class NewsFeed(Feed[Entry, "Organisation | None"]):
    """All of it, or what is about the sites of one district, as Atom, the newest first."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Organisation | None:
        key = kwargs.get("pk")
        return get_object_or_404(Organisation.objects.districts(), pk=key) if key else None

    def title(self, obj: Organisation | None) -> str:
        told = _("Public notices and namings – Wuhai Open Government Demonstration Sites")
        return f"{obj.short_name} {told}" if obj else told

    def link(self, obj: Organisation | None) -> str:
        directory = reverse("publicity:sites")
        return f"{directory}?district={obj.pk}" if obj else reverse("publicity:notices")

    def author_name(self) -> str:
        return _("Office of the Leading Group for Open Government of Wuhai")

    def items(self, obj: Organisation | None) -> list[Entry]:
        sites = Site.objects.in_district(obj.pk) if obj else Site.objects.all()
        found = [*_notices(sites), *_extensions(sites), *_namings(sites), *_followed(sites)]
        return sorted(found, key=lambda entry: entry.on, reverse=True)[:NEWEST]

    def item_title(self, item: Entry) -> str:
        # Tidied as what is older than our way to take it in may not be: XML knows no control character.
        return tidy_prose(item.title)

    def item_description(self, item: Entry) -> str:
        return tidy_prose(item.said)

    def item_link(self, item: Entry) -> str:
        return item.url + (f"#{item.part}" if item.part else "")

    def item_categories(self, item: Entry) -> list[str]:
        """Of which campaign it is."""
        return [item.programme]

    def item_pubdate(self, item: Entry) -> datetime.datetime:
        return timezone.make_aware(datetime.datetime.combine(item.on, datetime.time()))

    def item_updateddate(self, item: Entry) -> datetime.datetime:
        published = self.item_pubdate(item)
        return max(published, item.updated) if item.updated else published


def _notices(sites: QuerySet[Site]) -> list[Entry]:
    own = OuterRef("pk")
    entries = NoticeSite.objects.filter(notice=OuterRef(own)).values("pk")
    told = (
        Notice.objects.published()
        .filter(pk__in=NoticeSite.objects.filter(site__in=sites).values("notice"))
        .select_related("programme", "document")
        .defer("document__context")
        .annotate(
            changed_at=last_change(Notice, object_id=own),
            beside_at=last_change(NoticeSite, object_id__in=entries),
        )
        .order_by("-published_on", "-pk")
    )
    return [
        Entry(
            _marked(notice.title, notice.document),
            _void(notice.document) + notice.grounds,
            notice.get_absolute_url(),
            notice.published_on,
            _latest(notice.changed_at, notice.beside_at),
            notice.programme.document_number,
        )
        for notice in cast("Iterable[WithAnnotations[Notice, Changes]]", told[:NEWEST])
    ]


def _extensions(sites: QuerySet[Site]) -> list[Entry]:
    """A notice was given more days."""
    found = NoticeExtension.objects.filter(notice__entries__site__in=sites, document__isnull=False).distinct()
    told = found.select_related("notice__programme", "document").defer("document__context")
    return [
        Entry(
            _marked(str(extension.document and extension.document.title), extension.document),
            _void(extension.document) + extension.reason,
            extension.notice.get_absolute_url(),
            extension.extended_on,
            None,
            extension.notice.programme.document_number,
            f"extension-{extension.pk}",
        )
        for extension in told.order_by("-extended_on", "-pk")[:NEWEST]
    ]


def _namings(sites: QuerySet[Site]) -> list[Entry]:
    steps = StageChange.objects.filter(site=OuterRef("site")).order_by().values("site")
    latest = Subquery(steps.annotate(latest=Max("at")).values("latest"), output_field=DateTimeField())
    told = (
        Naming.objects.published()
        .filter(site__in=sites)
        .select_related("site__programme", "site__organisation", "decision")
        .defer("decision__context")
        .annotate(changed_at=last_change(Naming, object_id=OuterRef("pk")), beside_at=latest)
        .order_by("-named_on", "-pk")
    )
    return [
        Entry(
            _marked(_("Named: %(site)s") % {"site": naming.site}, naming.decision),
            _void(naming.decision) + str(naming.site.organisation),
            naming.get_absolute_url(),
            naming.named_on,
            _latest(naming.changed_at, naming.beside_at),
            naming.site.programme.document_number,
        )
        for naming in cast("Iterable[WithAnnotations[Naming, Changes]]", told[:NEWEST])
    ]


def _followed(sites: QuerySet[Site]) -> list[Entry]:
    """A site was warned, its warning lifted, or its naming revoked: with the reason that the public reads."""
    steps = StageChange.objects.filter(Q(action__in=_FOLLOWS), site__in=sites, site__naming__isnull=False)
    called = {
        Action.WARN: _("Warned: %(site)s"),
        Action.RESTORE: _("Warning lifted: %(site)s"),
        Action.REVOKE: _("Naming revoked: %(site)s"),
    }
    return [
        Entry(
            called[Action(step.action)] % {"site": step.site},
            step.note,
            reverse("publicity:site", args=[step.site_id]),
            step.on,
            step.at,
            step.site.programme.document_number,
            f"step-{step.pk}",
        )
        for step in steps.select_related("site__programme").order_by("-on", "-pk")[:NEWEST]
    ]


def _marked(title: str, paper: Document | None) -> str:
    return title + paper.void_mark if paper else title


def _void(paper: Document | None) -> str:
    return f"{paper.void}：{paper.withdrawn_why}\n" if paper and paper.void else ""


def _latest(*moments: datetime.datetime | None) -> datetime.datetime | None:
    return max((at for at in moments if at), default=None)
