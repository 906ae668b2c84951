"""Standing aside."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from accounts.acting import carried_out
from accounts.enums import Role
from accounts.http import StaffRequest
from assessments.forms import RecusalForm
from assessments.services import recusals
from sites.models import Site

from .pages import form_page


@login_required
def recuse(request: StaffRequest, site_pk: int) -> HttpResponse:
    """An inspector stands aside; afterwards the site is out of their sight."""
    site = get_object_or_404(Site.objects.visible_to(request.user), pk=site_pk)
    if request.user.role != Role.INSPECTOR:
        raise PermissionDenied
    form = RecusalForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, lambda: recusals.recuse(user=request.user, site=site, reason=form.cleaned_data["reason"])
    ):
        return redirect("assessments:my_sheets")
    return form_page(
        request,
        form,
        title=_("Stand aside from %(site)s") % {"site": site},
        lead=_("You will no longer see this site, its sheets or its papers. You cannot take this back."),
        submit_label=_("Stand aside"),
        cancel_url=site.get_absolute_url(),
        danger=True,
    )
