"""Evidence: filing it, and fetching its files."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.acting import carried_out
from accounts.http import StaffRequest
from assessments.forms import EvidenceForm
from assessments.models import Evidence, EvidenceFile
from assessments.services.evidence import add_evidence
from sites.models import Site
from sites.rules import is_own_unit

from .pages import form_page, upload_limits


class ItemQuery(forms.Form):
    """The item for which evidence is being added; nonsense is as good as none."""

    item = forms.IntegerField(required=False)


@login_required
def evidence_add(request: StaffRequest, site_pk: int) -> HttpResponse:
    """The unit files a proof of several files for one or more items."""
    site = get_object_or_404(Site.objects.visible_to(request.user), pk=site_pk)
    if not is_own_unit(request.user, site):
        raise PermissionDenied
    asked = ItemQuery(request.GET)
    item = asked.cleaned_data["item"] if asked.is_valid() else None
    form = EvidenceForm(
        request.POST or None,
        request.FILES or None,
        site=site,
        limits=upload_limits(),
        initial={"items": [item] if item else []},
    )
    if form.is_valid() and carried_out(
        form, lambda: add_evidence(site=site, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The evidence is filed."))
        return redirect("assessments:self_sheet", site_pk=site.pk)
    return form_page(
        request,
        form,
        title=_("Add evidence"),
        lead=str(site),
        submit_label=_("File the evidence"),
        cancel_url=reverse("assessments:self_sheet", args=[site.pk]),
    )


@login_required
def evidence_file(request: StaffRequest, pk: int) -> FileResponse:
    """One file, for whoever sees its site; always saved to disk, never opened as part of the portal."""
    visible = EvidenceFile.objects.filter(evidence__in=Evidence.objects.visible_to(request.user))
    found = get_object_or_404(visible, pk=pk)
    return FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=found.name,
        content_type=found.content_type,
        headers={"X-Content-Type-Options": "nosniff"},
    )
