"""The library of grounds: the list, a new one, putting one right."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import StaffRequest
from accounts.rules import require_office
from core.acting import carried_out
from core.clock import today
from standards import services
from standards.ground_forms import GroundForm
from standards.models import Ground
from standards.rules import reads_versions, writes_versions

PAGE = 50


@login_required
@require_safe
def ground_list(request: StaffRequest) -> HttpResponse:
    """Every ground, also one that will be issued only later."""
    if not reads_versions(request.user):
        raise PermissionDenied
    found = Ground.objects.visible_to(request.user).select_related("replaced_by")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "may_write": writes_versions(request.user), "day": today()}
    return render(request, "standards/ground_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ground_new(request: StaffRequest) -> HttpResponse:
    require_office(request.user)
    return _form_page(request, Ground(), title=_("Enter a ground"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ground_edit(request: StaffRequest, pk: int) -> HttpResponse:
    ground = get_object_or_404(Ground.objects.visible_to(request.user), pk=pk)
    require_office(request.user)
    return _form_page(request, ground, title=_("Change a ground"))


def _form_page(request: StaffRequest, ground: Ground, *, title: str) -> HttpResponse:
    form = GroundForm(request.POST or None, request.FILES or None, instance=ground)
    if form.is_valid() and carried_out(
        form,
        lambda: services.keep_ground(
            ground=ground,
            values={name: form.cleaned_data[name] for name in form.Meta.fields},
            file=form.cleaned_data["stored"],
            by=request.user,
        ),
    ):
        messages.success(request, _("The ground is saved."))
        return redirect("standards:grounds")
    context = {"form": form, "title": title}
    return render(request, "standards/ground_form.html", context, status=422 if form.errors else 200)
