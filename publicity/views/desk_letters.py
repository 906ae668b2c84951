"""Late and anonymous letters at the desk: for the office alone, what they say only on their own page."""

from auditlog.signals import accessed
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django.views.generic import ListView

from accounts.http import StaffRequest
from accounts.rules import is_office, require_office
from core.acting import carried_out
from core.brakes import refuse_above
from publicity.forms import LetterForm
from publicity.models import LoggedLetter
from sites.chosen import chosen_programme


class LetterList(LoginRequiredMixin, ListView[LoggedLetter]):
    """What came late or without a name, and how it was dealt with; newest first."""

    request: StaffRequest
    template_name = "publicity/desk/letter_list.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[LoggedLetter]:
        if not is_office(self.request.user):
            raise Http404
        letters = LoggedLetter.objects.visible_to(self.request.user)
        here = letters.filter(notice__programme=chosen_programme(self.request))
        return here.select_related("site", "notice__document").defer("text")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    require_office(request.user)
    form = LetterForm(request.POST or None, programme=chosen_programme(request), by=request.user)
    if form.is_bound and form.is_valid() and carried_out(form, lambda: form.save(by=request.user)):
        messages.success(request, _("The letter is on record."))
        return redirect("publicity_desk:letters")
    return render(
        request, "publicity/desk/letter_form.html", {"form": form}, status=422 if form.is_bound else 200
    )


@login_required
@never_cache
@require_safe
def letter(request: StaffRequest, pk: int) -> HttpResponse:
    """What it says: each look at it goes into the trail."""
    letters = LoggedLetter.objects.visible_to(request.user).select_related("site", "notice", "logged_by")
    found = get_object_or_404(letters, pk=pk)
    refuse_above(request, "looks_account")
    accessed.send(sender=LoggedLetter, instance=found)
    return render(request, "publicity/desk/letter_detail.html", {"letter": found})
