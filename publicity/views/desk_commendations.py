"""Commendations at the desk: drafted and put forward by the office, decided by the leading group."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import ListView

from accounts.http import StaffRequest
from accounts.rules import is_leading_group, is_office, require_office
from accounts.services import secrecy
from assessments.views.pages import form_page
from core.acting import answered, attempt, carried_out
from core.forms import ReasonForm
from core.previews import previewed
from publicity.forms.commendations import (
    LINE_FORMS,
    BodyLineForm,
    CommendationForm,
    CommendForm,
    LineForm,
    PersonLineForm,
    SiteLineForm,
    form_of,
)
from publicity.models import Commendation, CommendationLine
from publicity.models.commendations import CommendationQuerySet
from publicity.rules import reads_commendations
from publicity.services import commendations as services
from sites.chosen import chosen_programme, programme_or_404

_TITLES = {
    SiteLineForm: gettext_lazy("Commend a site"),
    BodyLineForm: gettext_lazy("Commend another body"),
    PersonLineForm: gettext_lazy("Commend a person"),
}


class CommendationList(LoginRequiredMixin, ListView[Commendation]):
    """The commendations of a programme, newest first."""

    request: StaffRequest
    template_name = "publicity/desk/commendation_list.html"
    paginate_by = 50

    def get_queryset(self) -> CommendationQuerySet:
        if not reads_commendations(self.request.user):
            raise Http404
        seen = Commendation.objects.visible_to(self.request.user)
        here = seen.filter(programme=chosen_programme(self.request)).select_related("decision")
        return here.with_counts().order_by("-drafted_on", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_draft=is_office(self.request.user), **kwargs)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    """Begin one; who is commended is put down on its page."""
    require_office(request.user)
    form = CommendationForm(request.POST or None, programme=programme_or_404(request))
    if form.is_valid() and carried_out(form, lambda: form.save(by=request.user)):
        messages.success(request, _("The commendation is begun; put down who is commended."))
        return redirect(form.saved)
    return form_page(
        request,
        form,
        title=_("Draft a commendation"),
        submit_label=_("Begin it"),
        parent=_("Commendations"),
        cancel_url="publicity_desk:commendations",
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change its words."""
    require_office(request.user)
    found = _visible(request, pk)
    form = CommendationForm(request.POST or None, programme=found.programme, commendation=found)
    if form.is_valid() and carried_out(form, lambda: form.save(by=request.user)):
        messages.success(request, _("The commendation is changed."))
        return redirect(found)
    return _form_page(request, form, found, _("Change the commendation"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_line(request: StaffRequest, pk: int, about: str) -> HttpResponse:
    """Put a site, another body or a person on the list."""
    require_office(request.user)
    found = _visible(request, pk)
    if about not in LINE_FORMS:
        raise Http404
    form = LINE_FORMS[about](request.POST or None, commendation=found, by=request.user)
    return _line_page(request, form, found)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_line(request: StaffRequest, pk: int) -> HttpResponse:
    require_office(request.user)
    line = _line(request, pk)
    found = line.commendation
    form = form_of(line)(request.POST or None, commendation=found, line=line, by=request.user)
    return _line_page(request, form, found)


@login_required
@require_POST
def drop_line(request: StaffRequest, pk: int) -> HttpResponse:
    require_office(request.user)
    line = _line(request, pk)
    told = _("%(who)s is taken off the list.") % {"who": line.name}
    attempt(request, lambda: services.drop_line(line=line, by=request.user), success=told)
    return redirect(line.commendation)


@login_required
@require_safe
def commendation(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@login_required
@require_POST
def put_forward(request: StaffRequest, pk: int) -> HttpResponse:
    require_office(request.user)
    found = _visible(request, pk)
    attempt(
        request,
        lambda: services.put_forward(commendation=found, by=request.user),
        success=_("It is before the leading group; another person reviews it for secrets."),
    )
    return redirect(found)


@login_required
@require_POST
def take_back(request: StaffRequest, pk: int) -> HttpResponse:
    found, form = _visible(request, pk), ReasonForm(request.POST)
    return answered(
        request,
        form,
        lambda: services.take_back(commendation=found, by=request.user, **form.cleaned_data),
        success=_("It is a draft again, and can be changed."),
        to=found,
        page=lambda: _page(request, found, take_back=form),
    )


@login_required
@require_POST
@previewed
def decide(request: StaffRequest, pk: int) -> HttpResponse:
    """The leading group commends."""
    if not is_leading_group(request.user):
        raise PermissionDenied
    found = _visible(request, pk)
    form = CommendForm(request.POST, commendation=found)
    return answered(
        request,
        form,
        lambda: services.decide(commendation=found, by=request.user, **form.cleaned_data),
        success=_("It is decided; the paper is issued, and the public page shows the list."),
        to=found,
        page=lambda: _page(request, found, decide=form),
    )


def _visible(request: StaffRequest, pk: int) -> Commendation:
    related = ("programme", "drafted_by", "put_by", "decided_by", "resolution__meeting", "decision")
    return get_object_or_404(Commendation.objects.visible_to(request.user).select_related(*related), pk=pk)


def _line(request: StaffRequest, pk: int) -> CommendationLine:
    """As far as its list is open to this person."""
    seen = Commendation.objects.visible_to(request.user)
    lines = CommendationLine.objects.filter(commendation__in=seen)
    return get_object_or_404(lines.select_related("commendation", "site", "organisation"), pk=pk)


def _line_page(request: StaffRequest, form: LineForm, found: Commendation) -> HttpResponse:
    if form.is_valid() and carried_out(form, lambda: form.save(by=request.user)):
        messages.success(request, _("It is on the list."))
        return redirect(found)
    return _form_page(request, form, found, str(_TITLES[type(form)]))


def _form_page(request: StaffRequest, form: forms.Form, found: Commendation, title: str) -> HttpResponse:
    return form_page(
        request,
        form,
        title=title,
        submit_label=_("Save"),
        parent=found.title,
        cancel_url=found.get_absolute_url(),
    )


def _page(request: StaffRequest, found: Commendation, **refused: forms.Form) -> HttpResponse:
    """The commendation with what this person may do about it now; the forms by what they do."""
    user, shown = request.user, dict[str, forms.Form]()
    context: dict[str, Any] = {}
    if found.is_put_forward:
        (standing,) = secrecy.standings(services.KIND, [found]).values()
        may_ask = is_office(user) and standing.may_be_asked
        context = {"secrecy": [standing], "secrecy_kind": services.KIND, "may_ask": may_ask}
        may_decide = services.may_decide(found, user)
        if found.put_by_id == user.pk or may_decide:
            shown["take_back"] = ReasonForm()
        if may_decide:
            context["why_not"] = standing.why_not_by(user)
            shown["decide"] = CommendForm(commendation=found)
    context |= {
        "commendation": found,
        "lines": list(found.lines.in_order()),
        "events": found.events.order_by("held_on"),
        "forms": shown | refused,
        "may_write": is_office(user) and found.is_draft,
    }
    return render(request, "publicity/desk/commendation_detail.html", context, status=422 if refused else 200)
