"""社会评议 at the desk: the office opens, hands out, enters and counts; the leading group reads."""

from collections.abc import Callable
from typing import Any, TypeAlias, TypedDict, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.db.models import F, OuterRef, Prefetch, QuerySet, Subquery
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import ListView
from django_stubs_ext import WithAnnotations

from accounts.exported import printed
from accounts.http import StaffRequest
from accounts.rules import is_office, require_office
from assessments.views.pages import form_page
from core.acting import attempt, carried_out
from publicity import appraisal_sheets
from publicity.enums import AppraisalState
from publicity.forms import MakeCodesForm, OpenWindowsForm, PrintFormsForm, ProlongForm, ScansForm
from publicity.models import Appraisal
from publicity.models.appraisal import AppraisalQuerySet, CountedAppraisal
from publicity.pages.appraisal import AppraisalPage
from publicity.rules import reads_appraisals
from publicity.services import appraisals
from sites.calendar import today
from sites.chosen import chosen_programme, programme_or_404
from sites.models import Site

PAGE = 50


class AppraisalList(LoginRequiredMixin, ListView[Site]):
    """Each site with its newest window; first those whose window ends, or has ended, soonest."""

    request: StaffRequest
    template_name = "publicity/desk/appraisal_list.html"
    paginate_by = PAGE

    def get_queryset(self) -> QuerySet[Site]:
        if not reads_appraisals(self.request.user):
            raise Http404
        self.programme = chosen_programme(self.request)
        uncounted = Appraisal.objects.uncounted().filter(site=OuterRef("pk"))
        windows = Prefetch("appraisals", Appraisal.objects.with_counts(), to_attr="windows")
        sites = Site.objects.visible_to(self.request.user).listed().filter(programme=self.programme)
        sites = sites.select_related("organisation").prefetch_related(windows)
        ends = F("ends").asc(nulls_last=True)
        return sites.annotate(ends=Subquery(uncounted.values("closes_on")[:1])).order_by(ends, "level", "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        needed = appraisals.needed_answers(self.programme) if self.programme else 0
        context["rows"] = [_row(site, needed) for site in context["object_list"]]
        return context | {"needed": needed, "may_write": is_office(self.request.user)}


class _Windows(TypedDict):
    """The windows of a site, the newest first."""

    windows: list[CountedAppraisal]


_AppraisedSite: TypeAlias = "WithAnnotations[Site, _Windows]"


def _row(site: _AppraisedSite, needed: int) -> tuple[Site, Appraisal | None, AppraisalState]:
    """A site, its newest window and where that stands."""
    if not site.windows:
        return site, None, AppraisalState.UNOPENED
    newest = site.windows[0]
    return (
        site,
        newest,
        newest.state(on=today(), given=newest.given, needed=needed, unchecked=newest.unchecked),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    """Open windows for one or several sites; `?site=` chooses one beforehand."""
    require_office(request.user)
    programme = programme_or_404(request)
    asked_for = {"sites": request.GET.getlist("site")}
    form = OpenWindowsForm(request.POST or None, programme=programme, by=request.user, initial=asked_for)
    if form.is_bound and form.is_valid() and carried_out(form, lambda: form.save(by=request.user)):
        for why in form.refused:
            messages.warning(request, why)
        if n := len(form.opened):
            told = ngettext("%(n)d window is opened.", "%(n)d windows are opened.", n) % {"n": n}
            messages.success(request, told)
        return redirect(form.opened[0] if len(form.opened) == 1 else "publicity_desk:appraisals")
    return form_page(
        request,
        form,
        title=_("Open public appraisals"),
        lead=_(
            "The unit is told at once and hangs up the poster; then make the codes and hand out their slips."
        ),
        submit_label=_("Open the windows"),
        parent=_("Public appraisal"),
        cancel_url="publicity_desk:appraisals",
    )


@login_required
@require_safe
def appraisal(request: StaffRequest, pk: int) -> HttpResponse:
    return appraisal_page(request, visible_appraisal(request, pk))


@login_required
@require_POST
def prolong(request: StaffRequest, pk: int) -> HttpResponse:
    found, form = visible_appraisal(request, pk), ProlongForm(request.POST)
    require_office(request.user)
    if form.is_valid() and carried_out(
        form, lambda: appraisals.prolong(appraisal=found, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The window is prolonged. Print the poster anew: it bears the last day."))
        return redirect(found)
    return appraisal_page(request, found, prolong_form=form)


@login_required
@require_POST
def codes(request: StaffRequest, pk: int) -> HttpResponse:
    found, form = visible_appraisal(request, pk), MakeCodesForm(request.POST)
    require_office(request.user)
    if form.is_valid() and carried_out(
        form, lambda: appraisals.make_codes(appraisal=found, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The codes are made: print their slips."))
        return redirect(found)
    return appraisal_page(request, found, codes_form=form)


@login_required
@require_POST
def count(request: StaffRequest, pk: int) -> HttpResponse:
    found = visible_appraisal(request, pk)
    require_office(request.user)
    attempt(
        request,
        lambda: appraisals.count(appraisal=found, by=request.user),
        success=_("The appraisal is counted; its result is on file with the acceptance."),
    )
    return redirect(found)


@login_required
@require_safe
def poster(request: StaffRequest, pk: int) -> HttpResponse:
    """For the office, the leading group, the site's district and its unit."""
    found = get_object_or_404(_facts(Appraisal.objects.hung_up_by(request.user)), pk=pk)
    return sheet(request, "海报", found, lambda: appraisal_sheets.poster(found))


@login_required
@require_safe
def slips(request: StaffRequest, pk: int, first: int) -> HttpResponse:
    """Those of the codes made together with `first` that are not used yet: whoever holds one can answer."""
    found = visible_appraisal(request, pk)
    require_office(request.user)
    made = get_object_or_404(found.responses.on_slips(), pk=first).made_at
    unused = found.responses.on_slips().unused().filter(made_at=made)
    if not unused:
        raise Http404
    return sheet(request, "评议卡", found, lambda: appraisal_sheets.slips(found, unused))


def visible_appraisal(request: StaffRequest, pk: int) -> CountedAppraisal:
    """The appraisal with its counts, if this person sees it."""
    seen = _facts(Appraisal.objects.visible_to(request.user)).with_counts()
    return get_object_or_404(cast("QuerySet[CountedAppraisal]", seen), pk=pk)


def _facts(found: AppraisalQuerySet) -> AppraisalQuerySet:
    return found.select_related("site__organisation", "site__programme__rulebook", "opened_by")


def appraisal_page(request: StaffRequest, found: CountedAppraisal, **refused: Form) -> HttpResponse:
    """The appraisal's page; a form handed over was refused and is shown with what was typed."""
    page = AppraisalPage(found)
    may_write = is_office(request.user) and not (found.counted_on or found.given_up_on)
    may_prolong = may_write and max(found.closes_on, today()) < found.closes_by
    context = {
        "page": page,
        "page_obj": Paginator(page.told, PAGE).get_page(request.GET.get("page")),
        "may_write": may_write,
        "prolong_form": ProlongForm() if may_prolong else None,
        "codes_form": MakeCodesForm() if may_write and page.codes_left else None,
        "print_form": PrintFormsForm() if may_write and page.papers.left_to_print else None,
        "scans_form": ScansForm() if may_write else None,
        **refused,
    }
    status = 422 if refused else 200
    return render(request, "publicity/desk/appraisal_detail.html", context, status=status)


def sheet(request: StaffRequest, what: str, found: Appraisal, draw: Callable[[], bytes]) -> HttpResponse:
    """Something to print of an appraisal: for whoever asked alone, as slips are as good as an answer."""
    return printed(request, f"{what} {found.site.window_name}.pdf", draw, about=found)
