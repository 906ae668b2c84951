"""A stored file goes out whole, to be saved, or not at all: at every view that serves one."""

import datetime
import hashlib
import inspect
import logging
import re
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.fields.files import FieldFile
from django.urls import reverse
from django.utils import timezone

from accounts.enums import ResolutionKind, Role, SlipAnswer
from accounts.models import Notification, Slip, User
from accounts.services import meetings
from assessments.enums import Fulfilment
from assessments.models import EvidenceFile, OwnCheckFile, VisitPaper
from assessments.services import own_checks, visit_reports
from audit.enums import Incident
from core import triggers, uploads
from core.enums import Severity
from core.health import conditions
from core.kept_files import FlagsField
from core.uploads import receive
from documents.conditions import TOLD_FOR
from documents.enums import RenderState
from documents.models import Document, Signature
from documents.papers import OPINION, DocumentKind
from documents.services import render, retry
from publicity.enums import EnquiryKind
from publicity.models import (
    AppraisalScan,
    ArticleFile,
    EnquiryFile,
    EventFile,
    ObjectionFile,
    OutletPicture,
    RecheckPicture,
)
from publicity.services import enquiries, events, objections, paper_answers
from publicity.views.enquiries import SALT
from sites.calendar import pinned
from sites.enums import Register, Stage
from sites.models import Facility, Site, WorkPlan
from sites.services import imports
from standards.models import Ground
from standards.services import keep_ground
from tables.uploads import PICTURES
from tables.writing import CSV
from tests import factories
from tests.accounts import exporting as exports
from tests.addresses import patterns
from tests.assessments import builders, photos
from tests.core.test_upload_fields import FIELDS, FILLED, ITSELF, ROOMS
from tests.desk.dossiers import making as dossiers
from tests.documents import drafted, previewed, scanned
from tests.documents.papers import issue_paper
from tests.documents.test_services import LONG_AGO
from tests.files import PDF
from tests.hostile_files import HARMLESS_AS_KEPT
from tests.publicity import enquiring, scene
from tests.sites import making, registers
from tests.sites.registers import start
from tests.sites.test_views_plans import fields as plan_fields

pytestmark = pytest.mark.django_db

SERVING = {"saved_to_disk", "inline", "paper_response"}
OPENS = r"(file|photo\w*|picture|shown|thumbnail|content|storage)\.open\("


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("示例.pdf", PDF)


def evidence(office, content) -> EvidenceFile:
    return builders.filed(builders.building(), content).files.get()


def plan(office):
    site = factories.site(Stage.DETERMINED)
    return making.file_plan(site, factories.liaison_of(site), file=pdf())


def measure(office):
    measure = plan(office).measures.get()
    WorkPlan.objects.update(state="agreed", decided_by=office, decided_on="2008-02-01")
    measure.done_file, measure.done_file_name = pdf(), "示例.pdf"
    measure.save()
    return measure


def slip(office, scan=None) -> Slip:
    member = factories.user(Role.LEADING_GROUP)
    item = meetings.Item(ResolutionKind.OTHER, "示例")
    campaign = factories.programme().pk
    made = meetings.circulate(campaign=campaign, item=item, members=[member], by=office).slips.get()
    meetings.answer(slip=made, says=SlipAnswer.AGREE, scan=scan or pdf(), by=office)
    return made.resolution.slips.get()


def facility(office, field) -> Facility:
    photo = {field: builders.upload()}
    site = factories.site()
    return Facility.objects.create(site=site, name="示例屏", added_by=office, added_on="2008-03-01", **photo)


def article_file(office, content) -> ArticleFile:
    draft = scene.drafted(files=[content])
    draft.files.update(caption="示例说明")
    return scene.put_out(draft).files.get()


def objection_file(office) -> ObjectionFile:
    letter = scene.object_to(scene.publish())
    objections.attach(objection=letter, files=[pdf()])
    return letter.files.get()


def enquiry_file(office) -> EnquiryFile:
    asked = enquiring.ask()
    enquiries.attach(enquiry=asked, files=[pdf()])
    return asked.files.get()


def information_reply(office) -> Document:
    """The paper that answers a request for information: fetched from the page of its receipt."""
    paper = enquiring.answered(enquiring.ask(EnquiryKind.INFORMATION)).document
    render(paper.pk)
    paper.refresh_from_db()
    return paper


