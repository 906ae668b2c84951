"""What follows a naming: the plaque, rechecks and complaints, warning, answering, hearing, revoking."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.exported import ExportedList
from accounts.http import OfCampaign, StaffRequest
from accounts.rules import is_leading_group, is_office, require_city, require_office
from accounts.services import secrecy
from assessments.forms import AnswerForm
from assessments.views.pages import file_limits, form_page
from core.acting import carried_out
from core.http import onward
from core.stored import inline
from publicity.forms import (
    ComplaintForm,
    HearForm,
    NamingFilter,
    PlaqueForm,
    PlaqueReturnForm,
    RestoreForm,
    RevokeForm,
    StatementForm,
    VisitForm,
    WarnForm,
)
from publicity.models import Naming, RecheckPicture, Revocation
from publicity.models.naming import NamingQuerySet
from publicity.pages.naming import NamingPage
from publicity.services import naming as services
from publicity.services import tracking, warned
from sites.chosen import chosen_programme
from sites.enums import Action
from sites.rules import is_own_unit
from tables.writing import Head, Row


class NamingList(OfCampaign, ExportedList):
    """The plaque register, newest first."""

    template_name = "publicity/desk/naming_list.html"
    title = gettext_lazy("Plaque register")

    def get_queryset(self) -> NamingQuerySet:
        self.filter = narrowing = NamingFilter(self.request.GET)
        visible = Naming.objects.visible_to(self.request.user)
        here = visible.filter(site__programme=chosen_programme(self.request))
        return narrowing.narrow(here).select_related("site__organisation", "decision", "revocation")

    def heads(self) -> list[Head]:
        return [
            _("Plaque number"),
            _("Site"),
            _("Unit"),
            _("Level"),
            _("Kind"),
            _("State"),
            _("Named on"),
            _("Decision"),
            _("Plaque handed over on"),
            _("Received by"),
            _("Revoked on"),
            _("Plaque taken back on"),
        ]

    def row(self, record: Naming) -> Row:
        site, revocation = record.site, getattr(record, "revocation", None)
        return [
            record.plaque_number,
            site.window_name,
            site.organisation.name,
            site.get_level_display(),
            site.get_kind_display(),
            site.get_stage_display(),
            record.named_on,
            record.decision.full_number,
            record.plaque_handed_on,
            record.plaque_received_by,
            revocation and revocation.revoked_on,
            revocation and revocation.plaque_returned_on,
        ]


@login_required
@require_safe
def naming(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@login_required
@require_POST
def plaque(request: StaffRequest, pk: int) -> HttpResponse:
    named = _visible(request, pk)
    form = PlaqueForm(request.POST, naming=named)
    require_office(request.user)
    return _carry_out(
        request,
        named,
        form,
        lambda: services.hand_over_plaque(naming=named, by=request.user, **form.cleaned_data),
        _("The plaque's receipt is on record."),
    )


@login_required
@require_POST
def plaque_return(request: StaffRequest, pk: int) -> HttpResponse:
    named = _visible(request, pk)
    require_office(request.user)
    revocation = get_object_or_404(Revocation, naming=named)
    form = PlaqueReturnForm(request.POST, revocation=revocation)
    return _carry_out(
        request,
        named,
        form,
        lambda: services.take_back_plaque(revocation=revocation, by=request.user, **form.cleaned_data),
        _("That the plaque was taken back is on record."),
    )


@login_required
@require_POST
def complaint(request: StaffRequest, pk: int) -> HttpResponse:
    named, form = _visible(request, pk), ComplaintForm(request.POST)
    require_office(request.user)
    return _step(request, named, form, tracking.record_complaint, _("It is on file."))


@login_required
@require_POST
def warn(request: StaffRequest, pk: int) -> HttpResponse:
    named = _visible(request, pk)
    require_city(request.user)
    form = WarnForm(request.POST, naming=named)
    return _prepare(request, named, form, Action.WARN)


@login_required
@require_POST
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    named = _visible(request, pk)
    require_city(request.user)
    form = RestoreForm(request.POST, naming=named, by=request.user)
    return _prepare(request, named, form, Action.RESTORE)


@login_required
@require_POST
def hear(request: StaffRequest, pk: int) -> HttpResponse:
    """The office proposes a revocation, and asks the unit for its view."""
    named = _visible(request, pk)
    require_office(request.user)
    form = HearForm(request.POST, programme=named.site.programme)
    done = _("The unit is told, with the grounds and the day until which it may state its view.")
    return _step(request, named, form, warned.hear, done)


@login_required
@require_POST
def statement(request: StaffRequest, pk: int) -> HttpResponse:
    """The unit's view on the revocation that is considered."""
    named, form = _visible(request, pk), StatementForm(request.POST)
    done = _("Your view is on file; the leading group reads it before it decides.")
    return _step(request, named, form, warned.state_view, done)


@login_required
@require_POST
def revoke(request: StaffRequest, pk: int) -> HttpResponse:
    named = _visible(request, pk)
    if not is_leading_group(request.user):
        raise PermissionDenied
    form = RevokeForm(request.POST, naming=named, warned=NamingPage(named, request.user).warned)
    return _prepare(request, named, form, Action.REVOKE)


