"""The rest of a section of a self-assessment is met, and back again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http import StaffRequest
from assessments.enums import Together
from assessments.models import Sheet
from assessments.services import rest, together
from core.acting import attempt
from standards.models import Item, Section

from .sheets import visible_sheet


@login_required
@require_POST
def meet_rest(request: StaffRequest, pk: int, section_pk: int) -> HttpResponse:
    """Mark what is left of the section as met, and say which items those were."""
    sheet, section = _place(request, pk, section_pk)
    met: list[Item] = []
    if attempt(
        request,
        lambda: met.extend(rest.meet_rest(sheet=sheet, section=section, by=request.user)),
        success=_("The rest of “%(section)s” is marked as met.") % {"section": section.name},
    ):
        codes = _(", ").join(item.code for item in met)
        messages.info(request, _("Marked as met together: %(items)s") % {"items": codes})
    return redirect(f"{sheet.get_absolute_url()}?section={section.ordinal}")


@login_required
@require_POST
def undo_rest(request: StaffRequest, pk: int, section_pk: int) -> HttpResponse:
    """Take back what was marked as met together."""
    sheet, section = _place(request, pk, section_pk)
    attempt(
        request,
        lambda: together.undo(sheet=sheet, press=Together.REST, section=section, by=request.user),
        success=_("What was marked as met together in “%(section)s” is open again.")
        % {"section": section.name},
    )
    return redirect(f"{sheet.get_absolute_url()}?section={section.ordinal}")


def _place(request: StaffRequest, pk: int, section_pk: int) -> tuple[Sheet, Section]:
    sheet = visible_sheet(request.user, pk)
    return sheet, get_object_or_404(sheet.assessment.standard.sections.all(), pk=section_pk)
