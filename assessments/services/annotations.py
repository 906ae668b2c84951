"""Arrows, circles and lines that a person draws over a picture of evidence; the file is never touched."""

import datetime
import re
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import AnnotationLayer, EvidenceFile
from assessments.models.photos import MOST_LETTERS

from .filing import check_change, hold

# Paths as static/portal/photo-marks.js writes them: the shaft of an arrow and its head, which has
# the same tip; two halves of an ellipse; a line through points. Nothing else can be said in them.
_POINT = "[0-9]{1,5} [0-9]{1,5}"
ARROWS = re.compile(f"(M{_POINT}L(?P<tip>{_POINT})M{_POINT}L(?P=tip)L{_POINT})*")
CIRCLES = re.compile(f"(M{_POINT}a(?P<r>{_POINT}) 0 1 0 (?P<d>[0-9]{{1,5}}) 0a(?P=r) 0 1 0 -(?P=d) 0z)*")
LINES = re.compile(f"(M{_POINT}(L{_POINT})+)*")
_PLACE = re.compile(f"[ML]({_POINT})")


class OtherMarks(Exception):
    """Other marks have this number already."""


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A layer as it was drawn."""

    key: UUID
    drawn_at: datetime.datetime
    arrows: str = ""
    circles: str = ""
    lines: str = ""
    note: str = ""


@transaction.atomic
def annotate(*, file: EvidenceFile, drawing: Drawing, by: User) -> AnnotationLayer:
    """Lay a drawing over a picture, above those that lie there; one that comes again is the first one.

    Whoever may change the evidence may do so, as long as they may: an empty drawing hides the former ones.
    Raises OtherMarks, PermissionDenied, WorkflowError and ValidationError.
    """
    if known := _known(file, drawing, by):
        return known
    evidence = file.evidence
    hold(site=evidence.site, by=by, assessment=evidence.assessment)
    check_change(evidence, by)
    _check(file, drawing)
    try:
        with transaction.atomic():
            return AnnotationLayer.objects.create(file=file, drawn_by=by, **vars(drawing))
    except IntegrityError:  # it came twice at one moment, and the other was quicker
        if known := _known(file, drawing, by):
            return known
        raise


def _known(file: EvidenceFile, drawing: Drawing, by: User) -> AnnotationLayer | None:
    layer = AnnotationLayer.objects.filter(key=drawing.key).first()
    if layer is None:
        return None
    if layer.drawn_by_id != by.pk:
        raise PermissionDenied
    if layer.file_id != file.pk or any(getattr(layer, name) != said for name, said in vars(drawing).items()):
        raise OtherMarks
    return layer


def _check(file: EvidenceFile, drawing: Drawing) -> None:
    if not (file.is_picture and file.width and file.height):
        raise ValidationError(_("Only a picture can be drawn on."))
    path = drawing.arrows + drawing.circles + drawing.lines
    if not (path or drawing.note) and not file.layers.exists():
        raise ValidationError(_("Draw something, or say it in words."))
    if len(path) > MOST_LETTERS:
        raise ValidationError(_("Too much is drawn on this picture; take some of it back."))
    read = zip((ARROWS, CIRCLES, LINES), (drawing.arrows, drawing.circles, drawing.lines), strict=True)
    places = [tuple(map(int, place.split())) for place in _PLACE.findall(path)]
    if not all(grammar.fullmatch(said) for grammar, said in read) or any(
        x > file.width or y > file.height for x, y in places
    ):
        raise ValidationError(_("The marks could not be read; draw them once more."))