def event_file(office) -> EventFile:
    with pinned(datetime.date(2008, 5, 12)):
        event = scene.event(factories.site(Stage.NAMED), by=office)
    events.add_files(event=event, files=[photos.upload()], by=office)
    return event.files.get()


def own_check_file(_office, content) -> OwnCheckFile:
    check = own_checks.begin(programme=factories.programme(), by=making.clerk())
    answer = check.answers.all()[0]
    own_checks.answer(
        answer=answer, fulfilment=Fulfilment.DONE, text="", links=(), files=[content], by=check.drafted_by
    )
    return answer.files.get()


def visit_paper(_office, content) -> VisitPaper:
    site = builders.building()
    builders.self_assessed(site)
    visit = builders.assigned(site)
    filled = visit_reports.Filled(
        visited_on=datetime.date(2008, 4, 8),
        begun_at=datetime.time(9),
        ended_at=datetime.time(10),
        present="示例",
        signer_name="示例",
        signer_post="主任",
        paper=receive(content, uploads.VISIT_PAPER),
    )
    with builders.on("2008-04-08"):
        by = visit.assignment.team.leader
        return visit_reports.sign(assessment=visit, filled=filled, corrects=None, by=by).paper


def outlet_picture(office) -> OutletPicture:
    return scene.outlet_in_public(scene.publish()).pictures.get()


def recheck_picture(office) -> RecheckPicture:
    (naming,) = scene.named()
    with pinned(naming.named_on):
        return scene.rechecked(naming, office, files=[photos.upload()]).pictures.get()


def appraisal_scan(office) -> AppraisalScan:
    """Of the forms of an appraisal that has an answer on paper."""
    window = scene.appraisal()
    scene.entered(window, office)
    return paper_answers.attach_scans(appraisal=window, files=[pdf()], by=office)[0]


def paper(office, **fields) -> Document:
    document = issue_paper(DocumentKind.PUBLIC_NOTICE)
    Document.objects.filter(pk=document.pk).update(**fields)
    render(document.pk)
    document.refresh_from_db()
    return document


def ground(office) -> Ground:
    opinion = Ground.objects.get(number=OPINION)
    return keep_ground(ground=opinion, values={}, file=pdf(), by=office)


def objection_reply(office) -> Document:
    """The paper that answers an objection: the objector fetches it by the receipt code."""
    letter = scene.conclude(scene.object_to(scene.publish()), "not_upheld")
    paper = Document.objects.get(objection=letter)
    render(paper.pk)
    paper.refresh_from_db()
    return paper


