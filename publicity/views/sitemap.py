"""What search engines are told: robots.txt and the site map."""

import datetime
from typing import Any

from django.contrib.sitemaps import GenericSitemap, Sitemap
from django.contrib.sitemaps.views import sitemap as sitemap_view
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from publicity.models import Naming, Notice
from sites.models import Determination, Site
from standards.models import Standard

COLUMNS = ("home", "programme", "standards", "sites", "determinations", "notices", "namings", "verify")


class Columns(Sitemap[str]):
    def items(self) -> list[str]:
        return [f"publicity:{name}" for name in COLUMNS]

    def location(self, item: str) -> str:
        return reverse(item)


class Sites(Sitemap[Site]):
    """A site's own address leads to the desk, so its public one is named here."""

    def items(self) -> Any:
        return Site.objects.listed().order_by("pk").only("pk")

    def location(self, item: Site) -> str:
        return reverse("publicity:site", args=[item.pk])


class Determinations(Sitemap[Determination]):
    """Like a site's, its own address leads to the desk."""

    def items(self) -> Any:
        return Determination.objects.published().order_by("pk").only("pk", "on")

    def location(self, item: Determination) -> str:
        return reverse("publicity:determination", args=[item.pk])

    def lastmod(self, item: Determination) -> datetime.date:
        return item.on


class Standards(Sitemap[Standard]):
    def items(self) -> Any:
        return Standard.objects.published()

    def location(self, item: Standard) -> str:
        return reverse("publicity:standard", args=[item.kind])


def _maps() -> dict[str, type[Sitemap[Any]] | Sitemap[Any]]:
    return {
        "columns": Columns,
        "standards": Standards,
        "sites": Sites,
        "determinations": Determinations,
        "notices": GenericSitemap({"queryset": Notice.objects.published(), "date_field": "published_on"}),
        "namings": GenericSitemap({"queryset": Naming.objects.published(), "date_field": "named_on"}),
    }


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    response: HttpResponse = sitemap_view(request, sitemaps=_maps(), template_name="publicity/sitemap.xml")
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Crawlers keep to the published pages."""
    closed = "\n".join(f"Disallow: /{part}/" for part in ("desk", "accounts", "admin", "objections"))
    address = request.build_absolute_uri(reverse("publicity:sitemap"))
    return HttpResponse(
        f"User-agent: *\n{closed}\nSitemap: {address}\n", content_type="text/plain; charset=utf-8"
    )
