"""What the portal keeps of people: every such column is in the register, and the trail has none in clear."""

import re
import tomllib
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.apps import apps
from django.db import models
from django.forms import BaseForm, CharField
from django.urls import get_resolver, reverse

from accounts.enums import Role
from accounts.models import Deputy, Notification
from core.encrypted import Sealed
from core.personal import PERSONAL, InTrail, Whose
from sites.models import ImportBatch, PlanDraft
from tests import factories
from tests.kinds import kinds_of
from tests.sources import rooms

# By the column's own name, or by what a form calls it.
LOOKS_PERSONAL = re.compile(
    r"name|phone|mail|contact|person|people|author|writer|address|member|attend|visitor|guest|signed|received_by"
    r"|device|network|姓名|电话|手机|邮箱|地址|联系|人员|签名|身份证",
    re.IGNORECASE,
)
# Why what looks personal is not.
OF_NO_PERSON = {
    "a thing's, a unit's or a place's name": """
        accounts.Organisation.mongolian_name accounts.Organisation.name accounts.Organisation.short_name
        assessments.Team.name core.DueTask.name sites.Site.mongolian_name
        sites.DesignatedUnit.name_in_plan sites.Facility.name sites.Holiday.name sites.Phase.name
        sites.Site.window_name standards.Chapter.name standards.Section.name
        audit.KeyFingerprint.name
    """,
    "a file's name, as it came": """
        accounts.Export.name accounts.Slip.scan_name assessments.EvidenceFile.name publicity.ArticleFile.name
        assessments.OwnCheckFile.name assessments.SheetUpload.name publicity.AppraisalScan.name
        assessments.VisitPaper.name documents.DraftRemark.edited_name documents.PenSignature.scan_name
        documents.StampedScan.scan_name
        publicity.EventFile.name publicity.OutletPicture.name publicity.RecheckPicture.name
        sites.ImportBatch.file_name sites.ImportJob.file_name sites.Measure.done_file_name
        sites.WorkPlan.file_name standards.Ground.file_name
    """,
    "it is a digest, from which nobody is found": """
        core.SentForm.digest assessments.VisitReport.digest assessments.VisitReport.paper_sha256
        documents.PaperSources.sha256 documents.Signature.unsigned_sha256
    """,
    "a key's name, or what a machine signed": """
        audit.HeadKey.endorsement audit.HeadKey.name audit.Seal.signature audit.Seal.signed_with
    """,
    "a page's address, or a body's": """
        accounts.Export.address documents.Preview.path publicity.Notice.address publicity.Notice.telephone
        sites.Programme.addressees
        sites.Site.address accounts.Notification.url assessments.EvidenceLink.url audit.Anchored.address
    """,
}
# Columns of free text and JSON that hold nobody's data, by the reason why.
REVIEWED = tomllib.loads(Path(__file__).with_name("personal_reviewed.toml").read_text())
EXCUSED = {name for names in OF_NO_PERSON.values() for name in names.split()}
KEPT = {each.field: each for each in PERSONAL}


def _columns():
    for model in apps.get_models():
        if model.__module__.split(".")[0] in rooms():
            for field in model._meta.concrete_fields:
                if isinstance(field, models.CharField | models.TextField) and not field.choices:
                    yield f"{model._meta.label}.{field.name}", field


COLUMNS = dict(_columns())


def _looks_personal(name, field):
    told = f"{name.rpartition('.')[2]} {field.verbose_name}"
    return isinstance(field, Sealed | models.EmailField) or LOOKS_PERSONAL.search(told)


def test_every_column_that_looks_personal_is_in_the_register():
    looking = {name for name, field in COLUMNS.items() if _looks_personal(name, field)}
    assert sorted(looking - KEPT.keys() - EXCUSED) == []


