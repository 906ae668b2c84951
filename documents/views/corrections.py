"""更正: the words of a paper that are wrong, and what they should read."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import StaffRequest
from accounts.rules import require_office
from accounts.services import motions
from core.acting import carried_out
from documents.forms import CorrectForm
from documents.services import correcting


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: StaffRequest, pk: int) -> HttpResponse:
    """Put before others: the corrected paper is drafted, checked and signed; till then the old one counts."""
    document = get_object_or_404(correcting.correctable(request.user), pk=pk)
    require_office(request.user)
    form = CorrectForm(request.POST if request.method == "POST" else None, document=document)
    if form.is_valid() and carried_out(
        form,
        lambda: motions.move(
            kind=correcting.kind_of(document), record=document, values=form.values, by=request.user
        ),
    ):
        messages.success(request, _("The corrected paper is drafted; until it is signed this one counts."))
        return redirect(document)
    context = {"form": form, "document": document}
    return render(request, "documents/correct_form.html", context, status=422 if form.is_bound else 200)
