"""Meetings at the desk: planned by the office, answered by whom it invites, told of in an article."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import ListView

from accounts.http import StaffRequest
from accounts.models import User
from accounts.rules import is_office, require_office, sees_city
from assessments.views.pages import file_limits, form_page
from audit.services import note_export
from core.acting import answered, attempt, carried_out
from core.forms import ReasonForm
from core.stored import inline, saved_to_disk
from publicity.enums import EventState, InvitationAnswer
from publicity.forms import CameForm, EventFilesForm, EventFilter, EventForm, InvitationForm
from publicity.models import Commendation, Event, EventFile, Invitation
from publicity.rules import reads_events
from publicity.services import events
from sites.calendar import today
from sites.chosen import chosen_programme, programme_or_404


class EventList(LoginRequiredMixin, ListView[Event]):
    """The meetings of a programme that this person may read, the latest day first."""

    request: StaffRequest
    template_name = "publicity/desk/event_list.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Event]:
        if not reads_events(self.request.user):
            raise Http404
        self.filter = EventFilter(self.request.GET)
        seen = Event.objects.visible_to(self.request.user).filter(programme=chosen_programme(self.request))
        return self.filter.narrow(seen).with_counts().order_by("-held_on", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(filter=self.filter, may_plan=is_office(self.request.user), **kwargs)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    """Plan a meeting, and invite to it."""
    require_office(request.user)
    form = EventForm(request.POST or None, programme=programme_or_404(request), event=None, by=request.user)
    if form.is_valid() and carried_out(form, lambda: form.save(by=request.user)):
        messages.success(request, _("The meeting is planned; who is invited has been told."))
        return redirect(form.saved)
    return form_page(
        request,
        form,
        title=_("Plan a meeting"),
        submit_label=_("Plan it and invite"),
        parent=_("Events"),
        cancel_url="publicity_desk:events",
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change what is planned."""
    require_office(request.user)
    found = _visible(request, pk)
    form = EventForm(request.POST or None, programme=found.programme, event=found, by=request.user)
    if form.is_valid() and carried_out(form, lambda: form.save(by=request.user)):
        messages.success(request, _("The meeting is changed."))
        return redirect(found)
    return form_page(
        request,
        form,
        title=_("Change the meeting"),
        lead=_("If day, hour or place change, everybody is told and answers anew."),
        submit_label=_("Save"),
        parent=found.title,
        cancel_url=found.get_absolute_url(),
    )


