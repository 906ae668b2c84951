"""What machines are told: robots.txt, the site map, and whom to tell of a weakness."""

import datetime
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import GenericSitemap, Sitemap
from django.contrib.sitemaps.views import sitemap as sitemap_view
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from publicity.models import Article, Commendation, Naming, Notice
from publicity.website_columns import COLUMNS, Column
from sites.calendar import today
from sites.models import Determination, Site
from standards.models import Ground, Rulebook, Standard


class Columns(Sitemap[Column]):
    def items(self) -> list[Column]:
        """What is about one reader's own matter, or about what was looked for, is nobody's search result."""
        return [column for name, column in COLUMNS.items() if name not in ("objection", "search")]

    def location(self, item: Column) -> str:
        return item.url


class Sites(Sitemap[Site]):
    """A site's own address leads to the desk, so its public one is named here."""

    def items(self) -> Any:
        return Site.objects.listed().order_by("pk").only("pk")

    def location(self, item: Site) -> str:
        return reverse("publicity:site", args=[item.pk])


class Determinations(Sitemap[Determination]):
    """Like a site's, its own address leads to the desk. A few in a year: read without counting them first."""

    def items(self) -> list[Determination]:
        return list(Determination.objects.published().order_by("pk").only("pk", "on"))

    def location(self, item: Determination) -> str:
        return reverse("publicity:determination", args=[item.pk])

    def lastmod(self, item: Determination) -> datetime.date:
        return item.on


class Standards(Sitemap[Standard]):
    def items(self) -> list[Standard]:
        """The two of them, without counting them first."""
        return list(Standard.objects.published())

    def location(self, item: Standard) -> str:
        return reverse("publicity:standard", args=[item.kind])


class Rulebooks(Sitemap[Rulebook]):
    """Those that were in force; the one that is has its column."""

    def items(self) -> list[Rulebook]:
        return list(Rulebook.objects.made_public())

    def location(self, item: Rulebook) -> str:
        return reverse("publicity:rulebook_version", args=[item.version])


class Few(GenericSitemap[Any]):
    """Of what there are a few in a year: read without counting them first."""

    @property
    def paginator(self) -> Paginator[Any]:
        return Paginator(list(self.items()), self.limit)


def _maps() -> dict[str, type[Sitemap[Any]] | Sitemap[Any]]:
    return {
        "columns": Columns,
        "standards": Standards,
        "rulebooks": Rulebooks,
        "grounds": Few({"queryset": Ground.objects.known(on=today()), "date_field": "issued_on"}),
        "sites": Sites,
        "determinations": Determinations,
        "notices": Few({"queryset": Notice.objects.published(), "date_field": "published_on"}),
        "articles": GenericSitemap(
            {"queryset": Article.objects.listed(on=today()), "date_field": "published_on"}
        ),
        "commendations": Few({"queryset": Commendation.objects.published(), "date_field": "decided_on"}),
        "namings": Few({"queryset": Naming.objects.published(), "date_field": "named_on"}),
    }


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    response: HttpResponse = sitemap_view(request, sitemaps=_maps(), template_name="publicity/sitemap.xml")
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Crawlers keep to the published pages; of the appraisal to the page where a code is typed."""
    parts = ("desk", "accounts", "admin", "objections", "appraise")
    closed = "\n".join(f"Disallow: /{part}/" for part in parts)
    address = request.build_absolute_uri(reverse("publicity:sitemap"))
    return HttpResponse(
        f"User-agent: *\n{closed}\nAllow: /appraise/$\nSitemap: {address}\n",
        content_type="text/plain; charset=utf-8",
    )


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness of the portal (RFC 9116); each answer holds for half a year."""
    until = timezone.now() + datetime.timedelta(days=180)
    contact = settings.PORTAL_SECURITY_CONTACT or request.build_absolute_uri(
        reverse("publicity:report_error")
    )
    return HttpResponse(
        f"Contact: {contact}\nExpires: {until:%Y-%m-%dT00:00:00Z}\nPreferred-Languages: zh, en\n"
        f"Canonical: {request.build_absolute_uri(request.path)}\n",
        content_type="text/plain; charset=utf-8",
    )
