"""Deliberation at one table: the leader goes through the gaps; each member confirms once."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import StaffRequest
from assessments.forms import ConfirmBesideForm, ConfirmForm, ProposalForm, RestForm, TakeForm
from assessments.models import Sheet
from assessments.pages.table import Gap, TablePage, table_forms
from assessments.services import table as services
from core.acting import carried_out
from core.forms import Form

from .signing import visible_final


@login_required
@require_safe
def table(request: StaffRequest, pk: int) -> HttpResponse:
    """One gap, or the end; for those who may see the members' marks."""
    return _shown(request, _page(request, pk, request.GET.get("item", "")))


@login_required
@require_POST
def take(request: StaffRequest, pk: int, item_pk: int) -> HttpResponse:
    """The mark of one of the members is put."""
    page, gap = _at(request, pk, item_pk)
    return _put(request, page, gap, take=TakeForm(request.POST, cells=gap.cells))


@login_required
@require_POST
def between(request: StaffRequest, pk: int, item_pk: int) -> HttpResponse:
    """Another mark than any member's is put."""
    page, gap = _at(request, pk, item_pk)
    form = ProposalForm(request.POST, item=gap.line.item, auto_id="between-%s")
    return _put(request, page, gap, between=form)


@login_required
@require_POST
def rest(request: StaffRequest, pk: int) -> HttpResponse:
    """What is left and lies within a step, in one act."""
    page = _for_leader(request, pk)
    form = RestForm(request.POST, voices=page.columns.voices, auto_id="rest-%s")
    if form.is_valid() and carried_out(
        form,
        lambda: services.put_all(
            sheet=page.sheet,
            marks=[(gap.line.item, form.mark(gap.cells)) for gap in page.rest],
            by=request.user,
        ),
    ):
        return redirect(f"{page.url}?item=end")
    return _shown(request, page, rest=form)


@login_required
@require_POST
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """A member confirms at the own device."""
    page = _page(request, pk, "end")
    form = ConfirmForm(request.POST, request=request, auto_id="own-%s")
    if form.is_valid() and carried_out(
        form,
        lambda: services.confirm(sheet=page.sheet, digest=form.cleaned_data["digest"], by=request.user),
    ):
        messages.success(request, _("Confirmed."))
        return redirect(f"{page.url}?item=end")
    return _shown(request, page, confirm=form)


@login_required
@require_POST
def beside(request: StaffRequest, pk: int) -> HttpResponse:
    """A member confirms at the leader's device, whose session it stays."""
    page = _for_leader(request, pk)
    form = ConfirmBesideForm(request.POST, request=request, people=page.people(), auto_id="beside-%s")
    if form.is_valid() and carried_out(
        form,
        lambda: services.confirm(
            sheet=page.sheet,
            digest=form.cleaned_data["digest"],
            by=form.cleaned_data["person"],
            entered_by=request.user,
        ),
    ):
        messages.success(request, _("%(name)s has confirmed.") % {"name": form.cleaned_data["person"]})
        return redirect(f"{page.url}?item=end")
    return _shown(request, page, beside=form)


def _page(request: StaffRequest, pk: int, asked: str) -> TablePage:
    sheet = visible_final(request.user, pk)
    if not Sheet.objects.opened_to(request.user).filter(pk=pk).exists():
        raise Http404
    return TablePage(sheet, request.user, asked=asked)


def _for_leader(request: StaffRequest, pk: int) -> TablePage:
    page = _page(request, pk, "end")
    if not page.may_put:
        raise PermissionDenied
    return page


def _at(request: StaffRequest, pk: int, item_pk: int) -> tuple[TablePage, Gap]:
    page = _for_leader(request, pk)
    for gap in page.gaps:
        if gap.line.item.pk == item_pk:
            page.asked = gap.line.item.code
            return page, gap
    raise Http404


def _put(request: StaffRequest, page: TablePage, gap: Gap, **sent: TakeForm | ProposalForm) -> HttpResponse:
    [form] = sent.values()
    if form.is_valid() and carried_out(
        form,
        lambda: services.put(sheet=page.sheet, item=gap.line.item, by=request.user, **form.mark()),
    ):
        return redirect(page.url_after(gap.line.item.code))
    return _shown(request, page, **sent)


def _shown(request: StaffRequest, page: TablePage, **sent: Form) -> HttpResponse:
    context = {"page": page, "sheet": page.sheet, "forms": table_forms(page, request, **sent)}
    return render(request, "assessments/sheet_table.html", context, status=422 if sent else 200)
