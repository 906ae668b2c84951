"""One's own account."""

import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest
from accounts.models import User
from accounts.receivers import PREVIOUS_SIGN_IN


@login_required
@require_safe
def my_account(request: StaffRequest) -> HttpResponseBase:
    """Who I am here, when I was here last, and how I sign in."""
    people = User.objects.with_second_factor().select_related("organisation")
    before = request.session.get(PREVIOUS_SIGN_IN)
    context = {
        "person": get_object_or_404(people, pk=request.user.pk),
        "previous_sign_in": before and datetime.datetime.fromisoformat(before),
    }
    return render(request, "people/my_account.html", context)
