"""The sites of the desk as a table that leaves the portal."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sites.models import Site
from sites.site_fields import COLUMNS, texts_of
from tables.writing import Head, Row

SITE_HEADS: list[Head] = [
    *COLUMNS,
    _("Programme"),
    _("Level"),
    _("Filed by"),
    _("Stage"),
    _("Since"),
    _("Date of filing"),
]
CHUNK = 1000


def site_rows(sites: QuerySet[Site]) -> Iterator[Row]:
    """Every one of `sites`, as its list says, and where it stands."""
    sites = sites.select_related("organisation", "programme", "filing__organisation")
    for site in sites.prefetch_related("liaisons").iterator(chunk_size=CHUNK):
        texts = texts_of(site)
        yield [
            *(texts[column.field] for column in COLUMNS),
            site.programme,
            site.get_level_display(),
            site.filing.organisation,
            site.get_stage_display(),
            site.stage_since,
            site.filing.filed_on,
        ]
