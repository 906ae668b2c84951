"""One record of each kind that the demo campaign has none of: each line of the access matrix asks of one."""

import datetime
import hashlib

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.enums import Role
from accounts.models import Deputy, User
from assessments.enums import FurtherKind
from assessments.models import Assessment, FurtherForm, PracticeRun, Sheet, Tie, VisitPaper, VisitReport
from assessments.services import practice
from core.clock import today
from documents.models import Document
from publicity.models import Appraisal, AppraisalScan, Enquiry, Event
from publicity.services import enquiries, events
from sites.enums import Register, ReplacementState, Stage
from sites.models import Replacement, Site
from tests import factories
from tests.accounts import exporting
from tests.assessments import photos
from tests.desk.dossiers import making
from tests.documents import previewed, scanned
from tests.files import PDF
from tests.sites import registers


def add_missing(office: User) -> None:
    other, day = factories.user(Role.OFFICE), today()
    making.made(Site.objects.order_by("pk")[0], office)
    exporting.made(office)
    previewed.made(office)
    scanned.pen_signature(office)
    scanned.edited(office)
    scanned.stamped(Document.objects.filter(is_public=False).order_by("pk")[0], office)
    registers.previewed(Register.ORGANISATIONS, registers.organisations(1), by=office)
    running, files = Enquiry.objects.running().order_by("pk"), [SimpleUploadedFile("示例.pdf", PDF)]
    enquiries.attach(enquiry=running[0], files=files)
    Deputy.objects.create(
        person=office, deputy=other, first_on=day, last_on=day, reason="示例出差", made_by=other
    )
    Tie.objects.create(
        user=User.objects.filter(role=Role.INSPECTOR).order_by("pk")[0],
        organisation=factories.unit(),
        reason="示例亲属",
        declared_on=day,
        declared_by=office,
    )
    FurtherForm.objects.create(
        assessment=Assessment.objects.order_by("pk")[0],
        kind=FurtherKind.SYMPOSIUM,
        on=day,
        took_part="示例群众代表8人",
        found="示例",
        by=office,
        entered_on=day,
    )
    marked = Sheet.objects.signed_finals().order_by("pk")[0]
    practised = practice.copy(source=marked, title="示例练习", by=office)
    PracticeRun.objects.create(
        sheet=practised, by=User.objects.get(username="ducha1"), begun_on=day, finished_on=day
    )
    VisitPaper.objects.create(
        report=VisitReport.objects.create(
            assessment=Assessment.objects.filter(assignment__isnull=False).order_by("pk")[0],
            visited_on=day,
            begun_at=datetime.time(9),
            ended_at=datetime.time(10),
            present="示例",
            signer_name="示例",
            signer_post="主任",
            paper_sha256=hashlib.sha256(PDF).hexdigest(),
            digest="示例",
            made_by=User.objects.filter(role=Role.INSPECTOR).order_by("pk")[0],
            on=day,
        ),
        name="示例.pdf",
        content_type="application/pdf",
        size=len(PDF),
        sha256=hashlib.sha256(PDF).hexdigest(),
        file=ContentFile(PDF, "示例.pdf"),
    )
    AppraisalScan.objects.create(
        appraisal=Appraisal.objects.order_by("pk")[0],
        name="示例.pdf",
        content_type="application/pdf",
        size=len(PDF),
        sha256=hashlib.sha256(PDF).hexdigest(),
        file=ContentFile(PDF, "示例.pdf"),
        added_by=office,
        added_on=day,
    )
    events.add_files(event=Event.objects.order_by("pk")[0], files=[photos.upload()], by=office)
    Replacement.objects.create(
        site=Site.objects.exclude(stage=Stage.DRAFT).order_by("pk")[0],
        before={},
        after={},
        reason="示例",
        state=ReplacementState.ASKED,
        asked_by=office,
        asked_on=day,
    )
