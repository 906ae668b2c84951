"""What one person proposes and another person decides."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import ListView

from accounts.decisions import COMPANIONS
from accounts.deputies import is_another
from accounts.forms.motions import AgreeForm
from accounts.http import StaffRequest
from accounts.models import Motion, MotionQuerySet, User
from accounts.publishing import is_publishable
from accounts.rules import sees_motions
from accounts.services import motions, secrecy
from core.acting import carried_out
from core.forms import Form, ReasonForm


class MotionList(LoginRequiredMixin, ListView[Motion]):
    """What was proposed, the newest first."""

    template_name = "people/motion_list.html"
    paginate_by = 50
    request: StaffRequest

    def get_queryset(self) -> MotionQuerySet:
        if not sees_motions(self.request.user):
            raise Http404
        seen = Motion.objects.visible_to(self.request.user)
        return seen.select_related("proposed_by", "decided_by")


@login_required
@require_safe
def motion(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@login_required
@require_POST
def agree(request: StaffRequest, pk: int) -> HttpResponse:
    """It is carried out at once."""
    found = _visible(request, pk)
    form = AgreeForm(request.POST, motion=found)
    if form.is_valid() and carried_out(
        form, lambda: motions.agree(motion=found, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("You have agreed; it is carried out."))
        return redirect(found)
    return _page(request, found, agree_form=form)


@login_required
@require_POST
def decline(request: StaffRequest, pk: int) -> HttpResponse:
    done = _("You have declined; everything stays as it was.")
    return _ended(request, pk, motions.decline, "decline_form", done)


@login_required
@require_POST
def take_back(request: StaffRequest, pk: int) -> HttpResponse:
    return _ended(request, pk, motions.take_back, "take_back_form", _("It is taken back."))


def _ended(request: StaffRequest, pk: int, end: Callable[..., None], name: str, success: str) -> HttpResponse:
    found, form = _visible(request, pk), ReasonForm(request.POST)
    if form.is_valid() and carried_out(
        form, lambda: end(motion=found, reason=form.cleaned_data["reason"], by=request.user)
    ):
        messages.success(request, success)
        return redirect(found)
    return _page(request, found, **{name: form})


def _visible(request: StaffRequest, pk: int) -> Motion:
    related = ("proposed_by", "decided_by", "resolution__meeting")
    return get_object_or_404(Motion.objects.visible_to(request.user).select_related(*related), pk=pk)


def _has_page(user: User, record: Model) -> bool:
    """What has no `visible_to` is everybody's at the desk."""
    records = type(record)._default_manager.all()
    return not hasattr(records, "visible_to") or records.visible_to(user).filter(pk=record.pk).exists()


def _page(request: StaffRequest, found: Motion, **refused: Form) -> HttpResponse:
    """The page of one; a form handed over was refused and is shown with what was typed."""
    record = found.decision.open_to(request.user).filter(pk=found.record).first()
    is_own = found.proposed_by_id == request.user.pk
    asked = record is not None and is_publishable(found.kind)
    reviews = secrecy.standings(found.kind, [record], found.values).values() if asked else ()
    decides = found.is_open and record is not None and request.user.role in found.decision.decided_by
    decided_at = next(filter(None, (companion.page(found) for companion in COMPANIONS)), "")
    context = {
        "secrecy": list(reviews) if found.is_open else [],
        "motion": found,
        "record_url": found.decision.url(record) if record and _has_page(request.user, record) else "",
        "facts": list(found.decision.facts(record, found.values)) if record else [],
        "decided_at": decided_at,
        "may_decide": decides and not decided_at and is_another(request.user, found.proposed_by_id),
        "may_take_back": found.is_open and is_own,
        "agree_form": AgreeForm(motion=found),
        "decline_form": ReasonForm(),
        "take_back_form": ReasonForm(),
        **refused,
    }
    return render(request, "people/motion_detail.html", context, status=422 if refused else 200)
