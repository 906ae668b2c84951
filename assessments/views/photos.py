"""Pictures from phones: the script of the sheet's page sends them, one by one, until each has its receipt."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http import StaffRequest
from assessments.forms.photos import PhoneMarksForm, PhotoForm
from assessments.models import Assessment, EvidenceFile, FieldPhoto
from assessments.rules import is_assigned
from assessments.services.annotations import OtherMarks, annotate
from assessments.services.evidence import items_to_show
from assessments.services.field_photos import OtherPicture, receive_photo
from assessments.services.filing import check_change
from sites.workflow import WorkflowError


@login_required
@require_POST
def photo(request: StaffRequest, pk: int) -> JsonResponse:
    """201 with the receipt; 200 with the first one for a picture that came before; else why not, in words.

    409: it can never be taken so (the sheet is submitted, the number is another picture's). 422: something
    is wrong with the picture.
    """
    visible = Assessment.objects.visible_to(request.user).select_related("site__programme", "round")
    assessment = get_object_or_404(visible, pk=pk)
    if not is_assigned(assessment, request.user):
        raise PermissionDenied
    form = PhotoForm(
        request.POST, request.FILES, items=items_to_show(site=assessment.site, assessment=assessment)
    )
    if not form.is_valid():
        return _refused([str(line) for lines in form.errors.values() for line in lines], 422)
    known = FieldPhoto.objects.filter(key=form.cleaned_data["key"]).exists()
    try:
        receipt = receive_photo(
            assessment=assessment,
            item=form.cleaned_data["item"],
            picture=form.cleaned_data["photo"],
            shot=form.shot(),
            by=request.user,
        )
    except ValidationError as error:
        return _refused(error.messages, 422)
    except WorkflowError as error:
        return _refused([str(error)], 409)
    except OtherPicture:
        return _refused([_("Another picture has this number already.")], 409)
    told = {
        "receipt": receipt.pk,
        "sha256": receipt.file.sha256,
        "at": receipt.received_at.isoformat(),
        "picture": reverse("assessments:evidence_picture", args=[receipt.file_id]),
        "size": {"width": receipt.file.width, "height": receipt.file.height},
    }
    return JsonResponse(told, status=200 if known else 201)


@login_required
@require_POST
def photo_marks(request: StaffRequest, pk: int) -> JsonResponse:
    """What a phone has drawn over a picture, perhaps days ago; answered as `photo` is."""
    related = ("evidence__site__programme", "evidence__assessment__round")
    visible = EvidenceFile.objects.visible_to(request.user).select_related(*related)
    file = get_object_or_404(visible, pk=pk)
    form = PhoneMarksForm(request.POST)
    try:
        if not form.is_valid():
            check_change(file.evidence, request.user)
            return _refused([str(line) for lines in form.errors.values() for line in lines], 422)
        layer = annotate(file=file, drawing=form.drawing(), by=request.user)
    except ValidationError as error:
        return _refused(error.messages, 422)
    except WorkflowError as error:
        return _refused([str(error)], 409)
    except OtherMarks:
        return _refused([_("Other marks have this number already.")], 409)
    return JsonResponse({"receipt": layer.pk, "at": layer.received_at.isoformat()}, status=201)


def _refused(words: list[str], status: int) -> JsonResponse:
    return JsonResponse(
        {"problem": " ".join(words)}, status=status, json_dumps_params={"ensure_ascii": False}
    )
