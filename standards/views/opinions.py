"""征求意见: asking for opinions on a draft, giving one, answering what was proposed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import StaffRequest
from core.acting import carried_out
from standards import services
from standards.consulted import consulted
from standards.forms import AskForm, OpinionForm, ReplyForm
from standards.models import Opinion, Proposal, Rulebook
from standards.rules import answers_for_organisation, reads_drafts, writes_versions
from standards.wording import read

from .fetching import draft_or_404, form_page, version_or_404


@login_required
@require_safe
def overview(request: StaffRequest, pk: int) -> HttpResponse:
    """Who was asked, what each said, and what the office answered."""
    version = version_or_404(Rulebook, pk, request.user)
    if not reads_drafts(request.user):
        raise PermissionDenied
    found = consulted(version)
    if found is None:
        raise Http404
    context = {
        "version": version,
        "consulted": found,
        "may_reply": version.is_draft and writes_versions(request.user),
    }
    return render(request, "standards/opinion_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def ask(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a draft to districts and units."""
    version = draft_or_404(Rulebook, pk, request.user)
    form = AskForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, lambda: services.ask(draft=version, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The draft has been sent for opinions."))
        return redirect("standards:opinions", version.pk)
    return form_page(
        request,
        version,
        form,
        title=_("Ask for opinions on the draft"),
        lead=_(
            "Who is asked reads the draft, agrees or proposes changes, and reads your answer to each of them."
        ),
        submit_label=_("Send the draft"),
    )


@login_required
@require_http_methods(["GET", "POST"])
def opinion(request: StaffRequest, pk: int) -> HttpResponse:
    """What one organisation says: to be given by its people, to be read by them and by the city."""
    asked = Opinion.objects.select_related("consultation__rulebook", "organisation", "answered_by")
    found = get_object_or_404(asked.visible_to(request.user), pk=pk)
    version = version_or_404(Rulebook, found.consultation.rulebook_id, request.user)
    may_give = not found.stance and version.is_draft and answers_for_organisation(request.user)
    form = OpinionForm(request.POST or None, chapters=read(version)) if may_give else None
    if request.method == "POST" and form is None:
        raise PermissionDenied
    if (
        form
        and form.is_valid()
        and carried_out(
            form,
            lambda: services.give(
                opinion=found,
                stance=form.cleaned_data["stance"],
                proposals=form.proposals(),
                by=request.user,
            ),
        )
    ):
        messages.success(request, _("Your opinion has been given."))
        return redirect(found)
    context = {
        "opinion": found,
        "version": version,
        "form": form,
        "proposals": found.proposals.all(),
        "consulted": consulted(version),
    }
    return render(
        request, "standards/opinion_detail.html", context, status=422 if form and form.errors else 200
    )


@login_required
@require_http_methods(["GET", "POST"])
def proposal(request: StaffRequest, pk: int) -> HttpResponse:
    """The office's answer to one proposal."""
    proposals = Proposal.objects.select_related("opinion__consultation__rulebook", "opinion__organisation")
    found = get_object_or_404(proposals.visible_to(request.user), pk=pk)
    version = draft_or_404(Rulebook, found.opinion.consultation.rulebook_id, request.user)
    form = ReplyForm(request.POST or None, instance=found)
    if form.is_valid() and carried_out(
        form,
        lambda: services.reply(
            proposal=found,
            taken=form.cleaned_data["taken"],
            reason=form.cleaned_data["reason"],
            by=request.user,
        ),
    ):
        return redirect("standards:opinions", version.pk)
    return form_page(
        request,
        version,
        form,
        title=_("Answer a proposal"),
        lead=_("%(organisation)s on %(about)s: %(text)s")
        % {
            "organisation": found.opinion.organisation,
            "about": found.about or _("the draft as a whole"),
            "text": found.text,
        },
        submit_label=_("Save the answer"),
    )
