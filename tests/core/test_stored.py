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
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.fields.files import FieldFile
from django.urls import URLPattern, get_resolver, reverse

from accounts.enums import ResolutionKind, Role, SlipAnswer
from accounts.models import Notification, Slip
from accounts.services import meetings
from assessments.enums import Fulfilment
from assessments.models import EvidenceFile, OwnCheckFile
from assessments.services import own_checks
from core import triggers
from documents.enums import RenderState
from documents.models import Document
from documents.papers import OPINION, DocumentKind
from documents.services import render, retry
from publicity.models import (
    AppraisalScan,
    ArticleFile,
    EventFile,
    ObjectionFile,
    OutletPicture,
    RecheckPicture,
)
from publicity.services import events, objections, paper_answers
from sites.calendar import pinned
from sites.enums import Register, Stage
from sites.models import Facility, WorkPlan
from sites.services import imports
from standards.models import Ground
from standards.services import keep_ground
from tables.writing import CSV
from tests import factories
from tests.accounts import exporting as exports
from tests.assessments import builders, photos
from tests.core.test_upload_fields import ROOMS
from tests.desk.dossiers import making as dossiers
from tests.documents.papers import issue_paper
from tests.documents.test_services import LONG_AGO
from tests.files import PDF
from tests.hostile_files import HARMLESS_AS_KEPT
from tests.publicity import scene
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


def slip(office) -> Slip:
    member = factories.user(Role.LEADING_GROUP)
    item = meetings.Item(ResolutionKind.OTHER, "示例")
    campaign = factories.programme().pk
    made = meetings.circulate(campaign=campaign, item=item, members=[member], by=office).slips.get()
    meetings.answer(slip=made, says=SlipAnswer.AGREE, scan=pdf(), by=office)
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
    "desk:dossier_download": (lambda by: dossiers.made(by=by), "file", "sha256"),
    "documents:download": (paper, "file", "sha256"),
    "people:export_download": (exports.made, "file", "sha256"),
    "publicity:article_file": (lambda by: article_file(by, pdf()), "file", "sha256"),
    "publicity:article_picture": (lambda by: article_file(by, photos.upload()), "shown", None),
    "publicity:article_thumbnail": (lambda by: article_file(by, photos.upload()), "thumbnail", None),
    "publicity:document": (lambda by: paper(by, is_public=True), "file", "sha256"),
    "publicity:ground_file": (ground, "file", "sha256"),
    "publicity:objection_paper": (objection_reply, "file", "sha256"),
    "publicity:outlet_picture": (outlet_picture, "shown", None),
    "publicity:outlet_thumbnail": (outlet_picture, "thumbnail", None),
    "publicity_desk:appraisal_scan": (appraisal_scan, "file", "sha256"),
    "publicity_desk:article_file": (lambda by: article_file(by, photos.upload()), "file", "sha256"),
    "publicity_desk:event_file": (event_file, "file", "sha256"),
    "publicity_desk:event_picture": (event_file, "shown", None),
    "publicity_desk:event_thumbnail": (event_file, "thumbnail", None),
    "publicity_desk:objection_file": (objection_file, "file", "sha256"),
    "publicity_desk:outlet_original": (outlet_picture, "file", "sha256"),
    "publicity_desk:recheck_picture": (recheck_picture, "shown", None),
    "publicity_desk:recheck_thumbnail": (recheck_picture, "thumbnail", None),
    "sites:photo_after": (lambda by: facility(by, "photo_after"), "photo_after", None),
    "sites:photo_before": (lambda by: facility(by, "photo_before"), "photo_before", None),
    "sites:measure_file": (measure, "done_file", None),
    "sites:plan_file": (plan, "file", None),
    "sites:slip_scan": (slip, "scan", None),
}
# Those that are not found by their record's key.
ADDRESSED: dict[str, Callable[[Any], str]] = {
    "publicity:document": lambda paper: reverse("publicity:document", args=[paper.verification_code]),
    "publicity:objection_paper": lambda paper: (
        f"{reverse('publicity:objection_paper')}?code={paper.objection.receipt_code}"
    ),
}
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


def patterns(resolver=None, space=""):
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLPattern):
            yield f"{space}{each.name}", each.callback
        else:
            yield from patterns(each, f"{each.namespace}:" if each.namespace else space)


def test_every_view_that_serves_a_stored_file_is_tried_here():
    serving = {
        name
        for name, view in patterns()
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
    # The list of what was erased holds keys of rows, and goes to nobody.
    assert found == ["core/erasures.py", "core/stored.py"]


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
    assert LogEntry.objects.filter(action=LogEntry.Action.ACCESS).count() == before
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
        "EventFile",
        "EvidenceFile",
        "Export",
        "Ground",
        "ObjectionFile",
        "OutletPicture",
        "OwnCheckFile",
        "RecheckPicture",
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


def test_damaged_paper_is_made_again_and_handed_out(client, damaged):
    digest = damaged.record.sha256
    assert state_of(damaged) == RenderState.QUEUED
    assert client.get(damaged.address).status_code == 503  # not 404: it is on record
    render(damaged.record.pk)
    assert state_of(damaged) == RenderState.READY
    answer = client.get(damaged.address)
    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == digest == damaged.record.sha256


@pytest.fixture
def differing(client, damaged):
    """The same, but what can be made by now differs from what was issued, as with other fonts."""
    context = damaged.record.context
    Document.objects.update(context=context | {"title": "关于另一件事的公示"})
    render(damaged.record.pk)
    return damaged


def test_paper_that_cannot_be_made_as_it_was_stays_withheld_and_a_person_is_told(client, differing):
    digest = differing.record.sha256
    assert state_of(differing) == RenderState.FAILED
    assert differing.record.sha256 == digest
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


# -- what to know before opening -----------------------------------------------------------------


def test_every_record_that_keeps_flags_shows_them_where_its_file_is_offered(client):
    """Each template with a link to such a file has the words behind it; pictures have no flags."""
    flagged = {"assessments:evidence_file", "assessments:own_check_evidence", "publicity:article_file"}
    flagged |= {f"publicity_desk:{name}_file" for name in ("article", "event", "objection")}
    flagged |= {"publicity_desk:appraisal_scan", "sites:plan_file", "sites:measure_file"}
    named = "|".join(flagged)
    link = re.compile(rf"url '({named})' [^%]*%}}\">(?!{{% trans \"Original)")
    offering = [
        (path.name, text)
        for path in sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
        if link.search(text := path.read_text())
    ]
    assert {name for _file, text in offering for name in link.findall(text)} == flagged
    assert [file for file, text in offering if "file_flags.html" not in text] == []


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