@login_required
@require_safe
def event(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@login_required
@require_POST
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    """The own body's answer to its invitation."""
    found = _visible(request, pk)
    own = get_object_or_404(found.invitations.filter(organisation=request.user.organisation_id))
    form = InvitationForm(request.POST, invitation=own)

    def verb() -> None:
        values = form.cleaned_data | {"answer": InvitationAnswer(form.cleaned_data["answer"])}
        events.answer(invitation=own, by=request.user, **values)

    return answered(
        request,
        form,
        verb,
        success=_("Your answer is with the office."),
        to=found,
        page=lambda: _page(request, found, answer=form),
    )


@login_required
@require_POST
def hold(request: StaffRequest, pk: int) -> HttpResponse:
    """Who came; it was held."""
    require_office(request.user)
    found = _visible(request, pk)
    form = CameForm(request.POST, event=found)
    return answered(
        request,
        form,
        lambda: events.hold(event=found, came=form.came(), by=request.user),
        success=_("It is on record who came."),
        to=found,
        page=lambda: _page(request, found, came=form),
    )


@login_required
@require_POST
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    require_office(request.user)
    found, form = _visible(request, pk), ReasonForm(request.POST)
    return answered(
        request,
        form,
        lambda: events.cancel(event=found, by=request.user, **form.cleaned_data),
        success=_("The meeting is called off; who was invited has been told."),
        to=found,
        page=lambda: _page(request, found, cancel=form),
    )


@login_required
@require_POST
def files(request: StaffRequest, pk: int) -> HttpResponse:
    """Add material and pictures."""
    require_office(request.user)
    found, form = _visible(request, pk), EventFilesForm(request.POST, request.FILES)
    return answered(
        request,
        form,
        lambda: events.add_files(event=found, by=request.user, **form.cleaned_data),
        success=_("The files are added."),
        to=found,
        page=lambda: _page(request, found, files=form),
    )


@login_required
@require_POST
def write(request: StaffRequest, pk: int) -> HttpResponse:
    """Begin the article of a meeting that was held."""
    require_office(request.user)
    found = _visible(request, pk)
    attempt(
        request,
        lambda: events.write_of(event=found, by=request.user),
        success=_("The article is begun: facts and pictures are taken over; write on, and publish it."),
    )
    found.refresh_from_db()
    if found.article_id:
        return redirect("publicity_desk:article", found.article_id)
    return redirect(found)


@login_required
@require_safe
def event_file(request: StaffRequest, pk: int) -> FileResponse:
    """As it was added. A picture with what the camera wrote, and what was taken off, is for the office."""
    seen = EventFile.objects.visible_to(request.user)
    if not is_office(request.user):
        seen = seen.standing().filter(shown="")
    file = get_object_or_404(seen, pk=pk)
    response = saved_to_disk(file.file, file.name, file.content_type, sha256=file.sha256)
    note_export(file, name=file.name)
    return response


@login_required
@require_safe
def event_picture(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The picture as everybody who is invited may see it, made anew by the portal."""
    file = _picture(request, pk)
    return inline(request, file.shown, f'"{file.sha256}"')


@login_required
@require_safe
def event_thumbnail(request: StaffRequest, pk: int) -> HttpResponseBase:
    file = _picture(request, pk)
    return inline(request, file.thumbnail, f'"{file.sha256}-small"')


@login_required
@require_POST
def event_file_off(request: StaffRequest, pk: int) -> HttpResponse:
    require_office(request.user)
    file = get_object_or_404(EventFile.objects.visible_to(request.user).select_related("event"), pk=pk)
    attempt(
        request,
        lambda: events.take_off(file=file, by=request.user),
        success=_("The file is taken off; the original stays on record."),
    )
    return redirect(file.event)


def _visible(request: StaffRequest, pk: int) -> Event:
    seen = Event.objects.visible_to(request.user).select_related("programme", "planned_by", "article")
    return get_object_or_404(seen, pk=pk)


def _commendation(user: User, found: Event) -> Commendation | None:
    """What the meeting is about: for the city in any state, for everybody else once it is public."""
    if found.commendation_id is None:
        return None
    seen = Commendation.objects.visible_to(user) if sees_city(user) else Commendation.objects.published()
    return seen.filter(pk=found.commendation_id).first()


def _picture(request: StaffRequest, pk: int) -> EventFile:
    seen = EventFile.objects.visible_to(request.user).standing()
    return get_object_or_404(seen.exclude(shown=""), pk=pk)


def _page(request: StaffRequest, found: Event, **refused: forms.Form) -> HttpResponse:
    """The meeting with what this person may do about it now; the forms by what they do."""
    user, standing = request.user, list(found.files.standing())
    invitations = Invitation.objects.visible_to(user).filter(event=found)
    invitations = invitations.select_related("organisation", "answered_by")
    shown: dict[str, forms.Form] = {}
    if is_office(user) and found.state != EventState.CANCELLED:
        shown["files"] = EventFilesForm()
        if found.held_on <= today():
            shown["came"] = CameForm(event=found)
    if is_office(user) and found.is_planned:
        shown["cancel"] = ReasonForm()
    own = [each for each in invitations if each.organisation_id == user.organisation_id]
    if own and found.is_planned and found.held_on >= today():
        shown["answer"] = InvitationForm(invitation=own[0])
    context = {
        "event": found,
        "commendation": _commendation(user, found),
        "sites": found.sites.exclude(pk__in=user.recused_sites()),
        "invitations": invitations,
        "forms": shown | refused,
        "pictures": [file for file in standing if file.is_picture],
        "material": [file for file in standing if not file.is_picture],
        "may_plan": is_office(user),
        "limits": file_limits(),
    }
    status = 422 if refused else 200
    return render(request, "publicity/desk/event_detail.html", context, status=status)
