"""Standing aside: oneself, or declared by the office; who stands aside from what."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.generic import ListView

from accounts.http import StaffRequest
from accounts.rules import is_office
from assessments.forms import RecusalForm, RecusalOfAnotherForm
from assessments.models import Recusal
from assessments.rules import has_sheets, may_stand_aside, reads_recusals
from assessments.services import recusals
from core.acting import carried_out
from sites.models import Site

from .pages import PAGE, form_page


@login_required
def recuse(request: StaffRequest, site_pk: int) -> HttpResponse:
    """Stand aside oneself; afterwards the site is out of sight."""
    site = get_object_or_404(Site.objects.visible_to(request.user), pk=site_pk)
    if not may_stand_aside(request.user):
        raise PermissionDenied
    form = RecusalForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, lambda: recusals.recuse(user=request.user, site=site, reason=form.cleaned_data["reason"])
    ):
        messages.success(request, _("You have stood aside; others go on with the site."))
        return redirect("assessments:my_sheets" if has_sheets(request.user) else "desk:home")
    return form_page(
        request,
        form,
        title=_("Stand aside from %(site)s") % {"site": site},
        lead=_("You will no longer see this site, its sheets or its papers. You cannot take this back."),
        warning=_nobody_left(request, site),
        submit_label=_("Stand aside"),
        parent=str(site),
        cancel_url=site.get_absolute_url(),
        danger=True,
    )


@login_required
def site_recusals(request: StaffRequest, site_pk: int) -> HttpResponse:
    """Who stands aside from a site; the office declares it for somebody."""
    site = get_object_or_404(Site.objects.visible_to(request.user), pk=site_pk)
    if not reads_recusals(request.user):
        raise PermissionDenied
    if request.method == "POST" and not is_office(request.user):
        raise PermissionDenied
    form = RecusalOfAnotherForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, lambda: recusals.recuse(site=site, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("%(name)s stands aside.") % {"name": form.cleaned_data["user"]})
        return redirect("assessments:recusals")
    context = {
        "site": site,
        "recusals": Recusal.objects.filter(site=site)
        .select_related("user__organisation", "declared_by")
        .order_by("-pk"),
        "form": form if is_office(request.user) else None,
    }
    status = 422 if form.errors else 200
    return render(request, "assessments/site_recusals.html", context, status=status)


class RecusalList(LoginRequiredMixin, UserPassesTestMixin, ListView[Recusal]):
    """All recusals the reader may know of, the newest first."""

    template_name = "assessments/recusal_list.html"
    paginate_by = PAGE
    request: StaffRequest

    def test_func(self) -> bool:
        return self.request.user.is_authenticated and reads_recusals(self.request.user)

    def get_queryset(self) -> QuerySet[Recusal]:
        seen = Recusal.objects.visible_to(self.request.user)
        return seen.select_related("user__organisation", "site", "declared_by").order_by("-pk")


def _nobody_left(request: StaffRequest, site: Site) -> str:
    if not recusals.is_last_of_office(request.user, site):
        return ""
    return _(
        "Nobody else of the office could act for this site: have another account of the office opened first. "
        "The leading group will be told."
    )
