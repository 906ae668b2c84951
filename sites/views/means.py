"""What is done for the sites one sees: lists of guidance, money and facilities, with totals and exports."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import Count, QuerySet, Sum
from django.db.models.aggregates import Aggregate
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.exported import ExportedList
from accounts.http import OfCampaign
from sites.chosen import chosen_programme
from sites.forms.means import FacilityFilter, GuidanceFilter, InvestmentFilter, MeansFilter
from sites.models import Facility, GuidanceNote, Investment, Site
from sites.models.sites import district_of
from sites.totals import totals_of
from tables.writing import Head, Row


class MeansList(OfCampaign, ExportedList):
    """A list of records that belong to sites, with their totals."""

    context_object_name = "records"
    filter_class: ClassVar[type[MeansFilter]]
    measure: ClassVar[Aggregate]
    measured: ClassVar[Promise]  # what the totals count
    places: ClassVar[int] = 0  # decimals of the totals
    related: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self) -> QuerySet[Any]:
        self.filter = narrowing = self.filter_class(self.request.GET)
        visible = Site.objects.visible_to(self.request.user).filter(programme=chosen_programme(self.request))
        assert self.model is not None  # noqa: S101  # each list names its records
        records = self.model._default_manager.filter(site__in=narrowing.narrow(visible))
        picked: QuerySet[Any] = narrowing.pick(records).annotate(
            district_name=district_of("name", site="site__")
        )
        return picked.select_related("site__organisation", *self.related)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(measured=self.measured, places=self.places, **kwargs)
        context["totals"] = totals_of(self.get_queryset(), self.measure) if context["records"] else None
        return context


class GuidanceList(MeansList):
    model = GuidanceNote
    template_name = "sites/guidance_list.html"
    filter_class = GuidanceFilter
    title = gettext_lazy("Guidance and supervision")
    measure = Count("pk")
    measured = gettext_lazy("notes")
    related = ("by__organisation", "replied_by")

    def heads(self) -> list[Head]:
        return [
            *_site_heads(),
            _("Day of the guidance"),
            _("Guided by"),
            _("What was advised"),
            pgettext("guidance", "Reply"),
            _("Replied by"),
            _("Replied on"),
        ]

    def row(self, record: GuidanceNote) -> Row:
        return [
            *_of_site(record),
            record.on,
            record.by,
            record.text,
            record.reply,
            record.replied_by,
            record.replied_on,
        ]


class InvestmentList(MeansList):
    model = Investment
    template_name = "sites/investment_list.html"
    filter_class = InvestmentFilter
    title = gettext_lazy("Investment")
    measure = Sum("amount")
    measured = gettext_lazy("yuan")
    places = 2
    related = ("added_by",)

    def heads(self) -> list[Head]:
        return [*_site_heads(), _("Year"), _("Amount (yuan)"), _("Purpose"), _("Entered by"), _("Entered on")]

    def row(self, record: Investment) -> Row:
        return [
            *_of_site(record),
            record.year,
            record.amount,
            record.purpose,
            record.added_by,
            record.added_on,
        ]


class FacilityList(MeansList):
    model = Facility
    template_name = "sites/facility_list.html"
    filter_class = FacilityFilter
    title = gettext_lazy("Facilities")
    measure = Sum("quantity")
    measured = gettext_lazy("pieces")
    related = ("added_by",)

    def heads(self) -> list[Head]:
        return [
            *_site_heads(),
            _("Kind of facility"),
            _("Name"),
            _("Quantity"),
            _("Photo before"),
            _("Photo after"),
            _("Entered by"),
            _("Entered on"),
        ]

    def row(self, record: Facility) -> Row:
        photos = [_("yes") if photo else _("no") for photo in (record.photo_before, record.photo_after)]
        return [
            *_of_site(record),
            record.get_kind_display(),
            record.name,
            record.quantity,
            *photos,
            record.added_by,
            record.added_on,
        ]


def _site_heads() -> list[str]:
    return [_("Site"), _("Unit"), _("Level"), _("District"), _("Kind")]


def _of_site(record: Any) -> Iterable[str]:
    site: Site = record.site
    return (
        site.window_name,
        site.organisation.name,
        site.get_level_display(),
        record.district_name or "",
        site.get_kind_display(),
    )