def _within():
    """Every column of every model in which somebody's data may lie: free text and JSON, of packages too."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
            if is_text or isinstance(field, models.JSONField):
                yield f"{model._meta.label}.{field.name}"


def test_every_json_and_free_text_is_in_the_register_or_was_read_by_somebody():
    """A new column fails until somebody decides which of the two it is."""
    reviewed = [name for names in REVIEWED.values() for name in names.split()]
    within = set(_within())
    assert sorted(within - KEPT.keys() - EXCUSED - set(reviewed)) == []
    assert sorted(set(reviewed) - within) == []
    assert sorted(set(reviewed) & (KEPT.keys() | EXCUSED)) == []
    assert len(reviewed) == len(set(reviewed))


def test_nothing_is_excused_that_is_not_there():
    assert sorted(EXCUSED - COLUMNS.keys()) == []
    assert sorted(EXCUSED & KEPT.keys()) == []


# A form's field for a person's data, by its name or its label.
ASKS = re.compile(
    r"phone|mail|name$|contact|person|people|attend|guest|took_part|received_by|电话|姓名|邮箱|人员|联系人",
    re.IGNORECASE,
)
OF_NO_PERSON_IN_FORMS = {
    "PersonFilter.q": "it looks for whom the portal knows",
    "TrailFilter.person": "it looks for whom the portal knows",
    "AnnounceForm.telephone": "the office's own",
}


def test_every_form_says_what_happens_to_personal_data():
    """Whatever field asks for it, the reader is led from it to its entry in the register."""
    assert get_resolver().url_patterns  # every view is imported, and so every form
    silent, false = set(), set()
    for form in kinds_of(BaseForm):
        if form.__module__.split(".")[0] not in rooms():
            continue
        told = getattr(form, "personal", {})
        false |= {f"{form.__name__}: {entry}" for entry in told.values() if entry not in KEPT}
        for name, field in getattr(form, "base_fields", {}).items():
            is_asked = isinstance(field, CharField) and ASKS.search(f"{name} {field.label}")
            if is_asked and name not in told:
                silent.add(f"{form.__name__}.{name}")
    assert silent == OF_NO_PERSON_IN_FORMS.keys()
    assert false == set()


@pytest.mark.django_db
def test_field_leads_to_its_entry_on_the_public_page(client):
    client.force_login(factories.user(Role.OFFICE))
    page = client.get(reverse("people:person_add")).content.decode()
    link = f"{reverse('publicity:personal_data')}#accounts.User.phone"
    assert link in page
    assert 'id="accounts.User.phone"' in client.get(link).content.decode()


@pytest.mark.django_db
def test_public_page_names_every_entry(client):
    page = client.get(reverse("publicity:personal_data")).content.decode()
    assert [field for field in KEPT if f'id="{field}"' not in page] == []


@pytest.mark.django_db
def test_a_person_sees_and_takes_along_their_own_and_nobody_elses(client):
    mine, other = factories.user(Role.LIAISON), factories.user(Role.LIAISON)
    for person, phone in ((mine, "0473-2000001"), (other, "0473-2000002")):
        person.phone = phone
        person.save()
    client.force_login(mine)
    page = client.get(reverse("people:my_data")).content.decode()
    table = client.get(reverse("people:my_data_file"), {"format": "csv"})
    for text in (page, table.getvalue().decode("utf-8-sig")):
        assert "0473-2000001" in text
        assert "0473-2000002" not in text
    assert LogEntry.objects.filter(actor=mine, additional_data__format="csv").exists()


@pytest.mark.django_db
def test_own_data_has_what_lies_in_reasons_filters_and_what_is_being_typed(client):
    mine = factories.user(Role.LIAISON)
    mine.off_reason = "示例停用原因"
    mine.save()
    other = factories.user(Role.LIAISON)
    Deputy.objects.create(
        person=mine, deputy=other, first_on="2008-05-01", last_on="2008-05-03", reason="病假", made_by=other
    )
    site = factories.site()
    PlanDraft.objects.create(site=site, by=mine, typed={"text": "正在写的话", "measures": [{"a": "示例人"}]})
    PlanDraft.objects.create(site=site, by=other, typed={"text": "别人写的话"})
    client.force_login(mine)
    page = client.get(reverse("people:my_data")).content.decode()
    for told in ("示例停用原因", "病假", "正在写的话；示例人"):
        assert told in page
    assert "别人写的话" not in page


@pytest.mark.django_db
def test_list_that_came_by_a_workbook_enters_the_trail_as_a_fingerprint():
    batch = ImportBatch.objects.create(
        filing=factories.filing(factories.district()),
        file_name="示例.xlsx",
        changes=[{"before": None, "after": {"phone": "0473-2000003"}}],
        by=factories.user(Role.OFFICE),
    )
    changes = LogEntry.objects.get_for_object(batch).get().changes["changes"]
    assert changes[1].startswith("fingerprint v1:")


@pytest.mark.django_db
def test_whoever_keeps_the_account_is_asked_to_put_it_right(client):
    office, stranger = factories.user(Role.OFFICE), factories.user(Role.INSPECTOR)
    person = factories.user(Role.LIAISON)
    client.force_login(person)
    client.post(reverse("people:my_data"), {"text": "电话末位应为5。"})
    told = Notification.objects.filter(about__text="电话末位应为5。")
    assert office.pk in told.values_list("user", flat=True)
    assert stranger.pk not in told.values_list("user", flat=True)
    assert client.post(reverse("people:my_data"), {"text": ""}).status_code == 200
    assert Notification.objects.filter(about__text="").count() == 0


@pytest.mark.parametrize("entry", list(PERSONAL), ids=lambda entry: entry.field)
def test_trail_keeps_of_a_column_what_the_register_says(entry):
    assert entry.column.name == entry.name
    told = auditlog.get_model_fields(entry.model) if auditlog.contains(entry.model) else None
    if told is None or entry.name in told["exclude_fields"]:
        kept = InTrail.NOTHING
    elif entry.name in told["mask_fields"]:
        kept = InTrail.FINGERPRINT
    else:
        kept = InTrail.CLEAR
    assert kept == (entry.in_trail if entry.model is not LogEntry else InTrail.NOTHING)


def test_an_encrypted_column_never_enters_the_trail():
    """Of who works with the portal the trail tells that a value changed."""
    sealed = [each for each in PERSONAL if isinstance(each.column, Sealed)]
    allowed = {Whose.STAFF: {InTrail.NOTHING, InTrail.FINGERPRINT}}
    assert {each.whose for each in sealed} >= {Whose.STAFF, Whose.CITIZEN}
    assert [each for each in sealed if each.in_trail not in allowed.get(each.whose, {InTrail.NOTHING})] == []


@pytest.mark.heavy
@pytest.mark.django_db
def test_the_demo_leaves_no_personal_value_in_the_trail(demo):
    """Whatever way it was written: a form, a list of rows, an import, the demo's own script."""
    values, hidden = set(), 0
    for each in PERSONAL:
        if each.in_trail == InTrail.CLEAR:
            continue
        found = each.model._default_manager.values_list(each.name, flat=True)
        values |= {text for text in found if isinstance(text, str) and len(text) > 3}
        for entry in LogEntry.objects.get_for_model(each.model):
            for text in (entry.changes or {}).get(each.name, ()):
                assert text in ("", "None") or text.startswith("fingerprint v1:")
                hidden += text.startswith("fingerprint")
    assert hidden > 20
    assert len(values) > 10
    columns = ("object_repr", "changes", "changes_text", "additional_data", "serialized_data", "actor_email")
    # What a notice publishes as the office's own number is nobody's; the samples have but one.
    entries = LogEntry.objects.exclude(content_type__model__in=("notice", "secrecyreview"))
    trail = "\n".join(str(row) for row in entries.values_list(*columns))
    assert [value for value in values if value in trail] == []


@pytest.mark.heavy
@pytest.mark.django_db
def test_the_trail_tells_that_a_telephone_changed_and_when_it_was_put_back(demo):
    person = apps.get_model("accounts.User").objects.exclude(phone="").first()
    first, texts = person.phone, []
    for phone in ("0473-2999999", first):
        person.phone = phone
        person.save()
        entry = LogEntry.objects.get_for_object(person).first()
        texts += entry.changes["phone"]
    assert texts[0] == texts[3] != texts[1] == texts[2]
    assert all(text.startswith("fingerprint v1:") for text in texts)
