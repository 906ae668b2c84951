"""Two versions side by side."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render

from accounts.http import StaffRequest
from standards.comparison import compare as compare_versions
from standards.forms import CompareForm
from standards.models import Rulebook
from standards.rules import reads_versions

from .fetching import Text


@login_required
def compare(request: StaffRequest, text: Text) -> HttpResponse:
    """What is different from version `a` to version `b`, field by field."""
    if not reads_versions(request.user):
        raise PermissionDenied
    form = CompareForm(request.GET or None, versions=text.objects.visible_to(request.user).with_items())
    context = {
        "form": form,
        "of_rulebooks": text is Rulebook,
        "comparison": compare_versions(**form.cleaned_data) if form.is_valid() else None,
    }
    return render(request, "standards/compare.html", context)
