"""Evidence across sites: how much each has filed, links that lead nowhere, pictures used twice."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from accounts.http import OfCampaign, StaffRequest
from assessments.forms import EvidenceSitesFilter, LinkFilter, TwinFilter
from assessments.models import EvidenceLink, EvidencePointer, Twin
from assessments.models.evidence import EvidenceLinkQuerySet, TwinQuerySet
from assessments.pages.evidence import seen_pairs, sites_with_evidence
from assessments.rules import looks_for_copies
from assessments.services.links import send_to_check
from sites.chosen import chosen_programme
from sites.enums import Stage
from sites.models import Site
from sites.models.sites import SiteQuerySet

from .pages import PAGE

# A pair is two pictures: fewer fit a page.
PAIRS = 20


class EvidenceSites(OfCampaign, ListView[Site]):
    """The sites that file evidence, each with how much it has filed."""

    template_name = "assessments/evidence_sites.html"
    paginate_by = PAGE
    request: StaffRequest

    def get_queryset(self) -> SiteQuerySet:
        self.filter = EvidenceSitesFilter(self.request.GET)
        visible = Site.objects.visible_to(self.request.user).filter(
            programme=chosen_programme(self.request), stage__in=Stage.LISTED
        )
        return self.filter.narrow(sites_with_evidence(visible, self.request.user))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_look = looks_for_copies(self.request.user)
        return super().get_context_data(filter=self.filter, looks_for_copies=may_look, **kwargs)


class EvidenceLinks(OfCampaign, ListView[EvidenceLink]):
    """The links of the evidence one sees, dead ones first, then those not looked up yet."""

    template_name = "assessments/evidence_links.html"
    paginate_by = PAGE
    request: StaffRequest

    def get_queryset(self) -> EvidenceLinkQuerySet:
        self.filter = LinkFilter(self.request.GET)
        links = EvidenceLink.objects.visible_to(self.request.user).current()
        links = links.filter(evidence__site__programme=chosen_programme(self.request))
        pointers = Prefetch("evidence__pointers", EvidencePointer.objects.select_related("item__section"))
        related = links.select_related("evidence__site__organisation").prefetch_related(pointers)
        return self.filter.narrow(related).worst_first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_look = looks_for_copies(self.request.user)
        return super().get_context_data(filter=self.filter, looks_for_copies=may_look, **kwargs)


@login_required
@require_POST
def link_check(request: StaffRequest, pk: int) -> HttpResponse:
    """Have the links of a piece of evidence looked up again; whoever sees it may."""
    link = get_object_or_404(EvidenceLink.objects.visible_to(request.user), pk=pk)
    send_to_check(link.evidence_id)
    messages.success(request, _("The links of this evidence are being looked up again; reload in a minute."))
    return redirect(f"{reverse('assessments:evidence_links')}?{request.GET.urlencode()}")


class EvidenceTwins(LoginRequiredMixin, UserPassesTestMixin, ListView[Twin]):
    """Pictures that look alike, for those who judge sites."""

    template_name = "assessments/evidence_twins.html"
    paginate_by = PAIRS
    request: StaffRequest

    def test_func(self) -> bool:
        return looks_for_copies(self.request.user)

    def get_queryset(self) -> TwinQuerySet:
        self.filter = TwinFilter(self.request.GET)
        seen = Twin.objects.visible_to(self.request.user)
        return self.filter.narrow(seen.filter(file__evidence__site__programme=chosen_programme(self.request)))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(filter=self.filter, **kwargs)
        pairs = seen_pairs(context["page_obj"].object_list, self.request.user)
        return {**context, "pairs": pairs, "looks_for_copies": True}
