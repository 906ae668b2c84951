"""What is new in public, for feed readers: notices and namings."""

import datetime

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publicity.models import Naming, Notice
from tables.tidy import tidy_prose

NEWEST = 30


class NoticesFeed(Feed[Notice | Naming, None]):
    """Public notices and namings as Atom, the newest first."""

    feed_type = Atom1Feed
    title = gettext_lazy("Public notices and namings – Wuhai Open Government Demonstration Sites")
    link = reverse_lazy("publicity:notices")
    author_name = gettext_lazy("Office of the Leading Group for Open Government of Wuhai")

    def get_object(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        return None

    def items(self) -> list[Notice | Naming]:
        notices = Notice.objects.published().order_by("-published_on", "-pk")[:NEWEST]
        namings = Naming.objects.published().order_by("-named_on", "-pk")[:NEWEST]
        return sorted([*notices, *namings], key=self.item_pubdate, reverse=True)[:NEWEST]

    def item_title(self, item: Notice | Naming) -> str:
        # Tidied as what is older than our way to take it in may not be: XML knows no control character.
        title = item.title if isinstance(item, Notice) else _("Named: %(site)s") % {"site": item.site}
        return tidy_prose(title)

    def item_description(self, item: Notice | Naming) -> str:
        return tidy_prose(item.grounds if isinstance(item, Notice) else str(item.site.organisation))

    def item_pubdate(self, item: Notice | Naming) -> datetime.datetime:
        day = item.published_on if isinstance(item, Notice) else item.named_on
        return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
