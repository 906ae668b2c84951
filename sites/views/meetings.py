"""The leading group at the desk: its meetings, what goes round, and what it decided."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Count, Q, QuerySet
from django.forms import BaseForm
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import ListView

from accounts.enums import MeetingState, SlipAnswer
from accounts.http import StaffRequest
from accounts.models import Meeting, MeetingQuerySet, Resolution, ResolutionQuerySet, Slip
from accounts.rules import is_office, require_city, require_office, sees_city
from accounts.services import meetings as services
from audit.services import note_export
from core.acting import attempt, carried_out
from core.forms import Form, ReasonForm
from core.previews import previewed
from core.stored import saved_to_disk
from sites.calendar import today
from sites.chosen import choose, programme_or_404
from sites.forms.meetings import (
    CirculateForm,
    ItemForm,
    MeetingForm,
    NoteForm,
    PaperSlipForm,
    RecordForm,
    SlipForm,
)
from sites.models import Programme


class MeetingList(LoginRequiredMixin, ListView[Meeting]):
    """The meetings of a programme, the latest first."""

    request: StaffRequest
    template_name = "sites/meeting_list.html"
    paginate_by = 50

    def get_queryset(self) -> MeetingQuerySet:
        if not sees_city(self.request.user):
            raise Http404
        programme = programme_or_404(self.request)
        here = Meeting.objects.visible_to(self.request.user).filter(campaign=programme.pk)
        counted = here.annotate(
            on_agenda=Count("items", filter=~Q(items__state="taken_back")),
            decided=Count("items", filter=Q(items__state="decided")),
        )
        return counted.select_related("chair").order_by("-on", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_prepare=is_office(self.request.user), **kwargs)


class ResolutionList(LoginRequiredMixin, ListView[Resolution]):
    """What was put before the leading group under a programme, the latest first."""

    request: StaffRequest
    template_name = "sites/resolution_list.html"
    paginate_by = 50

    def get_queryset(self) -> ResolutionQuerySet:
        if not sees_city(self.request.user):
            raise Http404
        programme = programme_or_404(self.request)
        here = Resolution.objects.visible_to(self.request.user).filter(campaign=programme.pk)
        return here.select_related("meeting").order_by("-put_on", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_prepare=is_office(self.request.user), **kwargs)


# -- meetings ------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_new(request: StaffRequest) -> HttpResponse:
    """The office calls the leading group together."""
    require_office(request.user)
    programme = programme_or_404(request)
    form = MeetingForm(request.POST or None, campaign=programme.pk)
    made: list[Meeting] = []
    if form.is_valid() and carried_out(
        form,
        lambda: made.append(
            services.plan_meeting(campaign=programme.pk, by=request.user, **form.cleaned_data)
        ),
    ):
        messages.success(
            request, _("The meeting is planned, the members are told. Put its items on the agenda.")
        )
        return redirect(made[0])
    return _form_page(
        request, form, title=_("Plan a meeting of the leading group"), submit_label=_("Plan the meeting")
    )


@login_required
@require_safe
def meeting_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Agenda, members, minutes, and what can be done next."""
    meeting = _meeting(request, pk)
    office = is_office(request.user)
    context = {
        "meeting": meeting,
        "items": meeting.items.order_by("pk"),
        "members": meeting.members.select_related("member"),
        "papers": _papers(meeting),
        "may_prepare": office and meeting.is_planned,
        "may_record": office and meeting.is_planned and meeting.on <= today(),
        "may_confirm": Meeting.objects.to_confirm(request.user).filter(pk=meeting.pk).exists(),
        "may_issue": office and meeting.state == MeetingState.CONFIRMED and meeting.issued_on is None,
    }
    return render(request, "sites/meeting_detail.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Another day, place, chair or circle."""
    require_office(request.user)
    meeting = _meeting(request, pk)
    form = MeetingForm(request.POST or None, meeting=meeting, campaign=meeting.campaign)
    if form.is_valid() and carried_out(
        form, lambda: services.change_meeting(meeting=meeting, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The meeting is changed, and the members are told."))
        return redirect(meeting)
    return _form_page(request, form, title=_("Change this meeting"), submit_label=_("Save"), parent=meeting)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_item(request: StaffRequest, pk: int) -> HttpResponse:
    """One item more on the agenda."""
    require_office(request.user)
    meeting = _meeting(request, pk)
    form = ItemForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, lambda: services.put_on_agenda(meeting=meeting, item=form.item, by=request.user)
    ):
        messages.success(request, _("It is on the agenda."))
        return redirect(meeting)
    return _form_page(
        request, form, title=_("Put an item on the agenda"), submit_label=_("Put it on"), parent=meeting
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_record(request: StaffRequest, pk: int) -> HttpResponse:
    """Who was there, and what was decided."""
    require_office(request.user)
    meeting = _meeting(request, pk)
    form = RecordForm(request.POST or None, meeting=meeting)
    if form.is_valid() and carried_out(
        form,
        lambda: services.record(
            meeting=meeting,
            present=form.cleaned_data["present"],
            outcomes=form.outcomes,
            remarks=form.cleaned_data["remarks"],
            by=request.user,
        ),
    ):
        messages.success(request, _("It is on record; a member who was there confirms the minutes."))
        return redirect(meeting)
    return _form_page(
        request, form, title=_("Record the meeting"), submit_label=_("Put it on record"), parent=meeting
    )


@login_required
@require_POST
def meeting_confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """A member who was there finds the minutes true."""
    meeting = _meeting(request, pk)
    attempt(
        request,
        lambda: services.confirm_minutes(meeting=meeting, by=request.user),
        success=_("The minutes are confirmed; the office issues them."),
    )
    return redirect(meeting)


@login_required
@require_POST
@previewed
def meeting_issue(request: StaffRequest, pk: int) -> HttpResponse:
    """会议纪要 as a paper."""
    meeting = _meeting(request, pk)
    attempt(
        request,
        lambda: services.issue_minutes(meeting=meeting, by=request.user),
        success=_("The minutes are issued; the paper is being made."),
    )
    return redirect(meeting)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decision_note(request: StaffRequest) -> HttpResponse:
    """“Decided at the meeting of …”: on record in one page, and back to the decision that rests on it."""
    require_city(request.user)
    programme = programme_or_404(request)
    form = NoteForm(request.POST or None, kind=request.GET.get("kind", ""), campaign=programme.pk)
    back = _way_back(request)
    if form.is_valid() and carried_out(form, lambda: _note(form, programme, request)):
        messages.success(request, _("It is on record; another member who was there confirms the minutes."))
        return redirect(back or "sites:resolutions")
    context = {
        "form": form,
        "cancel_url": back or reverse("sites:resolutions"),
        "may_prepare": is_office(request.user),
        "programme": programme,
    }
    return render(request, "sites/decision_note.html", context, status=422 if form.errors else 200)


# -- what goes round -----------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def circulate(request: StaffRequest) -> HttpResponse:
    """传批: the office sends an item round."""
    require_office(request.user)
    programme = programme_or_404(request)
    form = CirculateForm(request.POST or None)
    made: list[Resolution] = []
    if form.is_valid() and carried_out(
        form,
        lambda: made.append(
            services.circulate(
                campaign=programme.pk,
                item=form.item,
                members=form.cleaned_data["members"],
                by=request.user,
            )
        ),
    ):
        messages.success(request, _("It goes round; the members are told."))
        return redirect(made[0])
    return _form_page(
        request, form, title=_("Let an item go round"), submit_label=_("Send it round"), items=True
    )


@login_required
@require_safe
def resolution_detail(request: StaffRequest, pk: int) -> HttpResponse:
    return _resolution_page(request, _resolution(request, pk))


@login_required
@require_POST
def resolution_answer(request: StaffRequest, pk: int) -> HttpResponse:
    """A member answers, for themselves or for whom they stand in for."""
    resolution = _resolution(request, pk)
    form = SlipForm(request.POST, slips=_my_slips(request, resolution))
    if form.is_valid() and carried_out(form, lambda: _answer(form, request)):
        messages.success(request, _("Your answer is on record."))
        return redirect(resolution)
    return _resolution_page(request, resolution, answer_form=form)


@login_required
@require_POST
def resolution_slip(request: StaffRequest, pk: int) -> HttpResponse:
    """The office enters a slip that was signed on paper."""
    require_office(request.user)
    resolution = _resolution(request, pk)
    form = PaperSlipForm(request.POST, request.FILES, slips=resolution.slips.filter(answer=""))
    if form.is_valid() and carried_out(form, lambda: _answer(form, request)):
        messages.success(request, _("The signed slip is on record."))
        return redirect(resolution)
    return _resolution_page(request, resolution, paper_form=form)


@login_required
@require_POST
def resolution_take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Off the agenda, or out of circulation."""
    require_office(request.user)
    resolution, form = _resolution(request, pk), ReasonForm(request.POST)
    if form.is_valid() and carried_out(
        form,
        lambda: services.take_back_item(
            resolution=resolution, reason=form.cleaned_data["reason"], by=request.user
        ),
    ):
        messages.success(request, _("It is taken back."))
        return redirect(resolution)
    return _resolution_page(request, resolution, take_back_form=form)


@login_required
@require_safe
def slip_scan(request: StaffRequest, pk: int) -> FileResponse:
    """The signed slip, always as a download."""
    slip = get_object_or_404(Slip.objects.visible_to(request.user).exclude(scan=""), pk=pk)
    response = saved_to_disk(slip.scan, slip.scan_name)
    note_export(slip, name=slip.scan_name)
    return response


# -- the parts -----------------------------------------------------------------------------------------


def _meeting(request: StaffRequest, pk: int) -> Meeting:
    seen = Meeting.objects.visible_to(request.user)
    people = ("chair", "prepared_by", "recorded_by", "confirmed_by")
    meeting = get_object_or_404(seen.select_related(*people), pk=pk)
    choose(request, Programme.objects.get(pk=meeting.campaign))
    return meeting


def _resolution(request: StaffRequest, pk: int) -> Resolution:
    seen = Resolution.objects.visible_to(request.user)
    resolution = get_object_or_404(seen.select_related("meeting", "put_by"), pk=pk)
    choose(request, Programme.objects.get(pk=resolution.campaign))
    return resolution


def _papers(meeting: Meeting) -> QuerySet[Any]:
    """Its minutes, if they are issued: papers live in a room above, and name the meeting by its key."""
    programme = Programme.objects.get(pk=meeting.campaign)
    papers: QuerySet[Any] = programme.documents.filter(kind="minutes", context__meeting=meeting.pk)
    return papers


def _my_slips(request: StaffRequest, resolution: Resolution) -> QuerySet[Slip]:
    return Slip.objects.waiting_for(request.user).filter(resolution=resolution)


def _note(form: NoteForm, programme: Programme, request: StaffRequest) -> None:
    facts = {name: form.cleaned_data[name] for name in ("on", "place", "chair", "present")}
    services.note_decision(campaign=programme.pk, item=form.item, by=request.user, **facts)


def _answer(form: SlipForm, request: StaffRequest) -> None:
    given = form.cleaned_data
    services.answer(
        slip=given["slip"],
        says=SlipAnswer(given["says"]),
        text=given["text"],
        scan=given.get("scan"),
        by=request.user,
    )


def _way_back(request: StaffRequest) -> str:
    """The page of the portal that somebody came from; "" for any other address."""
    back = request.GET.get("back", "")
    return back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else ""


def _resolution_page(request: StaffRequest, resolution: Resolution, **refused: Form) -> HttpResponse:
    """The page of one item; a form handed over was refused and is shown with what was typed."""
    office, goes_round = is_office(request.user), resolution.is_open and resolution.goes_round
    mine = _my_slips(request, resolution)
    waiting = resolution.slips.filter(answer="")
    context = {
        "resolution": resolution,
        "slips": resolution.slips.select_related("member", "by"),
        "answer_form": SlipForm(slips=mine) if goes_round and mine.exists() else None,
        "paper_form": PaperSlipForm(slips=waiting) if goes_round and office else None,
        "take_back_form": ReasonForm() if office and resolution.is_open else None,
        **refused,
    }
    return render(request, "sites/resolution_detail.html", context, status=422 if refused else 200)


def _form_page(
    request: StaffRequest,
    form: BaseForm,
    *,
    title: str,
    submit_label: str,
    parent: Meeting | None = None,
    items: bool = False,
) -> HttpResponse:
    """A page that is one form; 422 when it came back with errors."""
    overview = "sites:resolutions" if items else "sites:meetings"
    context = {
        "form": form,
        "title": title,
        "submit_label": submit_label,
        "parent": parent,
        "cancel_url": resolve_url(parent or overview),
    }
    return render(request, "sites/meeting_form.html", context, status=422 if form.errors else 200)
