"""What is new in public, for feed readers: notices and namings."""

import datetime
from typing import TypeAlias, TypedDict, cast

from django.contrib.syndication.views import Feed
from django.db.models import Max, OuterRef, Subquery
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import WithAnnotations

from audit.services import last_change
from documents.models import Document
from publicity.models import Naming, Notice, NoticeSite
from sites.models import StageChange
from tables.tidy import tidy_prose

NEWEST = 30


class Changes(TypedDict):
    """When the record was last written, and when what stands beside it on its page was."""

    changed_at: datetime.datetime | None
    beside_at: datetime.datetime | None


Item: TypeAlias = "WithAnnotations[Notice, Changes] | WithAnnotations[Naming, Changes]"


def _paper_of(item: Item) -> Document | None:
    return item.document if isinstance(item, Notice) else item.decision


class NoticesFeed(Feed[Item, None]):
    """Public notices and namings as Atom, the newest first."""

    feed_type = Atom1Feed
    title = gettext_lazy("Public notices and namings – Wuhai Open Government Demonstration Sites")
    link = reverse_lazy("publicity:notices")
    author_name = gettext_lazy("Office of the Leading Group for Open Government of Wuhai")

    def get_object(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        return None

    def items(self) -> list[Item]:
        own = OuterRef("pk")
        entries = NoticeSite.objects.filter(notice=OuterRef(own)).values("pk")
        notices = (
            Notice.objects.published()
            .select_related("programme", "document")
            .defer("document__context")
            .annotate(
                changed_at=last_change(Notice, object_id=own),
                beside_at=last_change(NoticeSite, object_id__in=entries),
            )
        )
        steps = StageChange.objects.filter(site=OuterRef("site")).order_by().values("site")
        namings = (
            Naming.objects.published()
            .select_related("site__programme", "decision")
            .defer("decision__context")
            .annotate(
                changed_at=last_change(Naming, object_id=own),
                beside_at=Subquery(steps.annotate(latest=Max("at")).values("latest")),
            )
        )
        newest = [
            *notices.order_by("-published_on", "-pk")[:NEWEST],
            *namings.order_by("-named_on", "-pk")[:NEWEST],
        ]
        return sorted(cast("list[Item]", newest), key=self.item_pubdate, reverse=True)[:NEWEST]

    def item_title(self, item: Item) -> str:
        # Tidied as what is older than our way to take it in may not be: XML knows no control character.
        title = item.title if isinstance(item, Notice) else _("Named: %(site)s") % {"site": item.site}
        paper = _paper_of(item)
        return tidy_prose(title + paper.void_mark if paper else title)

    def item_description(self, item: Item) -> str:
        said = item.grounds if isinstance(item, Notice) else str(item.site.organisation)
        paper = _paper_of(item)
        return tidy_prose(f"{paper.void}：{paper.withdrawn_why}\n{said}" if paper and paper.void else said)

    def item_categories(self, item: Item) -> list[str]:
        """Of which campaign it is."""
        return [(item if isinstance(item, Notice) else item.site).programme.document_number]

    def item_pubdate(self, item: Item) -> datetime.datetime:
        day = item.published_on if isinstance(item, Notice) else item.named_on
        return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))

    def item_updateddate(self, item: Item) -> datetime.datetime:
        """By the clock, unlike the day it was published on, which in a rehearsal is another."""
        return max(at for at in (self.item_pubdate(item), item.changed_at, item.beside_at) if at)
