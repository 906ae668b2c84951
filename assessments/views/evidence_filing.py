"""Filing evidence, at the unit's desk or at its counter; pointing to it; replacing it by a newer version."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.http import StaffRequest
from assessments.enums import SheetRole
from assessments.forms import (
    EvidenceForm,
    FilesForm,
    FolderForm,
    NewVersionForm,
    OnSiteForm,
    RepointForm,
    ReuseForm,
)
from assessments.models import Assessment, Evidence, Sheet
from assessments.pages.sheet import SheetPage
from assessments.services.evidence import (
    AlreadyFiled,
    add_evidence,
    check_filing,
    items_to_show,
    point,
    show_too,
)
from assessments.services.folder import Sorted, file_folder
from core.acting import carried_out
from core.forms import Form, choose_from
from core.http import onward
from sites.models import Site
from sites.workflow import WorkflowError
from standards.models import Item

from .evidence import visible_site
from .pages import file_limits, form_page, upload_bytes


class ItemQuery(Form):
    """The item the person came from; an invalid one counts as none."""

    item = forms.ModelChoiceField(Item.objects.none(), required=False)


class Place:
    """Where evidence is filed: for a site or on a visit, coming from an item or from the library."""

    def __init__(self, request: StaffRequest, site: Site, assessment: Assessment | None = None) -> None:
        self.request, self.site, self.assessment = request, site, assessment

    @cached_property
    def items(self) -> QuerySet[Item]:
        found = items_to_show(site=self.site, assessment=self.assessment)
        return found.select_related("section")

    @cached_property
    def item(self) -> Item | None:
        asked = ItemQuery(self.request.GET)
        choose_from(asked, "item", self.items)
        return asked.cleaned_data["item"] if asked.is_valid() else None

    @cached_property
    def back(self) -> str:
        """To the item on the sheet one came from; without an item to the library, or to the sheet."""
        if self.item is None:
            name, about = ("inspect", self.assessment) if self.assessment else ("evidence", self.site)
            return reverse(f"assessments:{name}", args=[about.pk])
        seen = Sheet.objects.visible_to(self.request.user).order_by("-pk")
        if self.assessment:
            sheet = seen.filter(assessment=self.assessment, author=self.request.user).first()
        else:
            sheet = seen.filter(assessment__site=self.site, role=SheetRole.SELF).first()
        if sheet is None:
            return reverse("assessments:evidence", args=[self.site.pk])
        return SheetPage(sheet, self.request.user, items=()).url_of_item(self.item)

    def refusal(self) -> HttpResponse | None:
        """Turn back whoever could not file the form; one that was sent all the same keeps what was typed."""
        try:
            check_filing(site=self.site, by=self.request.user, assessment=self.assessment)
        except WorkflowError as error:
            if self.request.method == "POST":
                return None
            messages.error(self.request, str(error))
            return redirect(self.back)
        return None

    def filed(self, form: FilesForm, *, replaces: Evidence | None = None) -> bool:
        """File what the form holds; False where that is refused: the form then says why."""

        def verb() -> None:
            try:
                add_evidence(
                    site=self.site,
                    assessment=self.assessment,
                    by=self.request.user,
                    replaces=replaces,
                    **{"pointers": {}, **form.cleaned_data},
                )
            except AlreadyFiled as error:
                form.known = error.found
                raise

        return form.is_valid() and carried_out(form, verb)

    def onward(self, success: str, refused: Sequence[str] = ()) -> HttpResponse:
        """Go back, told what was done and why each of the `refused` files was not taken."""
        messages.success(self.request, success)
        for told in refused:
            messages.warning(self.request, _("Not filed: %(file)s") % {"file": told})
        return onward(self.request, self.back)

    def page(
        self, form: forms.Form, *, title: str, submit_label: str, lead: str = "", intro: str = ""
    ) -> HttpResponse:
        item = self.item
        return form_page(
            self.request,
            form,
            title=title,
            lead=lead or str(self.site),
            intro=intro or (f"{item.code} {item.text}" if item else ""),
            submit_label=submit_label,
            parent=str(self.site),
            cancel_url=self.back,
            upload=form.is_multipart(),
            item_pk=item.pk if item else None,
        )


@login_required
def evidence_add(request: StaffRequest, site_pk: int) -> HttpResponse:
    """The unit files evidence: several files and links, for any number of items."""
    place = Place(request, visible_site(request.user, site_pk))
    if refusal := place.refusal():
        return refusal
    form = EvidenceForm(
        *_sent(request),
        items=place.items,
        pages={place.item.pk: ""} if place.item else {},
        limits=file_limits(),
    )
    if place.filed(form):
        return place.onward(_("The evidence is filed."), form.refused)
    return place.page(form, title=_("Add evidence"), submit_label=_("File the evidence"))


@login_required
def evidence_folder(request: StaffRequest, site_pk: int) -> HttpResponse:
    """The unit files a folder: each file for the item that its name begins with, told what was not filed."""
    place = Place(request, visible_site(request.user, site_pk))
    if refusal := place.refusal():
        return refusal
    form, done = FolderForm(*_sent(request)), Sorted()

    def verb() -> None:
        sorted_ = file_folder(site=place.site, files=form.cleaned_data["files"], by=request.user)
        done.filed, done.left = sorted_.filed, sorted_.left
        if not done.filed:
            raise ValidationError({"files": done.left})

    if form.is_valid() and carried_out(form, verb):
        lines = [f"{name} → {item.code}" for name, item in done.filed]
        told = _("Filed: %(files)s") % {"files": _(", ").join(lines)}
        return place.onward(told, done.left)
    context = {
        "place": place,
        "form": form,
        "items": place.items,
        "limits": file_limits(most=FolderForm.MOST),
        "upload": upload_bytes(),
    }
    return render(request, "assessments/evidence_folder.html", context, status=422 if form.errors else 200)


@login_required
def evidence_on_site(request: StaffRequest, pk: int) -> HttpResponse:
    """An inspector takes a picture at the counter; it stands beside the item at once."""
    visible = Assessment.objects.visible_to(request.user).select_related("site__organisation", "round")
    assessment = get_object_or_404(visible, pk=pk)
    place = Place(request, assessment.site, assessment)
    if refusal := place.refusal():
        return refusal
    form = OnSiteForm(*_sent(request), items=place.items, item=place.item, limits=file_limits())
    if place.filed(form):
        return place.onward(_("The picture is filed."), form.refused)
    return place.page(form, title=_("Evidence on site"), submit_label=_("File the picture"))


@login_required
def evidence_replace(request: StaffRequest, pk: int) -> HttpResponse:
    """A newer version takes a piece's place; the older stays readable, and the items it shows stay."""
    evidence = _evidence(request, pk)
    place = Place(request, evidence.site, evidence.assessment)
    if refusal := place.refusal():
        return refusal
    form = NewVersionForm(*_sent(request), limits=file_limits(), replaces=evidence)
    if place.filed(form, replaces=evidence):
        success = _("The newer version is filed; it shows the same items at the same pages.")
        return place.onward(success, form.refused)
    return place.page(
        form,
        title=_("Replace by a newer version"),
        lead=f"{evidence.title} · {evidence.site}",
        intro=_("The older version stays readable below the newer one, and the items it shows are kept."),
        submit_label=_("File the newer version"),
    )