# The view → what makes a record with a stored file, the file's column, and its digest's.
PLACES = {
    "assessments:evidence_file": (lambda by: evidence(by, pdf()), "file", "sha256"),
    "assessments:evidence_picture": (lambda by: evidence(by, photos.upload()), "shown", None),
    "assessments:evidence_thumbnail": (lambda by: evidence(by, photos.upload()), "thumbnail", None),
    "assessments:own_check_evidence": (lambda by: own_check_file(by, pdf()), "file", "sha256"),
    "assessments:own_check_picture": (lambda by: own_check_file(by, photos.upload()), "shown", None),
    "assessments:own_check_thumbnail": (lambda by: own_check_file(by, photos.upload()), "thumbnail", None),
    "assessments:visit_paper": (lambda by: visit_paper(by, pdf()), "file", "sha256"),
    "desk:dossier_download": (lambda by: dossiers.made(by=by), "file", "sha256"),
    "documents:download": (paper, "file", "sha256"),
    "documents:draft_paper_file": (drafted.made, "file", "sha256"),
    "documents:preview_paper_file": (previewed.made, "file", "sha256"),
    "people:export_download": (exports.made, "file", "sha256"),
    "publicity:article_file": (lambda by: article_file(by, pdf()), "file", "sha256"),
    "publicity:article_picture": (lambda by: article_file(by, photos.upload()), "shown", None),
    "publicity:article_thumbnail": (lambda by: article_file(by, photos.upload()), "thumbnail", None),
    "publicity:document": (lambda by: paper(by, is_public=True), "file", "sha256"),
    "publicity:ground_file": (ground, "file", "sha256"),
    "publicity:enquiry_paper": (information_reply, "file", "sha256"),
    "publicity:objection_paper": (objection_reply, "file", "sha256"),
    "publicity:outlet_picture": (outlet_picture, "shown", None),
    "publicity:outlet_thumbnail": (outlet_picture, "thumbnail", None),
    "publicity_desk:appraisal_scan": (appraisal_scan, "file", "sha256"),
    "publicity_desk:article_file": (lambda by: article_file(by, photos.upload()), "file", "sha256"),
    "publicity_desk:enquiry_file": (enquiry_file, "file", "sha256"),
    "publicity_desk:event_file": (event_file, "file", "sha256"),
    "publicity_desk:event_picture": (event_file, "shown", None),
    "publicity_desk:event_thumbnail": (event_file, "thumbnail", None),
    "publicity_desk:objection_file": (objection_file, "file", "sha256"),
    "publicity_desk:outlet_original": (outlet_picture, "file", "sha256"),
    "publicity_desk:recheck_picture": (recheck_picture, "shown", None),
    "publicity_desk:recheck_thumbnail": (recheck_picture, "thumbnail", None),
    "documents:draft_edited": (scanned.edited, "edited", "edited_sha256"),
    "documents:pen_scan": (scanned.pen_signature, "scan", "scan_sha256"),
    "documents:stamped": (lambda by: scanned.stamped(paper(by), by), "scan", "scan_sha256"),
    "sites:photo_after": (lambda by: facility(by, "photo_after"), "photo_after", None),
    "sites:photo_before": (lambda by: facility(by, "photo_before"), "photo_before", None),
    "sites:measure_file": (measure, "done_file", None),
    "sites:plan_file": (plan, "file", None),
    "sites:slip_scan": (slip, "scan", None),
}
# Those that are not found by their record's key.
ADDRESSED: dict[str, Callable[[Any], str]] = {
    "publicity:document": lambda paper: reverse("publicity:document", args=[paper.verification_code]),
    "publicity:enquiry_paper": lambda paper: reverse(
        "publicity:enquiry_paper", args=[signing.dumps(paper.enquiry.pk, salt=SALT)]
    ),
    "publicity:objection_paper": lambda paper: (
        f"{reverse('publicity:objection_paper')}?code={paper.objection.receipt_code}"
    ),
}
PAPER_DOORS = {"documents/services/papers.py", "documents/views/papers.py"}
WITH_DIGEST = [name for name, (_make, _column, digest) in PLACES.items() if digest]


class Place:
    """One stored file, with the address it is served at and who may have it."""

    def __init__(self, name: str) -> None:
        make, column, _digest = PLACES[name]
        self.office = factories.user(Role.OFFICE)
        self.record = make(self.office)
        self.file: FieldFile = getattr(self.record, column)
        self.address = ADDRESSED.get(name, lambda record: reverse(name, args=[record.pk]))(self.record)

    def change_a_byte(self) -> None:
        path = Path(self.file.path)
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)


@pytest.fixture(autouse=True)
def _in_may(on):
    on("2008-05-06")


def functions(view) -> list[FunctionType]:
    """The view itself, or of a class the methods."""
    view = inspect.unwrap(view)
    if isinstance(view, FunctionType) and not hasattr(view, "view_class"):
        return [view]
    made_of = getattr(view, "view_class", type(view))
    return [each for each in vars(made_of).values() if isinstance(each, FunctionType)]


def test_every_view_that_serves_a_stored_file_is_tried_here():
    serving = {
        name
        for name, _route, view, _wanted in patterns()
        for function in functions(view)
        if SERVING & set(function.__code__.co_names)
    }
    assert serving == set(PLACES)


def test_no_file_is_handed_out_elsewhere():
    """What else is sent as a file was drawn for whoever asks, and no stored file is opened unasked."""
    handed, opened = re.compile(r"\bFileResponse\((?!(io\.)?BytesIO)"), re.compile(OPENS)
    found = [
        path.relative_to(settings.BASE_DIR).as_posix()
        for room in ROOMS
        for path in sorted(Path(settings.BASE_DIR, room).rglob("*.py"))
        if (text := path.read_text()) and (opened.search(text) or handed.search(text))
    ]
    # A field opens what lies closed for `core.stored`; the list of what was erased holds keys of rows, and
    # goes to nobody.
    assert found == ["core/erased_files.py", "core/erasures.py", "core/stored.py"]


