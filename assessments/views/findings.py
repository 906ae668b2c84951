"""Each step of a finding's thread: comment, keep, withdraw, answer, verify, send back, extend."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from accounts.http import StaffRequest
from accounts.models import User
from assessments.enums import ReplyKind
from assessments.forms import CommentForm, ExtensionForm, FindingAnswerForm, SendBackForm, TextForm
from assessments.models import Evidence, Finding
from assessments.services import hearing, rectification, thread
from core.acting import attempt, carried_out
from core.http import onward
from sites.calendar import today

from .pages import file_limits, form_page


@login_required
def finding_comment(request: StaffRequest, pk: int) -> HttpResponse:
    """The unit agrees with a finding before the notice, or says why it does not."""
    finding = _finding(request.user, pk, ReplyKind.DISAGREE)
    form = CommentForm(
        request.POST or None,
        request.FILES or None,
        limits=file_limits(),
        has_objected=finding.view == ReplyKind.DISAGREE,
    )
    if form.is_valid() and carried_out(
        form,
        lambda: hearing.comment(
            finding=finding,
            agrees=form.agrees(),
            text=form.cleaned_data["text"],
            files=form.cleaned_data["files"],
            by=request.user,
        ),
    ):
        return onward(request, finding)
    return _finding_page(
        request,
        form,
        finding,
        title=_("Comment on the finding"),
        submit_label=_("Send the comment"),
        upload=True,
    )


@login_required
def finding_uphold(request: StaffRequest, pk: int) -> HttpResponse:
    """The office keeps a finding the unit does not agree with."""
    finding = _finding(request.user, pk, ReplyKind.UPHOLD)
    form = TextForm(request.POST or None, label=_("Why it is kept"))
    if form.is_valid() and carried_out(
        form, lambda: hearing.uphold(finding=finding, by=request.user, **form.cleaned_data)
    ):
        return redirect(finding)
    return _finding_page(request, form, finding, title=_("Keep the finding"), submit_label=_("Keep it"))


@login_required
def finding_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """The office takes a finding back before the notice."""
    finding = _finding(request.user, pk, ReplyKind.WITHDRAW)
    form = TextForm(
        request.POST or None,
        label=_("Why it is withdrawn"),
        help_text=_("The mark stays as signed. Where it is wrong, unlock the signed sheet instead."),
    )
    if form.is_valid() and carried_out(
        form, lambda: hearing.withdraw(finding=finding, by=request.user, **form.cleaned_data)
    ):
        return redirect(finding)
    return _finding_page(
        request,
        form,
        finding,
        title=_("Withdraw the finding"),
        submit_label=_("Withdraw it"),
        danger=True,
    )


@login_required
def finding_answer(request: StaffRequest, pk: int) -> HttpResponse:
    """The unit says what it has done, with files."""
    finding = _finding(request.user, pk, ReplyKind.ANSWER)
    filed = Evidence.objects.visible_to(request.user).current().filter(site=finding.assessment.site)
    form = FindingAnswerForm(
        request.POST or None,
        request.FILES or None,
        limits=file_limits(),
        evidence=filed.filter(assessment=None),
    )
    if form.is_valid() and carried_out(
        form, lambda: rectification.answer(finding=finding, by=request.user, **form.cleaned_data)
    ):
        return onward(request, finding)
    return _finding_page(
        request,
        form,
        finding,
        title=_("Answer the finding"),
        submit_label=_("Send the answer"),
        upload=True,
    )


@login_required
def finding_send_back(request: StaffRequest, pk: int) -> HttpResponse:
    """The office says what is still wanting."""
    finding = _finding(request.user, pk, ReplyKind.SEND_BACK)
    form = SendBackForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, lambda: rectification.send_back(finding=finding, by=request.user, **form.cleaned_data)
    ):
        return redirect(finding)
    over = _("The deadline is over: without more working days the finding is overdue at once.")
    return _finding_page(
        request,
        form,
        finding,
        title=_("Send the answer back"),
        submit_label=_("Send back"),
        warning=over if finding.deadline and finding.deadline < today() else "",
    )


@login_required
def finding_extend(request: StaffRequest, pk: int) -> HttpResponse:
    """The office gives more time."""
    finding = _finding(request.user, pk, ReplyKind.EXTEND)
    form = ExtensionForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, lambda: rectification.extend(finding=finding, by=request.user, **form.cleaned_data)
    ):
        return redirect(finding)
    return _finding_page(request, form, finding, title=_("Extend the deadline"), submit_label=_("Extend"))


@login_required
@require_POST
def finding_confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """The district's office confirms what its site has answered."""
    finding = _finding(request.user, pk, ReplyKind.CONFIRM)
    form = TextForm(request.POST, label=_("Note on what was seen"), required=False)
    if not form.is_valid():
        label = pgettext("button", "Confirmed")
        return _finding_page(request, form, finding, title=_("Confirm the answer"), submit_label=label)
    attempt(
        request,
        lambda: rectification.confirm(finding=finding, by=request.user, **form.cleaned_data),
        success=_("The answer to %(finding)s is confirmed; the municipal office verifies it.")
        % {"finding": finding},
    )
    return redirect(finding)


@login_required
def finding_return(request: StaffRequest, pk: int) -> HttpResponse:
    """The district's office says what is still wanting in an answer of its site."""
    finding = _finding(request.user, pk, ReplyKind.RETURN)
    form = TextForm(request.POST or None, label=_("What is still wanting"))
    if form.is_valid() and carried_out(
        form, lambda: rectification.give_back(finding=finding, by=request.user, **form.cleaned_data)
    ):
        return redirect(finding)
    over = _("The deadline is over: the finding is overdue at once. The municipal office can give more time.")
    return _finding_page(
        request,
        form,
        finding,
        title=_("Send the answer back"),
        submit_label=_("Send back"),
        warning=over if finding.deadline and finding.deadline < today() else "",
    )


@login_required
@require_POST
def finding_verify(request: StaffRequest, pk: int) -> HttpResponse:
    """The office has looked: the gap is closed."""
    finding = _finding(request.user, pk, ReplyKind.VERIFY)
    form = TextForm(request.POST, label=_("Note on what was seen"), required=False)
    if not form.is_valid():
        label = pgettext("button", "Verified")
        return _finding_page(request, form, finding, title=_("Verify the finding"), submit_label=label)
    attempt(
        request,
        lambda: rectification.verify(finding=finding, by=request.user, **form.cleaned_data),
        success=_("%(finding)s is verified.") % {"finding": finding},
    )
    return redirect(finding)


def _finding(user: User, pk: int, step: ReplyKind) -> Finding:
    """A finding this person sees, and may take the step with; where it stands is the service's to ask."""
    related = Finding.objects.visible_to(user).select_related(
        "item", "assessment__site__organisation", "assessment__site__programme", "assessment__site__filing"
    )
    finding = get_object_or_404(related.with_view(), pk=pk)
    thread.require_actor(step, finding.assessment.site, user)
    return finding


def _finding_page(
    request: StaffRequest,
    form: forms.BaseForm,
    finding: Finding,
    *,
    title: str,
    submit_label: str,
    danger: bool = False,
    upload: bool = False,
    warning: str = "",
) -> HttpResponse:
    return form_page(
        request,
        form,
        title=title,
        lead=str(finding),
        finding=finding,
        said=finding.replies.filter(kind__in=ReplyKind.IN_WORDS).exclude(text="").last(),
        submit_label=submit_label,
        parent=str(finding.assessment.site),
        cancel_url=finding.get_absolute_url(),
        danger=danger,
        upload=upload,
        warning=warning,
    )
