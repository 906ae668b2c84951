"""Whatever is uploaded comes in by one door: each form field that takes a file, and what each refuses."""

import hashlib
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import FileField
from django.test import RequestFactory
from PIL import Image

from accounts.enums import Role
from core.upload_fields import UploadField, UploadsField
from tables.uploads import ENDINGS, judge
from tests import factories
from tests.assessments import photos
from tests.assessments.builders import PNG
from tests.hostile_files import GOOD, HARMLESS_AS_KEPT, NAMES, REFUSED, Sent
from tests.tables.making import row, saved, workbook

# What is refused is written into the trail.
pytestmark = pytest.mark.django_db

ROOMS = (
    "tables",
    "core",
    "audit",
    "accounts",
    "standards",
    "sites",
    "documents",
    "assessments",
    "publicity",
    "desk",
)

# Of these each field takes one or the other.
RIGHT = [(".png", PNG), (".xlsx", saved(workbook([row()])))]
# What fills each column that keeps a file: the form field by whose door it came in, or the portal itself.
ITSELF = "made by the portal"
FILLED = {
    "accounts.Export.file": ITSELF,
    "documents.DraftPaper.file": ITSELF,
    "documents.PreviewPaper.file": ITSELF,
    "accounts.Slip.scan": "PaperSlipForm.scan",
    "documents.DraftRemark.edited": "RemarkForm.edited",
    "documents.PenSignature.scan": "PenSignatureForm.scan",
    "documents.StampedScan.scan": "StampedScanForm.scan",
    "assessments.EvidenceFile.file": "EvidenceForm.files",
    "assessments.EvidenceFile.shown": ITSELF,
    "assessments.EvidenceFile.thumbnail": ITSELF,
    "assessments.OwnCheckFile.file": "OwnCheckAnswerForm.files",
    "assessments.OwnCheckFile.shown": ITSELF,
    "assessments.OwnCheckFile.thumbnail": ITSELF,
    "desk.Dossier.file": ITSELF,
    "documents.Document.file": ITSELF,
    "assessments.VisitPaper.file": "VisitReportForm.paper",
    "assessments.VisitPaper.shown": ITSELF,
    "assessments.VisitPaper.thumbnail": ITSELF,
    "publicity.AppraisalScan.file": "ScansForm.files",
    "publicity.ArticleFile.file": "ArticleForm.files",
    "publicity.ArticleFile.shown": ITSELF,
    "publicity.ArticleFile.thumbnail": ITSELF,
    "publicity.EnquiryFile.file": "EnquiryForm.files",
    "publicity.EventFile.file": "EventFilesForm.files",
    "publicity.EventFile.shown": ITSELF,
    "publicity.EventFile.thumbnail": ITSELF,
    "publicity.ObjectionFile.file": "ObjectionForm.files",
    "publicity.OutletPicture.file": "OutletForm.picture",
    "publicity.OutletPicture.shown": ITSELF,
    "publicity.OutletPicture.thumbnail": ITSELF,
    "publicity.RecheckPicture.file": "VisitForm.files",
    "publicity.RecheckPicture.shown": ITSELF,
    "publicity.RecheckPicture.thumbnail": ITSELF,
    "standards.Ground.file": "GroundForm.stored",
    "sites.Facility.photo_after": "FacilityForm.photo_after",
    "sites.Facility.photo_before": "FacilityForm.photo_before",
    "sites.ImportJob.file": "RegisterForm.file",
    "sites.Measure.done_file": "TickForm.file",
    "sites.WorkPlan.file": "PlanForm.file",
}


def classes(base: type) -> Iterator[Any]:
    """Every class of the portal that comes of `base`, once all of its modules are read."""
    for room in ROOMS:
        for module in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}."):
            importlib.import_module(module.name)
    found: list[type] = [base]
    for one in found:
        known: list[type] = type.__subclasses__(one)
        found += [each for each in known if each not in found]
    return (one for one in found if one.__module__.partition(".")[0] in ROOMS)


FIELDS = {
    f"{form.__name__}.{name}": field
    for form in sorted(classes(forms.BaseForm), key=lambda one: one.__name__)
    for name, field in getattr(form, "base_fields", {}).items()
    if isinstance(field, forms.FileField)
}


def test_every_field_that_takes_a_file_is_the_door():
    assert len(FIELDS) >= 15
    assert [name for name, field in FIELDS.items() if not isinstance(field, UploadField)] == []


def test_no_other_field_takes_a_file():
    """Nor one that a form would make only when it is shown."""
    assert [one for one in classes(forms.FileField) if not issubclass(one, UploadField)] == []
    made = re.compile(r"\bforms\.(File|Image)Field\(")
    sources = (path for room in ROOMS for path in Path(settings.BASE_DIR, room).rglob("*.py"))
    assert [path.name for path in sources if made.search(path.read_text())] == []


