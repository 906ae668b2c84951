"""What stands in the papers of a kind before anybody has filled in anything."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import StaffRequest
from core.acting import carried_out
from documents.forms import HeadForm
from documents.issuing import default_head
from documents.models import PaperDefault
from documents.services.defaults import set_default

from .kinds import kind_named, require_words


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def default_edit(request: StaffRequest, kind: str) -> HttpResponse:
    """Of one kind."""
    require_words(request)
    found = kind_named(kind)
    row = PaperDefault.objects.filter(kind=found).first()
    head = default_head(found, is_public=False)
    form = HeadForm(request.POST if request.method == "POST" else None, head=head, record=row)
    if form.is_valid() and carried_out(
        form, lambda: set_default(kind=found, head=form.head, by=request.user)
    ):
        messages.success(request, _("It stands in every paper of this kind that is drawn up from now on."))
        return redirect("documents:kinds")
    context = {"form": form, "kind": found}
    return render(request, "documents/default_form.html", context, status=422 if form.errors else 200)