@login_required
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    """A warned unit says what it has mended, with files, and asks for the recheck."""
    named = _visible(request, pk)
    if not is_own_unit(request.user, named.site):
        raise PermissionDenied
    form = AnswerForm(request.POST or None, request.FILES or None, limits=file_limits())
    if form.is_valid() and carried_out(
        form, lambda: warned.answer(naming=named, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The answer is on file, and the office is asked for the recheck."))
        return onward(request, tracking.page_of(named))
    return form_page(
        request,
        form,
        title=_("Answer the warning"),
        lead=_("Say what has been mended, and show it. With the answer you ask for the recheck."),
        submit_label=_("Send the answer and ask for the recheck"),
        parent=str(named),
        cancel_url=tracking.page_of(named),
        upload=True,
    )


@login_required
def recheck(request: StaffRequest, pk: int) -> HttpResponse:
    """What a recheck found: who was there and when, thing by thing, with pictures."""
    named = _visible(request, pk)
    require_office(request.user)
    form = VisitForm(
        request.POST or None, request.FILES or None, naming=named, limits=file_limits(pictures=True)
    )
    if form.is_valid() and carried_out(
        form,
        lambda: tracking.record_recheck(
            naming=named, visit=form.visit(), files=form.cleaned_data["files"], by=request.user
        ),
    ):
        messages.success(request, _("The recheck is on file."))
        return onward(request, tracking.page_of(named))
    return form_page(
        request,
        form,
        title=_("Record a recheck"),
        lead=_(
            "It is the recheck that waits, if one does. Whoever records it does not decide what comes of it: "
            "another person warns, lifts a warning, or revokes."
        ),
        submit_label=_("Put it on file"),
        parent=str(named),
        cancel_url=tracking.page_of(named),
        upload=True,
    )


@login_required
@require_safe
def recheck_picture(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The picture as everybody may see it, made anew by the portal."""
    picture = _picture(request, pk)
    return inline(request, picture.shown, f'"{picture.sha256}"')


@login_required
@require_safe
def recheck_thumbnail(request: StaffRequest, pk: int) -> HttpResponseBase:
    picture = _picture(request, pk)
    return inline(request, picture.thumbnail, f'"{picture.sha256}-small"')


def _picture(request: StaffRequest, pk: int) -> RecheckPicture:
    return get_object_or_404(RecheckPicture.objects.visible_to(request.user), pk=pk)


def _prepare(request: StaffRequest, named: Naming, form: Form, step: Action) -> HttpResponse:
    """A step whose words are public: another person reads them first, and its review's page takes it."""
    return _step(request, named, form, partial(warned.prepare, step=step), _(secrecy.ASKED))


def _step(
    request: StaffRequest, named: Naming, form: Form, verb: Callable[..., object], success: str
) -> HttpResponse:
    """One step of the workflow with its reason; the table says who may."""
    return _carry_out(
        request, named, form, lambda: verb(naming=named, by=request.user, **form.cleaned_data), success
    )


def _carry_out(
    request: StaffRequest, named: Naming, form: Form, verb: Callable[[], object], success: str
) -> HttpResponse:
    if form.is_valid() and carried_out(form, verb):
        messages.success(request, success)
        return redirect("publicity_desk:naming", named.pk)
    return _page(request, named, refused=form)


# What a naming and its revocation rest on, and their papers.
_PAPERS = ("decision", "resolution__meeting", "revocation__decision", "revocation__resolution__meeting")


def _visible(request: StaffRequest, pk: int) -> Naming:
    seen = Naming.objects.visible_to(request.user)
    of_site = ("site__organisation", "site__filing", "site__programme__rulebook")
    return get_object_or_404(seen.select_related(*of_site, *_PAPERS), pk=pk)


def _page(request: StaffRequest, named: Naming, *, refused: Form | None = None) -> HttpResponse:
    """The naming with its forms; a refused one is shown with what was typed."""
    page = NamingPage(named, request.user)
    context: dict[str, Any] = {
        "naming": named,
        "page": page,
        "may_write": is_office(request.user),
        "forms": _forms(named, page, refused),
    }
    return render(request, "publicity/desk/naming_detail.html", context, status=422 if refused else 200)


def _forms(named: Naming, page: NamingPage, refused: Form | None) -> dict[str, Form]:
    programme = named.site.programme
    forms: dict[str, Form] = {
        "plaque": PlaqueForm(naming=named),
        "back": PlaqueReturnForm(revocation=page.revocation),
        "complaint": ComplaintForm(),
        "warn": WarnForm(naming=named),
        "reason": RestoreForm(naming=named, by=page.reader),
        "hear": HearForm(programme=programme),
        "statement": StatementForm(),
        "revoke": RevokeForm(naming=named, warned=page.warned),
    }
    return {
        name: refused if refused is not None and type(refused) is type(form) else form
        for name, form in forms.items()
    }