@pytest.mark.parametrize("name", PLACES)
def test_stored_file_goes_out_whole_and_inert(client, name):
    place = Place(name)
    client.force_login(place.office)
    answer = client.get(place.address)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == Path(place.file.path).read_bytes()
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    is_picture = answer["Content-Type"].startswith("image/")
    assert answer.get("Content-Disposition", "").startswith("attachment") or is_picture
    assert answer["Content-Type"] in (CSV, "application/pdf", "application/zip", "image/jpeg", "image/png")


@pytest.mark.parametrize("name", PLACES)
def test_page_that_lies_in_a_files_place_is_never_shown_as_one(client, name):
    """However it came there: by a fault of ours, by a hand in the storage, with a digest that fits."""
    place = Place(name)
    page = b"<html><script>alert(1)</script></html>"
    Path(place.file.path).write_bytes(page)
    if digest := PLACES[name][2]:
        triggers.lift(using="default")
        rows = type(place.record).objects.filter(pk=place.record.pk)
        rows.update(**{digest: hashlib.sha256(page).hexdigest()})
    client.force_login(place.office)
    answer = client.get(place.address)
    if answer.status_code == 503:
        return  # a picture that is none
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert re.search(r"\.bin(\"|$)", answer["Content-Disposition"])


def refused(client, place) -> None:
    """A page of ours, the office told once, and nothing in the trail of somebody who took it out."""
    client.force_login(place.office)
    before = LogEntry.objects.filter(action=LogEntry.Action.ACCESS).count()
    for _again in range(2):
        answer = client.get(place.address)
        assert answer.status_code == 503
        assert answer["Retry-After"] == "120"
        assert "<h1" in answer.content.decode()
    looked = LogEntry.objects.filter(action=LogEntry.Action.ACCESS)
    assert looked.exclude(additional_data__has_key="incident").count() == before
    told = Notification.objects.filter(user=place.office, about={"file": place.file.name})
    assert [str(line.url) for line in told] == [place.address.partition("?")[0]]


@pytest.mark.parametrize("name", PLACES)
def test_lost_file_is_a_page_and_the_office_is_told_once(client, caplog, name):
    place = Place(name)
    place.file.storage.delete(place.file.name)
    with caplog.at_level(logging.ERROR, logger="core.stored"):
        refused(client, place)
    assert (
        f"{place.file.instance._meta.label} {place.file.instance.pk} ({place.file.field.name})" in caplog.text
    )


@pytest.mark.parametrize("name", WITH_DIGEST)
def test_file_with_a_changed_byte_is_handed_to_nobody(client, caplog, name):
    place = Place(name)
    place.change_a_byte()
    with caplog.at_level(logging.ERROR, logger="core.stored"):
        refused(client, place)
    assert "was changed" in caplog.text


def test_every_file_with_a_digest_on_record_is_tried_here():
    with_both = [
        model.__name__
        for model in apps.get_models()
        if {"file", "sha256"} <= {field.name for field in model._meta.get_fields()}
    ]
    assert sorted(with_both) == [
        "AppraisalScan",
        "ArticleFile",
        "Document",
        "Dossier",
        "DraftPaper",
        "EnquiryFile",
        "EventFile",
        "EvidenceFile",
        "Export",
        "Ground",
        "ObjectionFile",
        "OutletPicture",
        "OwnCheckFile",
        "PreviewPaper",
        "RecheckPicture",
        "VisitPaper",
    ]


# -- a paper is made again ----------------------------------------------------------------------


@pytest.fixture
def damaged(client):
    """A public paper of which a byte was changed, after somebody asked for it."""
    place = Place("publicity:document")
    place.change_a_byte()
    assert client.get(place.address).status_code == 503
    return place


def state_of(place):
    place.record.refresh_from_db()
    return place.record.state


def incidents(document):
    """What the trail tells of its stored file, oldest first; in nobody's name."""
    entries = LogEntry.objects.get_for_object(document).filter(additional_data__has_key="incident")
    assert set(entries.values_list("actor", flat=True)) <= {None}
    return [each.additional_data["incident"] for each in entries.order_by("pk")]


def papers_condition():
    (condition,) = (each for each in conditions if each.id == "papers")
    return condition.look()


def test_damaged_paper_is_made_again_and_handed_out(client, damaged):
    digest = damaged.record.sha256
    assert state_of(damaged) == RenderState.QUEUED
    assert client.get(damaged.address).status_code == 503  # not 404: it is on record
    render(damaged.record.pk)
    assert state_of(damaged) == RenderState.READY
    answer = client.get(damaged.address)
    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == digest == damaged.record.sha256