def test_every_column_that_keeps_a_file_is_filled_through_the_door():
    columns = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, FileField)
    }
    assert columns == set(FILLED)
    assert set(FILLED.values()) - {ITSELF} <= set(FIELDS)


def test_no_page_of_the_administration_takes_a_file():
    request = RequestFactory().get("/")
    taken, looked_at = [], 0
    for request.user in map(factories.user, Role.ADMINISTRATORS):
        for model, page in admin.site._registry.items():
            if page.has_add_permission(request) or page.has_change_permission(request):
                looked_at += 1
                fields = page.get_form(request).base_fields.values()
                taken += [model for field in fields if isinstance(field, forms.FileField)]
    assert taken == []
    assert looked_at


def cleaned(field: forms.Field, name: str, content: bytes):
    """What a form keeps of one file."""
    upload = SimpleUploadedFile(name, content)
    kept = field.clean([upload] if isinstance(field, UploadsField) else upload)
    return kept[0] if isinstance(field, UploadsField) else kept


# One field for each way of judging, as the whole corpus at each field says nothing more.
DOORS = {f"{type(field).__name__} {field.purpose.name}": field for field in FIELDS.values()}


def assert_told(error: ValidationError) -> None:
    assert error.messages
    assert all(re.search("[\u4e00-\u9fff].*。", message) for message in error.messages)


def refusal(field: forms.Field, sent: Sent) -> ValidationError | None:
    try:
        cleaned(field, sent.name, sent.content)
    except ValidationError as error:
        assert_told(error)
        return error
    return None


@pytest.mark.parametrize("field", DOORS.values(), ids=DOORS)
def test_hostile_files_are_refused_in_chinese_whatever_they_are_sent_for(field):
    assert [name for name, sent in REFUSED.items() if refusal(field, sent) is None] == []


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_every_field_refuses(field):
    for name in ("page-hta", "program-pdf", "svg-png", "docm-as-docx", "pdf-javascript"):
        with pytest.raises(ValidationError) as told:
            cleaned(field, REFUSED[name].name, REFUSED[name].content)
        assert_told(told.value)


@pytest.mark.parametrize("field", DOORS.values(), ids=DOORS)
def test_what_is_taken_all_the_same_does_no_harm_where_it_is_kept(field):
    for sent in HARMLESS_AS_KEPT.values():
        if refusal(field, sent) is None:
            kept = cleaned(field, sent.name, sent.content)
            assert_safe(kept.name)
            assert kept.name.lower().endswith(ENDINGS[kept.content_type])


@pytest.mark.parametrize("field", DOORS.values(), ids=DOORS)
def test_what_clerks_send_is_taken_where_its_kind_is(field):
    kinds = field.purpose.kinds or (set(ENDINGS) if field.purpose.judge is judge else set())
    taken = {name for name, sent in GOOD.items() if refusal(field, sent) is None}
    assert taken == {
        name for name, sent in GOOD.items() if judge(SimpleUploadedFile(sent.name, sent.content)) in kinds
    }


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_strange_name_becomes_one_that_is_safe_to_keep(field):
    ending, content = next(
        (ending, content)
        for ending, content in RIGHT
        if refusal(field, Sent(f"a{ending}", lambda content=content: content)) is None
    )
    for name in NAMES:
        kept = cleaned(field, name.replace("{}", ending), content)
        assert_safe(kept.name)
        assert kept.name.endswith(ending)
        assert ENDINGS[kept.content_type][0] == ending


def assert_safe(name: str) -> None:
    """One line that every system takes for a plain file, and for nothing that it runs."""
    assert name.isprintable()
    assert len(name) <= 200
    assert len(name.encode()) <= 240
    assert not set(name) & set('/\\:*?"<>|')
    assert re.search(r"\.(exe|bat|hta|html?|js|lnk|scr)\b", name, re.IGNORECASE) is None
    assert re.match(r"(con|nul|com1)(\.|$)", name, re.IGNORECASE) is None
    assert not name.startswith((".", " "))
    assert not name.endswith((".", " "))


def test_paper_that_came_as_a_program_is_kept_as_the_paper_it_is():
    field = FIELDS["PlanForm.file"]
    assert cleaned(field, "具体工作方案.png.bat", PNG).name == "具体工作方案.png"
    assert cleaned(field, "方案.docx", PNG).name == "方案.png"


@pytest.mark.parametrize("name", ["FacilityForm.photo_before", "FacilityForm.photo_after"])
def test_of_a_site_photo_no_place_time_or_device_is_kept(name):
    content = photos.photo(at=photos.HERE, taken="2008-03-20 09:00:00", orientation=6)
    assert photos.MAKER.encode() in content
    kept = cleaned(FIELDS[name], "照片.jpg", content)
    with Image.open(kept) as picture:
        assert dict(picture.getexif()) == {}
        assert picture.size == (480, 640)  # upright
    kept.seek(0)
    assert photos.MAKER.encode() not in kept.read()
    assert kept.sha256 == hashlib.sha256(kept.file.getvalue()).hexdigest()
