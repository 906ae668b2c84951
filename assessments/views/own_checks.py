"""本级自查: the districts' checks of their own governments' work."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import StaffRequest
from accounts.rules import is_district_office, is_office, sees_city
from assessments.enums import OwnCheckAction
from assessments.forms.own_checks import OwnCheckAnswerForm, WordsForm
from assessments.models import OwnCheck, OwnCheckAnswer, OwnCheckFile
from assessments.own_check_steps import STEPS
from assessments.pages import own_checks as pages
from assessments.rules import drafts_own_check
from assessments.services import own_checks
from audit.services import note_export
from core.acting import attempt, carried_out
from core.http import onward
from core.stored import inline, saved_to_disk
from sites.chosen import choose, programme_or_404

from .pages import file_limits, form_page


@login_required
@require_safe
def own_check_list(request: StaffRequest) -> HttpResponse:
    """Who has filed, who has not."""
    user = request.user
    if not (sees_city(user) or is_district_office(user)):
        raise Http404
    programme = programme_or_404(request)
    lines = list(pages.lines(programme, user))
    context = {
        "object_list": lines,
        "programme": programme,
        "due_on": pages.due_in(programme),
        "missing": sum(not line.is_filed for line in lines),
        "may_begin": is_district_office(user) and all(line.check is None for line in lines),
    }
    return render(request, "assessments/own_check_list.html", context)


@login_required
@require_POST
def own_check_begin(request: StaffRequest) -> HttpResponse:
    """Begin the one of the own district; who comes second is led to what was begun."""
    programme = programme_or_404(request)
    attempt(
        request,
        lambda: own_checks.begin(programme=programme, by=request.user),
        success=_("The self-check is begun: say of each item how far it is done."),
    )
    begun = OwnCheck.objects.visible_to(request.user).filter(
        programme=programme, district=request.user.district_id
    )
    return redirect(begun.first() or "assessments:own_checks")


@login_required
@require_safe
def own_check(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_check_answer(request: StaffRequest, pk: int, answer_pk: int) -> HttpResponse:
    """Say how far one item is done; then on to the next of which nothing is said yet."""
    found = _visible(request, pk)
    if not drafts_own_check(request.user, found):
        raise Http404
    answer = get_object_or_404(found.answers.select_related("item"), pk=answer_pk)
    if not found.is_editable and request.method != "POST":
        return redirect(found)
    form = OwnCheckAnswerForm(
        request.POST or None, request.FILES or None, answer=answer, limits=file_limits()
    )
    if form.is_valid() and carried_out(form, lambda: form.save(by=request.user)):
        messages.success(request, _("Saved."))
        return onward(request, _next_address(found))
    return form_page(
        request,
        form,
        title=str(answer.item),
        lead=answer.item.clause,
        submit_label=_("Save and go on"),
        parent=_("Self-check of %(district)s") % {"district": found},
        cancel_url=found.get_absolute_url(),
        upload=True,
    )


@login_required
@require_POST
def own_check_step(request: StaffRequest, pk: int, action: str) -> HttpResponse:
    """Take a step of the table."""
    found, step = _visible(request, pk), STEPS[OwnCheckAction(action)]
    form = WordsForm(request.POST, asks=step.asks) if step.asks else forms.Form(request.POST)

    def verb() -> None:
        note = form.cleaned_data.get("reason", "")
        own_checks.take(check=found, action=OwnCheckAction(action), note=note, by=request.user)

    if step.asks:
        if form.is_valid() and carried_out(form, verb):
            messages.success(request, str(step.done))
            return redirect(found)
        return _page(request, found, refused=(OwnCheckAction(action), form))
    if form.is_valid():
        attempt(request, verb, success=str(step.done))
    return redirect(found)


@login_required
@require_safe
def own_check_evidence(request: StaffRequest, pk: int) -> FileResponse:
    """As it was added. A picture with what the camera wrote, and what was taken off, is for the office."""
    seen = OwnCheckFile.objects.visible_to(request.user)
    if not is_office(request.user):
        seen = seen.standing().filter(shown="")
    file = get_object_or_404(seen, pk=pk)
    response = saved_to_disk(file.file, file.name, file.content_type, sha256=file.sha256)
    note_export(file, name=file.name)
    return response


@login_required
@require_safe
def own_check_picture(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The picture as the portal has made it anew."""
    file = _picture(request, pk)
    return inline(request, file.shown, f'"{file.sha256}"')


@login_required
@require_safe
def own_check_thumbnail(request: StaffRequest, pk: int) -> HttpResponseBase:
    file = _picture(request, pk)
    return inline(request, file.thumbnail, f'"{file.sha256}-small"')


@login_required
@require_POST
def own_check_file_off(request: StaffRequest, pk: int) -> HttpResponse:
    seen = OwnCheckFile.objects.visible_to(request.user).select_related("answer__check_of")
    file = get_object_or_404(seen, pk=pk)
    attempt(
        request,
        lambda: own_checks.take_off(file=file, by=request.user),
        success=_("The file is taken off; the original stays on record."),
    )
    return redirect(file.answer.check_of)


def _visible(request: StaffRequest, pk: int) -> OwnCheck:
    seen = OwnCheck.objects.visible_to(request.user).select_related(
        "programme__rulebook", "district", "drafted_by", "filed_by"
    )
    found = get_object_or_404(seen.prefetch_related("programme__phases"), pk=pk)
    choose(request, found.programme)
    return found


def _picture(request: StaffRequest, pk: int) -> OwnCheckFile:
    seen = OwnCheckFile.objects.visible_to(request.user).standing()
    return get_object_or_404(seen.exclude(shown=""), pk=pk)


def _next_address(found: OwnCheck) -> OwnCheck | str:
    """The form of the next item of which nothing is said, else the self-check."""
    open_one: OwnCheckAnswer | None = found.answers.filter(fulfilment="").first()
    return open_one.get_absolute_url() if open_one else found


def _page(
    request: StaffRequest, found: OwnCheck, refused: tuple[OwnCheckAction, forms.Form] | None = None
) -> HttpResponse:
    """The self-check with what this person may do about it now."""
    user = request.user
    may_write = found.is_editable and drafts_own_check(user, found)
    steps = [(action, STEPS[action]) for action in own_checks.available(found, user)]
    answers = pages.answers_of(found)
    context = {
        "check": found,
        "answers": answers,
        "open_count": sum(not answer.fulfilment for answer in answers),
        "due_on": pages.due_in(found.programme),
        "history": found.steps.select_related("by").order_by("-pk"),
        "last_words": pages.last_words(found),
        "may_write": may_write,
        "is_office": is_office(user),
        "buttons": [(action, step) for action, step in steps if not step.asks],
        "asking": [
            (action, step, refused[1] if refused and refused[0] == action else WordsForm(asks=step.asks))
            for action, step in steps
            if step.asks
        ],
    }
    return render(request, "assessments/own_check_detail.html", context, status=422 if refused else 200)