def test_what_became_of_a_damaged_paper_is_in_the_trail_and_on_the_page_of_health(client, damaged):
    assert papers_condition().severity == Severity.ERROR
    client.get(damaged.address)
    assert incidents(damaged.record) == [Incident.DAMAGED]
    render(damaged.record.pk)
    assert incidents(damaged.record) == [Incident.DAMAGED, Incident.MADE_AGAIN]
    assert papers_condition().severity == Severity.WARNING
    Document.objects.update(damaged_at=timezone.now() - TOLD_FOR - datetime.timedelta(minutes=1))
    assert papers_condition().severity == Severity.OK
    client.force_login(factories.user(Role.AUDITOR))
    page = client.get(reverse("desk:trail"), {"deed": "stored"}).content.decode()
    assert page.count(str(Incident.MADE_AGAIN.label)) == 1


def test_keepers_are_told_of_the_same_file_again_another_day(client, damaged):
    render(damaged.record.pk)
    told = Notification.objects.filter(about={"file": damaged.file.name})
    told.update(created_at=timezone.now() - datetime.timedelta(days=2))
    damaged.change_a_byte()
    assert client.get(damaged.address).status_code == 503
    assert told.filter(user=damaged.office).count() == 2


@pytest.fixture
def differing(client, damaged):
    """The same, but what can be made by now differs from what was issued, as with other fonts."""
    draws_otherwise()
    render(damaged.record.pk)
    return damaged


def draws_otherwise() -> None:
    triggers.lift(using="default")
    Signature.objects.update(unsigned_sha256="0" * 64)


def test_paper_that_cannot_be_made_as_it_was_stays_withheld_and_a_person_is_told(client, differing):
    digest = differing.record.sha256
    assert state_of(differing) == RenderState.FAILED
    assert differing.record.sha256 == digest
    assert incidents(differing.record) == [Incident.DAMAGED, Incident.DIFFERS]
    assert papers_condition().severity == Severity.ERROR
    Document.objects.update(sent_at=LONG_AGO, finished_at=LONG_AGO)
    assert Document.objects.lost().count() == 0
    assert state_of(differing) == RenderState.FAILED
    assert client.get(differing.address).status_code == 503
    told = Notification.objects.get(url=differing.record.get_absolute_url(), user=differing.office)
    assert differing.record.full_number in str(told)
    client.force_login(differing.office)
    assert "备份" in client.get(differing.record.get_absolute_url()).content.decode()


def test_file_put_back_from_the_back_up_is_handed_out_again(client, differing):
    differing.change_a_byte()
    retry(document=differing.record)
    render(differing.record.pk)
    assert state_of(differing) == RenderState.READY
    assert client.get(differing.address).status_code == 200


def test_import_whose_file_is_lost_says_so(client):
    job = start(
        Register.ORGANISATIONS, registers.workbook(Register.ORGANISATIONS, registers.organisations(1))
    )
    job.file.storage.delete(job.file.name)
    imports.run(job.pk)
    job.refresh_from_db()
    assert "重新上传" in job.error


def test_dossier_leaves_out_evidence_that_was_changed():
    place = Place("assessments:evidence_file")
    place.change_a_byte()
    dossier = dossiers.made(place.record.evidence.site, place.office)
    assert not [name for name in dossiers.opened(dossier).namelist() if "示例.pdf" in name]


def paper_in_a_dossier() -> tuple[Document, User, Site]:
    office, site = factories.user(Role.OFFICE), factories.site(Stage.RECTIFYING)
    document = issue_paper(DocumentKind.RECTIFICATION_NOTICE, site)
    render(document.pk)
    document.refresh_from_db()
    return document, office, site


@pytest.mark.parametrize("content", [None, b"%PDF-1.7 changed", b""], ids=["lost", "changed", "empty"])
def test_dossier_has_a_damaged_paper_made_again(content):
    document, office, site = paper_in_a_dossier()
    path = Path(document.file.path)
    path.write_bytes(content) if content is not None else path.unlink()
    archive = dossiers.opened(dossiers.made(site, office))
    (name,) = (each for each in archive.namelist() if document.title in each)
    assert hashlib.sha256(archive.read(name)).hexdigest() == document.sha256
    assert incidents(document) == [Incident.DAMAGED, Incident.MADE_AGAIN]
    assert Notification.objects.filter(user=office, about={"file": document.file.name}).count() == 1