@login_required
def evidence_items(request: StaffRequest, pk: int) -> HttpResponse:
    """Which items a piece of evidence shows, and where in it to look; `?item=` ticks one more."""
    evidence = _evidence(request, pk)
    place = Place(request, evidence.site, evidence.assessment)
    if refusal := place.refusal():
        return refusal
    pages = dict(evidence.pointers.values_list("item", "page"))
    if place.item:
        pages.setdefault(place.item.pk, "")
    form = RepointForm(_sent(request)[0], items=place.items, pages=pages)
    if form.is_valid() and carried_out(
        form, lambda: point(evidence=evidence, by=request.user, **form.cleaned_data)
    ):
        return place.onward(_("The items it shows are saved."))
    return place.page(
        form,
        title=_("Items it shows"),
        lead=f"{evidence.title} · {evidence.site}",
        submit_label=_("Save the items"),
    )


@login_required
def evidence_point(request: StaffRequest, site_pk: int) -> HttpResponse:
    """From an item: which of what is filed already shows it as well, so that nothing is uploaded twice."""
    place = Place(request, visible_site(request.user, site_pk))
    item = place.item
    if item is None:
        return redirect("assessments:evidence_missing", site_pk=site_pk)
    if refusal := place.refusal():
        return refusal
    words = request.GET.get("q", "").strip()
    filed = Evidence.objects.visible_to(request.user).current().filter(site=place.site, assessment=None)
    others = filed.exclude(pointers__item=item).prefetch_related("files", "links", "pointers__item")
    form = ReuseForm(_sent(request)[0], evidence=others.filter(title__icontains=words))
    if form.is_valid() and carried_out(
        form, lambda: show_too(item=item, by=request.user, **form.cleaned_data)
    ):
        return place.onward(_("The item now points to what you ticked."))
    add_url = f"{reverse('assessments:evidence_add', args=[site_pk])}?item={item.pk}"
    context = {"place": place, "item": item, "form": form, "words": words, "add_url": add_url}
    return render(request, "assessments/evidence_point.html", context, status=422 if form.errors else 200)


def _sent(request: StaffRequest) -> tuple[Any, Any]:
    """What a form is bound to: body and files of a POST, nothing otherwise."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _evidence(request: StaffRequest, pk: int) -> Evidence:
    seen = Evidence.objects.visible_to(request.user)
    related = seen.select_related("site__organisation", "assessment__round", "assessment__site")
    return get_object_or_404(related, pk=pk)
