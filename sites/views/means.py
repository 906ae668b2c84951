"""What is done for the sites one sees: lists of guidance, money and facilities, with totals and exports."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Count, QuerySet, Sum
from django.db.models.aggregates import Aggregate
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import ListView

from accounts.http import StaffRequest
from sites.chosen import chosen_programme
from sites.forms.means import FacilityFilter, GuidanceFilter, InvestmentFilter, MeansFilter
from sites.models import Facility, GuidanceNote, Investment, Site
from sites.totals import totals_of
from tables.writing import export_response

PAGE = 50


class MeansList(LoginRequiredMixin, ListView[Any]):
    """A list of records that belong to sites; `?format=` gives all of what is listed as a table."""

    paginate_by = PAGE
    context_object_name = "records"
    request: StaffRequest
    filter_class: ClassVar[type[MeansFilter]]
    title: ClassVar[str | Promise]
    measure: ClassVar[Aggregate]
    measured: ClassVar[str | Promise]  # what the totals count
    places: ClassVar[int] = 0  # decimals of the totals
    related: ClassVar[tuple[str, ...]] = ()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.export() if "format" in request.GET else super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Any]:
        self.filter = self.filter_class(self.request.GET)
        visible = Site.objects.visible_to(self.request.user).filter(programme=chosen_programme(self.request))
        assert self.model is not None  # noqa: S101  # each list names its records
        records = self.model._default_manager.filter(site__in=self.filter.narrow(visible))
        return self.filter.pick(records).select_related(
            "site__organisation", "site__filing__organisation", *self.related
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(filter=self.filter, title=self.title, **kwargs)
        context.update(measured=self.measured, places=self.places)
        context["totals"] = totals_of(self.get_queryset(), self.measure) if context["records"] else None
        return context

    def export(self) -> HttpResponse:
        heads = [_("Site"), _("Unit"), _("Level"), _("District"), _("Kind"), *self.heads()]
        rows = ([*_of_site(record.site), *self.row(record)] for record in self.get_queryset())
        return export_response(self.request, str(self.title), heads, rows)

    def heads(self) -> list[str]:
        raise NotImplementedError

    def row(self, record: Any) -> list[Any]:
        raise NotImplementedError


class GuidanceList(MeansList):
    model = GuidanceNote
    template_name = "sites/guidance_list.html"
    filter_class = GuidanceFilter
    title = gettext_lazy("Guidance and supervision")
    measure = Count("pk")
    measured = gettext_lazy("notes")
    related = ("by__organisation", "replied_by")

    def heads(self) -> list[str]:
        return [
            _("Day of the guidance"),
            _("Guided by"),
            _("What was advised"),
            _("Reply"),
            _("Replied by"),
            _("Replied on"),
        ]

    def row(self, record: GuidanceNote) -> list[Any]:
        return [record.on, str(record.by), record.text, record.reply, record.replied_by, record.replied_on]


class InvestmentList(MeansList):
    model = Investment
    template_name = "sites/investment_list.html"
    filter_class = InvestmentFilter
    title = gettext_lazy("Investment")
    measure = Sum("amount")
    measured = gettext_lazy("yuan")
    places = 2
    related = ("added_by",)

    def heads(self) -> list[str]:
        return [_("Year"), _("Amount (yuan)"), _("Purpose"), _("Entered by"), _("Entered on")]

    def row(self, record: Investment) -> list[Any]:
        return [record.year, record.amount, record.purpose, record.added_by, record.added_on]


class FacilityList(MeansList):
    model = Facility
    template_name = "sites/facility_list.html"
    filter_class = FacilityFilter
    title = gettext_lazy("Facilities")
    measure = Sum("quantity")
    measured = gettext_lazy("pieces")
    related = ("added_by",)

    def heads(self) -> list[str]:
        return [
            _("Kind of facility"),
            _("Name"),
            _("Quantity"),
            _("Photo before"),
            _("Photo after"),
            _("Entered by"),
            _("Entered on"),
        ]

    def row(self, record: Facility) -> list[Any]:
        photos = [_("yes") if photo else _("no") for photo in (record.photo_before, record.photo_after)]
        return [
            record.get_kind_display(),
            record.name,
            record.quantity,
            *photos,
            record.added_by,
            record.added_on,
        ]


def _of_site(site: Site) -> Iterable[str]:
    return (
        site.window_name,
        site.organisation.name,
        site.get_level_display(),
        str(site.district or ""),
        site.get_kind_display(),
    )