def test_dossier_leaves_out_a_paper_that_cannot_be_made_as_it_was():
    document, office, site = paper_in_a_dossier()
    Path(document.file.path).unlink()
    draws_otherwise()
    archive = dossiers.opened(dossiers.made(site, office))
    assert not [each for each in archive.namelist() if document.title in each]
    assert incidents(document) == [Incident.DAMAGED, Incident.DIFFERS]


def test_a_papers_file_is_read_in_one_room_alone():
    """Whoever wants it asks `paper_response` or `content_of`: they have a damaged one made again."""
    reads = re.compile(r"\b(document|paper|decision|reply|minutes)\.file\b(?!_)")
    found = {
        path.relative_to(settings.BASE_DIR).as_posix()
        for room in ROOMS
        for path in Path(settings.BASE_DIR, room).rglob("*.py")
        if reads.search(path.read_text()) and path.parts[-2] != "migrations"
    }
    assert found == {"assessments/views/visit_reports.py", *PAPER_DOORS}


# -- what to know before opening -----------------------------------------------------------------


def test_every_record_that_keeps_flags_shows_them_where_its_file_is_offered(client):
    """Each template with a link to such a file has the words behind it; pictures have no flags."""
    flagged = {"assessments:evidence_file", "assessments:own_check_evidence", "publicity:article_file"}
    flagged |= {f"publicity_desk:{name}_file" for name in ("article", "event", "objection")}
    flagged |= {"publicity_desk:appraisal_scan", "sites:plan_file", "sites:measure_file"}
    flagged |= {"sites:slip_scan", "publicity:ground_file", "assessments:visit_paper"}
    named = "|".join(flagged)
    link = re.compile(rf"url '({named})' [^%]*%}}\">(?!{{% trans \"Original)")
    offering = [
        (path.name, text)
        for path in sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
        if link.search(text := path.read_text())
    ]
    assert {name for _file, text in offering for name in link.findall(text)} == flagged
    assert [file for file, text in offering if "file_flags.html" not in text] == []


@pytest.mark.parametrize("name", PLACES)
def test_file_that_is_handed_on_keeps_what_was_found_in_it(name):
    """Of each column that somebody's upload fills: flags stand beside it, unless it takes pictures alone."""
    place = Place(name)
    filled_by = FILLED[f"{place.record._meta.label}.{place.file.field.name}"]
    needs_none = filled_by == ITSELF or FIELDS[filled_by].purpose.kinds == set(PICTURES)
    assert needs_none or any(isinstance(field, FlagsField) for field in place.record._meta.fields)


@pytest.mark.parametrize("signed", ["slip", "ground"])
def test_link_in_a_slip_or_a_ground_is_told_beside_it(client, signed):
    sent, office = HARMLESS_AS_KEPT["pdf-links"], factories.user(Role.OFFICE)
    file = SimpleUploadedFile(sent.name, sent.content)
    if signed == "ground":
        found = Ground.objects.get(number=OPINION)
        keep_ground(ground=found, values={}, file=receive(file, uploads.GROUND), by=office)
        page = found.get_absolute_url()
    else:
        made = slip(office, receive(file, uploads.SLIP))
        page = made.resolution.get_absolute_url()
        client.force_login(office)
    assert "文件含有指向外部的链接" in client.get(page).content.decode()


def test_link_in_a_plan_is_told_beside_it(client):
    site = factories.site(Stage.DETERMINED)
    liaison = factories.liaison_of(site)
    client.force_login(liaison)
    sent = HARMLESS_AS_KEPT["docx-links"]
    address = reverse("sites:plan", args=[site.pk])
    client.post(address, plan_fields(file=SimpleUploadedFile(sent.name, sent.content)))
    assert WorkPlan.objects.get().file_flags == "links"
    assert "文件含有指向外部的链接" in client.get(address).content.decode()


def test_link_in_evidence_is_told_beside_it(client):
    sent = HARMLESS_AS_KEPT["pdf-links"]
    office = factories.user(Role.OFFICE)
    file = evidence(office, SimpleUploadedFile(sent.name, sent.content))
    assert file.flags == "links"
    client.force_login(office)
    page = client.get(reverse("assessments:evidence_view", args=[file.pk])).content.decode()
    assert "文件含有指向外部的链接" in page
