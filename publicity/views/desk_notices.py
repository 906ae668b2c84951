"""Notices at the desk: the office publishes and withdraws, the leading group names."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch, Q, QuerySet
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import ListView

from accounts.http import StaffRequest
from accounts.models import Motion, SecrecyReview, User
from accounts.rules import is_leading_group, is_office, require_office
from accounts.services import motions, secrecy
from core.acting import carried_out
from core.previews import previewed
from publicity.enums import NoticeState
from publicity.forms import AnnounceForm, ExtendForm, NameForm, ReasonForm
from publicity.models import Notice, NoticeSite, Objection
from publicity.notice_sheets import SIZES
from publicity.rules import reads_notices
from publicity.services import naming, notices, outlets
from sites.calendar import today
from sites.chosen import chosen_programme, programme_or_404
from sites.enums import Stage
from sites.models import Site


class NoticeList(LoginRequiredMixin, ListView[Notice]):
    """The notices with their sites and open objections, newest first."""

    request: StaffRequest
    template_name = "publicity/desk/notice_list.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Notice]:
        if not reads_notices(self.request.user):
            raise Http404
        seen = Site.objects.visible_to(self.request.user)
        open_objections = Q(objections__in=Objection.objects.known_to(self.request.user).open())
        counted = Notice.objects.visible_to(self.request.user).filter(
            programme=chosen_programme(self.request)
        )
        counted = counted.annotate(
            site_count=Count("entries", filter=Q(entries__site__in=seen), distinct=True),
            open_objections=Count("objections", filter=open_objections, distinct=True),
        )
        return counted.order_by("-published_on", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_add=is_office(self.request.user), **kwargs)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    """Prepare a notice: it is published from its secrecy review; the end is counted and shown before."""
    require_office(request.user)
    programme = programme_or_404(request)
    form = AnnounceForm(request.POST or None, programme=programme, by=request.user)
    if request.method == "POST" and form.is_valid() and carried_out(form, lambda: form.save(by=request.user)):
        messages.success(request, _(secrecy.ASKED))
        return redirect(form.review)
    prepared = SecrecyReview.objects.visible_to(request.user, kind="notice").filter(put_out_on=None)
    context = {
        "form": form,
        "period": form.period,
        "prepared": prepared.filter(subjects__record__in=form.accepted.values("pk")).distinct(),
    }
    return render(request, "publicity/desk/notice_form.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def notice(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@login_required
@require_POST
def extend(request: StaffRequest, pk: int) -> HttpResponse:
    """More days; the new end is counted and shown before."""
    found = _visible(request, pk)
    form = ExtendForm(request.POST, notice=found)
    return _moved(request, found, form, "extend", form.values)


@login_required
@require_POST
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    found, form = _visible(request, pk), ReasonForm(request.POST)
    return _moved(request, found, form, "withdraw", lambda: form.cleaned_data)


def _moved(
    request: StaffRequest, found: Notice, form: Form, act: str, values: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """Put before another person; the notice stays as it is until then."""
    if not (is_office(request.user) and notices.may_change(found, request.user)):
        raise PermissionDenied
    kind = f"notice.{act}"
    if form.is_valid() and carried_out(
        form, lambda: motions.move(kind=kind, record=found, values=values(), by=request.user)
    ):
        messages.success(request, _(motions.MOVED))
        return redirect("publicity_desk:notice", found.pk)
    return _page(request, found, **{f"{act}_form": form})


@login_required
@require_POST
@previewed
def name(request: StaffRequest, pk: int) -> HttpResponse:
    """命名: one decision over the chosen sites."""
    found = _visible(request, pk)
    if not is_leading_group(request.user):
        raise PermissionDenied
    form = NameForm(request.POST, notice=found, by=request.user)
    if form.is_valid() and carried_out(
        form,
        lambda: naming.name_sites(
            notice=found,
            sites=list(form.cleaned_data["sites"]),
            resolution=form.cleaned_data["resolution"],
            by=request.user,
        ),
    ):
        messages.success(request, _("The sites are named; the decision is being made."))
        return redirect("publicity_desk:notice", pk)
    return _page(request, found, name_form=form)


def _visible(request: StaffRequest, pk: int) -> Notice:
    seen = Notice.objects.visible_to(request.user).select_related("document", "published_by")
    return get_object_or_404(seen, pk=pk)


def _can_name(user: User, rows: list[tuple[NoticeSite, list[str]]]) -> bool:
    free = any(not obstacles and entry.site.stage == Stage.ON_NOTICE for entry, obstacles in rows)
    return free and is_leading_group(user)


def _secrecy(user: User, rows: list[tuple[NoticeSite, list[str]]]) -> dict[str, Any]:
    """How it stands with the secrecy reviews of the sites that can be named, where one is missing."""
    sites = [entry.site for entry, why in rows if not why and entry.site.stage == Stage.ON_NOTICE]
    found = [each for each in secrecy.standings("site", sites).values() if each.why_not]
    may_ask = is_office(user) and any(each.may_be_asked for each in found)
    return {"secrecy": found, "secrecy_kind": "site", "may_ask": may_ask}


def _made_known(found: Notice) -> dict[str, Any]:
    """Where it is made known, and what of that is still to be done while it runs."""
    promises, on_record = list(found.promises.all()), list(found.outlets.all())
    is_running = found.is_running(today())
    return {
        "made_known": notices.made_known(promise.kind for promise in promises),
        "outlets": on_record,
        "missing": outlets.missing(promises, on_record) if is_running else [],
        "poster_sizes": SIZES if is_running else [],
    }


def _page(request: StaffRequest, found: Notice, **refused: Form) -> HttpResponse:
    """The notice's page; a form handed over was refused and is shown with what was typed."""
    # A letter's state and date only: who wrote it and what stays unread here.
    letters = Objection.objects.known_to(request.user).defer("objector_name", "objector_phone", "text")
    entries = found.entries.visible_to(request.user).select_related("site__naming")
    entries = entries.prefetch_related(Prefetch("site__objections", letters))
    rows = [
        (entry, [] if entry.removed_on else naming.naming_obstacles(found, entry.site)) for entry in entries
    ]
    here = [
        letter
        for entry, _why in rows
        for letter in entry.site.objections.all()
        if letter.notice_id == found.pk
    ]
    moved = Motion.objects.visible_to(request.user).about(found).open()
    may_move = is_office(request.user) and notices.may_change(found, request.user)
    changes = found.is_running(today()) and may_move and not moved
    context = {
        "notice": found,
        "motions": moved,
        "extensions": found.extensions.select_related("by", "document"),
        "rows": rows,
        "may_record": found.state != NoticeState.WITHDRAWN and may_move,
        **_made_known(found),
        "objections": here,
        "extend_form": ExtendForm(notice=found) if changes else None,
        "withdraw_form": ReasonForm() if changes else None,
        "name_form": NameForm(notice=found, by=request.user) if _can_name(request.user, rows) else None,
        **_secrecy(request.user, rows),
        **refused,
    }
    return render(request, "publicity/desk/notice_detail.html", context, status=422 if refused else 200)
