"""One's own account."""

import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import services
from accounts.channels import Email
from accounts.http import StaffRequest
from accounts.models import Deputy, DeputyQuerySet, User
from accounts.receivers import PREVIOUS_SIGN_IN
from accounts.rules import may_send_deputy


@login_required
@require_safe
def my_account(request: StaffRequest) -> HttpResponseBase:
    """Who I am here, when I was here last, and how I sign in."""
    people = User.objects.with_second_factor().select_related("organisation")
    before = request.session.get(PREVIOUS_SIGN_IN)
    context = {
        "person": get_object_or_404(people, pk=request.user.pk),
        "previous_sign_in": before and datetime.datetime.fromisoformat(before),
        "mail_is_on": Email().is_on(),
        "may_be_away": may_send_deputy(request.user, request.user),
        "deputies": _own_deputies(request.user),
    }
    return render(request, "people/my_account.html", context)


def _own_deputies(user: User) -> DeputyQuerySet:
    """Who stands in for me, and for whom I do, today or later."""
    own = Deputy.objects.standing().filter(Q(person=user) | Q(deputy=user))
    return own.select_related("person", "deputy")


@login_required
@require_POST
def wants_mail(request: StaffRequest) -> HttpResponseBase:
    """The daily digest by e-mail: my own choice."""
    wanted = request.POST.get("wanted") == "1"
    services.set_wants_mail(person=request.user, wanted=wanted)
    done = _("You get a daily digest by e-mail.") if wanted else _("You get no digest by e-mail any more.")
    messages.success(request, done)
    return redirect("people:my_account")
