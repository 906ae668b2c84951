"""Whatever is uploaded comes in by one door: each form field that takes a file, and what each refuses."""

import importlib
import io
import pkgutil
import re
import zipfile
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

from accounts.enums import Role
from core.upload_fields import UploadField, UploadsField
from tests import factories
from tests.assessments.builders import PNG
from tests.tables.making import row, saved, workbook

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

PDF = b"%PDF-1.4 \xe2\xe3\xcf\xd3"
PROGRAM = b"MZ\x90\0\3\0\0\0"
PAGE = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
DRAWING = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def zipped(part: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as container:
        container.writestr(part, "x")
    return out.getvalue()


HOSTILE = [
    ("具体工作方案.pdf.bat", PDF),
    ("方案.hta", PAGE),
    ("方案.hta", PDF),
    ("方案.settingcontent", PDF),
    ("方案.pdf", PAGE),
    ("方案.pdf", PROGRAM),
    ("图.svg", DRAWING),
    ("图.png", DRAWING),
    ("图.bat", PNG),
    ("方案.docx", zipped("run.exe")),
    ("方案.docx", PROGRAM),
    ("表.xlsx", PROGRAM),
    ("表.xlsx", zipped("run.exe")),
    ("表.csv", PROGRAM),
    ("表.csv", PDF),
    ("表.hta", saved(workbook([row()]))),
    ("空.pdf", b""),
    ("空.png", b""),
    ("空.xlsx", b""),
    ("空.csv", b""),
    ("方案\u202efdp.exe", PDF),
    ("方案.pdf\n.bat", PDF),
    ("方案.pdf\u200b.exe. ", PDF),
]
# Of these each field takes one or the other.
RIGHT = [(".png", PNG), (".xlsx", saved(workbook([row()])))]
STRANGE = [
    "../../etc/{}",
    "..\\..\\{}",
    "方案\n换行{}",
    "方案\u202e\u2066反向{}",
    "方案\0\x1b{}",
    "长" * 300 + "{}",
    "x" * 300 + "{}",
    "方案.exe{}",
    "方案.pdf.bat{}",
    'C:方案"|?*{}',
    "{}",
]
# What fills each column that keeps a file: the form field by whose door it came in, or the portal itself.
ITSELF = "made by the portal"
FILLED = {
    "accounts.Export.file": ITSELF,
    "accounts.Slip.scan": "PaperSlipForm.scan",
    "assessments.EvidenceFile.file": "EvidenceForm.files",
    "assessments.EvidenceFile.shown": ITSELF,
    "assessments.EvidenceFile.thumbnail": ITSELF,
    "assessments.OwnCheckFile.file": "OwnCheckAnswerForm.files",
    "assessments.OwnCheckFile.shown": ITSELF,
    "assessments.OwnCheckFile.thumbnail": ITSELF,
    "desk.Dossier.file": ITSELF,
    "documents.Document.file": ITSELF,
    "publicity.AppraisalScan.file": "ScansForm.files",
    "publicity.ArticleFile.file": "ArticleForm.files",
    "publicity.ArticleFile.shown": ITSELF,
    "publicity.ArticleFile.thumbnail": ITSELF,
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


@pytest.mark.django_db
def test_no_page_of_the_administration_takes_a_file():
    request = RequestFactory().get("/")
    request.user = factories.user(Role.OFFICE)
    request.user.is_superuser = True
    taken = [
        (model.__name__, name)
        for model, page in admin.site._registry.items()
        if page.has_add_permission(request) or page.has_change_permission(request)
        for name, field in page.get_form(request).base_fields.items()
        if isinstance(field, forms.FileField)
    ]
    assert taken == []


def cleaned(field: forms.Field, name: str, content: bytes):
    """What a form keeps of one file."""
    upload = SimpleUploadedFile(name, content)
    kept = field.clean([upload] if isinstance(field, UploadsField) else upload)
    return kept[0] if isinstance(field, UploadsField) else kept


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
@pytest.mark.parametrize(("name", "content"), HOSTILE)
def test_hostile_file_is_refused_at_the_field_in_chinese(field, name, content):
    with pytest.raises(ValidationError) as told:
        cleaned(field, name, content)
    assert all(re.search("[\u4e00-\u9fff].*。", message) for message in told.value.messages)


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
@pytest.mark.parametrize("name", STRANGE)
def test_strange_name_becomes_one_that_is_safe_to_keep(field, name):
    for ending, content in RIGHT:
        try:
            kept = cleaned(field, name.format(ending), content)
        except ValidationError:
            continue
        assert kept.name.isprintable()
        assert len(kept.name) <= 200
        assert len(kept.name.encode()) <= 240
        assert not set(kept.name) & set('/\\:*?"<>|')
        assert re.search(r"\.(exe|bat)\b", kept.name) is None
        assert kept.name.endswith(ending)
        return
    pytest.fail("the field takes nothing")
