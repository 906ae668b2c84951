"""Rounds: opening and closing them, and how far their sheets are."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import ListView

from accounts.http import OfCampaign, StaffRequest
from accounts.models import User
from accounts.rules import require_office
from assessments.enums import RoundKind
from assessments.forms import RoundForm
from assessments.models import Assessment, Round, Sheet
from assessments.pages.round import short_of_members, teams_of
from assessments.queries import count_of_items, count_of_marks
from assessments.rules import follows_rounds, runs_rounds
from assessments.services import rounds
from assessments.services.team_papers import team_papers
from core.acting import carried_out
from core.forms import Form
from sites.chosen import chosen_programme, kept, programme_or_404
from sites.models import Site

from .pages import PAGE, form_page, visible_round


class RoundList(OfCampaign, ListView[Round]):
    """The rounds, the newest first; an inspector sees those its teams are in."""

    template_name = "assessments/round_list.html"
    paginate_by = PAGE
    request: StaffRequest

    def get_queryset(self) -> QuerySet[Round]:
        return Round.objects.visible_to(self.request.user).filter(programme=chosen_programme(self.request))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            may_open=runs_rounds(self.request.user),
            may_practise=follows_rounds(self.request.user),
            open_url=kept(self.request, reverse("assessments:round_open")),
            **kwargs,
        )


@login_required
def round_open(request: StaffRequest) -> HttpResponse:
    """The office opens a round of the chosen programme, under the programme's versions."""
    require_office(request.user)
    programme = programme_or_404(request)
    form = RoundForm(request.POST or None, initial={"kind": request.GET.get("kind", "")})
    if form.is_valid() and carried_out(
        form, lambda: rounds.open_round(programme=programme, by=request.user, **form.cleaned_data)
    ):
        return redirect(kept(request, reverse("assessments:rounds")))
    return form_page(
        request,
        form,
        title=_("Open a round"),
        lead=_(
            "It belongs to %(number)s; the versions of the standards and of the rulebook that are set there "
            "are frozen for it."
        )
        % {"number": programme.document_number},
        submit_label=_("Open the round"),
        parent=_("Rounds and teams"),
        cancel_url=kept(request, reverse("assessments:rounds")),
    )


@login_required
def round_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Teams, and how far each site's sheets are; in a self-assessment also who has not begun."""
    shown = visible_round(request.user, pk)
    on_site = shown.kind in RoundKind.ON_SITE
    progress = Paginator(_progress(shown, request.user), PAGE)
    progress.count = shown.site_count  # counted with the round, not again
    sees_all = follows_rounds(request.user)
    teams = teams_of(shown, request.user) if on_site else []
    context = {
        "round": shown,
        "teams": teams,
        "short": short_of_members(shown, request.user)[:PAGE] if on_site and sees_all else [],
        "draws": shown.draws.visible_to(request.user).with_people() if on_site else [],
        "not_begun": _not_begun(shown, request.user)[:PAGE]
        if sees_all and not on_site and shown.is_open
        else [],
        "papers_out_of_date": on_site
        and sees_all
        and shown.is_open
        and team_papers(shown, [panel.team for panel in teams]).is_out_of_date,
        "page_obj": progress.get_page(request.GET.get("page")),
        "on_site": on_site,
        "may_rerun": sees_all,
        "may_report": sees_all and shown.kind == RoundKind.INSPECTION,
        "may_run": runs_rounds(request.user) and shown.is_open,
    }
    return render(request, "assessments/round_detail.html", context)


@login_required
def round_close(request: StaffRequest, pk: int) -> HttpResponse:
    """Close a round, once the office has said yes to it."""
    shown = visible_round(request.user, pk)
    require_office(request.user)
    form = Form(request.POST if request.method == "POST" else None)
    if form.is_valid() and carried_out(form, lambda: rounds.close_round(round=shown, by=request.user)):
        return redirect(shown)
    return form_page(
        request,
        form,
        title=_("Close the round “%(round)s”?") % {"round": shown},
        lead=_(
            "No new sheet can be begun afterwards; those already begun can still be submitted and signed."
        ),
        warning=_unfinished(shown, request.user),
        submit_label=_("Close the round"),
        parent=shown.title,
        cancel_url=shown.get_absolute_url(),
        danger=True,
    )


def _unfinished(shown: Round, user: User) -> str:
    """What cannot be done any more once the round is closed; empty where all is done."""
    if shown.kind in RoundKind.ON_SITE:
        signed = Sheet.objects.signed_finals().values("assessment")
        left = shown.assessments.visible_to(user).exclude(pk__in=signed).count()
        told = ngettext(
            "%(n)d site has no signed sheet: members who have not begun a sheet cannot begin one any more.",
            "%(n)d sites have no signed sheet: members who have not begun a sheet cannot begin one any more.",
            left,
        )
    else:
        left = _not_begun(shown, user).count()
        told = ngettext(
            "%(n)d site has not begun its self-assessment, and cannot begin it any more.",
            "%(n)d sites have not begun their self-assessment, and cannot begin it any more.",
            left,
        )
    return told % {"n": left} if left else ""


def _not_begun(shown: Round, user: User) -> QuerySet[Site]:
    """The sites whose self-assessment is due and that have not opened their sheet."""
    return rounds.sites_due(shown).visible_to(user).exclude(assessments__round=shown)


def _progress(shown: Round, user: User) -> QuerySet[Assessment]:
    """The round's sites with the sheets this person may see, each with the number of items marked."""
    sheets = (
        Sheet.objects.visible_to(user)
        .select_related("author")
        .annotate(marked=count_of_marks())
        .order_by("pk")
    )
    return (
        Assessment.objects.visible_to(user)
        .filter(round=shown)
        .select_related("site__organisation", "assignment__team")
        .annotate(
            item_count=count_of_items(OuterRef("standard"), OuterRef("round")),
            is_signed=Exists(Sheet.objects.signed_finals().filter(assessment=OuterRef("pk"))),
        )
        .prefetch_related(Prefetch("sheets", sheets))
        .order_by("site__level", "site_id")
    )
