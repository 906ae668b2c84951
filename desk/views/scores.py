"""One site's scores over all its rounds, the sites that lack one item, the leader's one page."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.exported import ExportedList, exported, printed
from accounts.http import StaffRequest
from assessments.enums import ScoreLevel
from assessments.models import Score
from desk.figures import leader_sheet as leader_sheets
from desk.figures.heat import HEAT
from desk.figures.items import ITEMS
from desk.figures.radar import score_heads, score_rows, scores_of
from desk.figures.rounds import InRound, RoundFilter, in_round
from desk.figures.scope import Scope
from sites.calendar import today
from sites.chosen import programme_or_404
from sites.models import Site
from standards.models import Item, Standard
from tables.writing import Head, Row


@login_required
@require_safe
def site_scores(request: StaffRequest, pk: int) -> HttpResponse:
    """What each round gave a site, section by section; with `?format=` as a table."""
    sites = Site.objects.visible_to(request.user).select_related("programme", "organisation")
    site = get_object_or_404(sites, pk=pk)
    scores = scores_of(site, request.user)
    if "format" in request.GET:
        name = _("Scores of %(site)s") % {"site": site}
        return exported(request, name, score_heads(scores), score_rows(scores), about=site)
    return render(request, "desk/site_scores.html", {"site": site, "scores": scores})


class ItemSites(LoginRequiredMixin, UserPassesTestMixin, ExportedList):
    """The sites whose signed sheet of a round gives an item less than full marks, the lowest first."""

    template_name = "desk/figures/item_sites.html"
    title = gettext_lazy("Sites that lack an item")

    def test_func(self) -> bool:
        return self.request.user.is_authenticated and ITEMS.is_for(self.request.user)

    @cached_property
    def item(self) -> Item:
        """It says which kind of site is asked for; of a draft it is for who reads drafts."""
        standards = Standard.objects.visible_to(self.request.user)
        items = Item.objects.filter(section__standard__in=standards).select_related("section__standard")
        return get_object_or_404(items, pk=self.kwargs["pk"])

    @cached_property
    def found(self) -> InRound | None:
        programme = programme_or_404(self.request)
        asked = {**self.request.GET.dict(), "kind": self.item.section.standard.kind}
        self.filter = RoundFilter(asked, programme=programme, reader=self.request.user)
        return in_round(Scope(programme, self.request.user, self.filter))

    def get_queryset(self) -> QuerySet[Score]:
        if self.found is None:
            return Score.objects.none()
        wanting = ScoreLevel.BELOW_FULL
        scores = Score.objects.due().filter(sheet__in=self.found.signed, item=self.item, level__in=wanting)
        return scores.select_related("sheet__assessment__site__organisation").order_by(
            "points", "sheet__assessment__site"
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(item=self.item, found=self.found, **kwargs)

    def heads(self) -> list[Head]:
        return [
            _("Code"),
            _("Item"),
            _("Site"),
            _("Unit"),
            _("Level reached"),
            _("Points"),
            _("Maximum"),
            _("Reason"),
        ]

    def row(self, record: Score) -> Row:
        site = record.sheet.assessment.site
        return [
            self.item.code,
            self.item.text,
            site.window_name,
            site.organisation.name,
            record.get_level_display(),
            record.points,
            record.max_points,
            record.reason,
        ]


@login_required
@require_safe
def leader_sheet(request: StaffRequest) -> HttpResponse:
    """一页通 as PDF: of the whole city, or of a district's own sites."""
    if not HEAT.is_for(request.user):
        raise PermissionDenied
    programme = programme_or_404(request)
    name = f"示范点建设情况一页通-{today().isoformat()}.pdf"
    return printed(
        request, name, lambda: leader_sheets.leader_sheet(programme, request.user), about=programme
    )
