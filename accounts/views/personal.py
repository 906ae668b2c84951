"""What the portal keeps of me."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.exported import exported
from accounts.forms.personal import CorrectionForm
from accounts.http import StaffRequest
from accounts.models import User
from accounts.services import personal
from core.brakes import refuse_above


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_data(request: StaffRequest) -> HttpResponseBase:
    """Each value with its purpose, its readers and its time; below it, a word to who keeps the account."""
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        refuse_above(request, "corrections_account")
        personal.ask_for_correction(person=request.user, text=form.cleaned_data["text"])
        messages.success(request, _("Whoever keeps your account has been told, and answers you."))
        return redirect("people:my_data")
    return render(request, "people/my_data.html", {"held": personal.data_of(request.user), "form": form})


@login_required
@require_safe
def my_data_file(request: StaffRequest) -> HttpResponse:
    """The same to take along."""
    heads = [_("Information"), _("Value"), _("Stands on"), _("What for"), _("Who sees it"), _("How long")]
    rows = [
        [
            str(each.entry.title),
            each.value,
            each.record,
            str(each.entry.purpose),
            str(each.entry.readers),
            str(each.entry.kept),
        ]
        for each in personal.data_of(request.user)
    ]
    return exported(request, _("My personal data"), heads, rows, about=User.objects.get(pk=request.user.pk))
