"""The score sheet: one section on the page, one item saved at a time; an item's history; submitting it."""

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import StaffRequest
from accounts.models import User
from accounts.rules import require_office
from assessments.enums import Check, SheetRole
from assessments.forms import ScoreForm, SeenForm, SheetForm, SubmitForm, TextForm
from assessments.marks import standard_items
from assessments.models import Score, Sheet
from assessments.pages.pocket import PocketPage
from assessments.pages.sheet import SheetPage, open_sheet
from assessments.pages.sheet_rows import Entry
from assessments.rules import writers
from assessments.services import scores, sheets
from assessments.services.scores import StaleScore
from core.acting import attempt, carried_out
from core.forms import ReasonForm
from core.prepared import prepared
from standards.models import Item

from .pages import form_page


@login_required
def sheet_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One section of the sheet; read-only for who may not write on it."""
    page = open_sheet(visible_sheet(request.user, pk), request.user, **SheetForm(request.GET).asked())
    return _sheet_page(request, page, page.rows())


@login_required
@require_safe
def pocket(request: StaffRequest, pk: int) -> HttpResponse:
    """The whole sheet, an item a screen, for a phone at a counter."""
    page = open_sheet(visible_sheet(request.user, pk), request.user, kind=PocketPage)
    return _sheet_page(request, page, page.rows())


@login_required
@require_POST
def score(request: StaffRequest, pk: int, item_pk: int, kind: type[SheetPage] = SheetPage) -> HttpResponse:
    """Save one item. The page's script gets the item's form and the score bar, others the page again."""
    page = open_sheet(visible_sheet(request.user, pk), request.user, kind=kind)
    item = _item(page.items, item_pk)
    page.asked = item.section.ordinal
    form = ScoreForm(request.POST)
    other = _save(form, page.sheet, item, request.user) if form.is_valid() else None
    if not form.errors:
        if "HX-Request" not in request.headers:
            return redirect(page.url_of_next(item) if "next" in request.POST else page.url_of_item(item))
        page.may_write = True
        context = {"page": page, "row": page.row(item)}
        return render(request, page.saved_template, context)
    if not page.may_write and page.sheet.is_draft:
        raise PermissionDenied
    entry = typed_entry(form, other)
    if "HX-Request" in request.headers:
        row = page.row(item, entry)
        context = {"page": page, "row": row, "facts": row.facts, "hole": row.filling}
        return render(request, "assessments/_item_form.html", context, status=422)
    return _sheet_page(request, page, page.rows(entry, item), status=422)


@login_required
@require_safe
def score_history(request: StaffRequest, pk: int, item_pk: int) -> HttpResponse:
    """Every mark that was ever written for an item, for whoever sees the sheet."""
    sheet = visible_sheet(request.user, pk)
    item = _item(standard_items(sheet), item_pk)
    entries = sheet.entries.filter(item=item).select_related("by").order_by("-version")
    context = {"sheet": sheet, "item": item, "entries": entries}
    return render(request, "assessments/score_history.html", context)


@login_required
def sheet_submit(request: StaffRequest, pk: int) -> HttpResponse:
    """Confirm that the sheet is whole; what is missing is listed. The final sheet is signed instead."""
    sheet = visible_sheet(request.user, pk)
    if sheet.role == SheetRole.FINAL:
        return redirect("assessments:sheet_sign", pk=pk)
    if not writers(sheet).filter(pk=request.user.pk).exists():
        raise PermissionDenied
    if not sheet.is_draft:
        return redirect(sheet)
    is_own = sheet.role == SheetRole.SELF
    form = SubmitForm(
        request.POST if request.method == "POST" else None, unshown=sheets.unshown(sheet) if is_own else ()
    )

    def verb() -> None:
        if is_own:
            sheets.submit_self_assessment(
                sheet=sheet, by=request.user, without_evidence=form.confirmed_items()
            )
        else:
            sheets.submit_inspector_sheet(sheet=sheet, by=request.user)

    if form.is_valid() and carried_out(form, verb):
        messages.success(request, _("The sheet is submitted. The list of your sheets says what comes next."))
        return redirect(sheet)
    page = open_sheet(sheet, request.user)
    checkup = page.checkup.without(Check.NO_EVIDENCE) if form.unshown else page.checkup
    context = {"sheet": sheet, "page": page, "checkup": checkup, "form": form}
    return render(request, "assessments/sheet_submit.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sheet_recall(request: StaffRequest, pk: int) -> HttpResponse:
    """A self-assessment that was submitted by mistake, taken back by who submitted it."""
    sheet = visible_sheet(request.user, pk)
    if not sheets.may_recall(sheet, request.user):
        raise PermissionDenied
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and carried_out(
        form,
        lambda: sheets.recall_self_assessment(
            sheet=sheet, reason=form.cleaned_data["reason"], by=request.user
        ),
    ):
        messages.success(request, _("The self-assessment is open again."))
        return redirect(sheet)
    return form_page(
        request,
        form,
        title=_("Take the self-assessment back?"),
        lead=_("It can be changed and is submitted anew. Possible until a team is sent to the site."),
        submit_label=_("Take it back"),
        parent=str(sheet.assessment.site),
        cancel_url=sheet.get_absolute_url(),
        danger=True,
    )


@login_required
@require_POST
def consent(request: StaffRequest, pk: int, item_pk: int) -> HttpResponse:
    """The office agrees that an item does not apply to the site."""
    found = _final_score(request, pk, item_pk)
    attempt(
        request,
        lambda: scores.consent_inapplicable(score=found, by=request.user),
        success=_("Agreed: %(item)s does not apply.") % {"item": found.item.code},
    )
    return redirect(found.sheet.url_of_item(found.item))


@login_required
@require_http_methods(["GET", "POST"])
def refuse(request: StaffRequest, pk: int, item_pk: int) -> HttpResponse:
    """The office holds that the item does apply, and tells the team why."""
    found = _final_score(request, pk, item_pk)
    require_office(request.user)
    url = found.sheet.url_of_item(found.item)
    form = TextForm(request.POST or None, label=_("Why it does apply to this site"))
    if form.is_valid() and carried_out(
        form,
        lambda: scores.refuse_inapplicable(score=found, reason=form.cleaned_data["text"], by=request.user),
    ):
        return redirect(url)
    return form_page(
        request,
        form,
        title=_("%(item)s does apply") % {"item": found.item.code},
        lead=_(
            "%(site)s, %(text)s. The team says: %(reason)s It is told your reason, and then gives another "
            "mark or a better ground."
        )
        % {"site": found.sheet.assessment.site, "text": found.item.text, "reason": found.reason},
        submit_label=_("Do not agree"),
        parent=str(found.sheet.assessment.site),
        cancel_url=url,
    )


def visible_sheet(user: User, pk: int) -> Sheet:
    """The sheet with all that its page and its rights need; 404 when this person may not see it."""
    for sheet in _seen(user, pk)[:1]:
        return sheet
    raise Http404


@prepared
def _seen(user: User, pk: int) -> QuerySet[Sheet]:
    site = ("assessment__site__organisation", "assessment__site__programme")
    rest = ("assessment__round__rulebook", "assessment__standard", "author", "signed_by")
    seen = Sheet.objects.visible_to(user).filter(pk=pk).order_by()
    return seen.select_related(*site, *rest)


def _final_score(request: StaffRequest, pk: int, item_pk: int) -> Score:
    """A mark of a final sheet, of the version the page showed (`?version=`), or 404."""
    visible = Sheet.objects.visible_to(request.user).filter(role=SheetRole.FINAL)
    related = ("item__section", "sheet__assessment__site")
    marks = Score.objects.filter(sheet__in=visible).select_related(*related)
    found = get_object_or_404(marks, sheet__pk=pk, item__pk=item_pk)
    found.version = SeenForm(request.GET).seen()
    return found


def _item(items: Sequence[Item], pk: int) -> Item:
    found = next((item for item in items if item.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _save(form: ScoreForm, sheet: Sheet, item: Item, by: User) -> Score | None:
    """Save the mark, or put the reason why not on the form; returns what somebody else wrote meanwhile."""
    other: list[Score] = []

    def write() -> None:
        try:
            scores.save_score(sheet=sheet, item=item, by=by, **form.cleaned_data)
        except StaleScore as error:
            other.append(error.current)
            raise

    carried_out(form, write)
    return other[0] if other else None


def typed_entry(form: ScoreForm, other: Score | None) -> Entry:
    """What was typed, with what is wrong; over somebody else's mark it can be sent again knowingly."""
    typed = form.data
    return Entry(
        level=typed.get("level", ""),
        points=typed.get("points", ""),
        faults=typed.get("faults", ""),
        reason=typed.get("reason", ""),
        version=other.version if other else typed.get("version", 0),
        errors=form.errors,
        other=other,
    )


def _sheet_page(request: StaffRequest, page: SheetPage, rows: object, status: int = 200) -> HttpResponse:
    context = {"page": page, "sheet": page.sheet, "rows": rows}
    return render(request, page.template, context, status=status)
