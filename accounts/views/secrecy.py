"""保密审查 at the desk: what is asked for, and what a second person says."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import ListView

from accounts.deputies import is_another
from accounts.forms.secrecy import SecrecyForm
from accounts.http import StaffRequest
from accounts.models import SecrecyReview, SecrecyReviewQuerySet
from accounts.publishing import is_publishable, publishable_of
from accounts.rules import require_office, reviews_secrecy
from accounts.services import secrecy
from core.acting import attempt, carried_out
from core.previews import previewed


class SecrecyReviewList(LoginRequiredMixin, ListView[SecrecyReview]):
    """What was asked for and given, the newest first."""

    template_name = "people/secrecy_list.html"
    paginate_by = 50
    request: StaffRequest

    def get_queryset(self) -> SecrecyReviewQuerySet:
        if not reviews_secrecy(self.request.user):
            raise Http404
        seen = SecrecyReview.objects.visible_to(self.request.user)
        return seen.select_related("asked_by", "reviewed_by")


@login_required
@require_safe
def secrecy_review(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@login_required
@require_POST
def ask(request: StaffRequest, kind: str) -> HttpResponse:
    """Put what stands at the desk already before another person: all that goes out together in one review."""
    require_office(request.user)
    if not is_publishable(kind):
        raise Http404
    publishable = publishable_of(kind)
    keys = {
        int(key)
        for key in request.POST.getlist("record")
        if key.isascii() and key.isdigit() and len(key) < 12
    }
    records = list(publishable.open_to(request.user).filter(pk__in=keys).order_by("pk"))
    if not records:
        raise Http404
    attempt(
        request,
        lambda: secrecy.ask(kind=kind, records=records, title=request.POST.get("title", ""), by=request.user),
        success=_(secrecy.ASKED),
    )
    return redirect(publishable.url(records[0]))


@login_required
@require_POST
def give(request: StaffRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    form = SecrecyForm(request.POST, read=secrecy.read(found, request.user))
    if form.is_valid() and carried_out(
        form, lambda: secrecy.give(review=found, said=form.said(), by=request.user)
    ):
        messages.success(request, _("Your review is on record; who asked for it is told."))
        return redirect(found)
    return _page(request, found, form)


@login_required
@require_POST
def take_back(request: StaffRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    attempt(
        request,
        lambda: secrecy.take_back(review=found, by=request.user),
        success=_("It is taken back."),
    )
    return redirect(found)


@login_required
@require_POST
@previewed
def put_out(request: StaffRequest, pk: int) -> HttpResponse:
    """Publish what was typed, once it was reviewed."""
    found = _visible(request, pk)
    led_to: list[str] = []
    done = attempt(
        request,
        lambda: led_to.append(secrecy.put_out(review=found, by=request.user)),
        success=_("It is published."),
    )
    return redirect(led_to[0] if done else found)


def _visible(request: StaffRequest, pk: int) -> SecrecyReview:
    if not reviews_secrecy(request.user):
        raise Http404
    seen = SecrecyReview.objects.visible_to(request.user).select_related("asked_by", "reviewed_by")
    return get_object_or_404(seen.prefetch_related("subjects"), pk=pk)


def _page(request: StaffRequest, found: SecrecyReview, refused: SecrecyForm | None = None) -> HttpResponse:
    """What would be public, as it stands now; a form handed over was refused and is shown as it was typed."""
    read = secrecy.read(found, request.user)
    own_part = secrecy.own_part(found, request.user)
    records = secrecy.records_of(found, request.user)
    why_not = next(iter(secrecy.why_nots(found, records)), "")
    may_put_out = found.put_out_on is None and found.publishable.publishes(request.user)
    context = {
        "review": found,
        "parts": read,
        "links": [(str(record), found.publishable.url(record)) for record in records],
        "own_part": own_part,
        "why_not": why_not,
        "form": (refused or SecrecyForm(read=read)) if found.is_waiting and not own_part else None,
        "may_take_back": found.is_waiting and found.asked_by_id == request.user.pk,
        "may_put_out": may_put_out and not why_not and is_another(request.user, found.reviewed_by_id),
    }
    return render(request, "people/secrecy_detail.html", context, status=422 if refused else 200)
