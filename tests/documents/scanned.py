"""Sheets signed with a pen and sealed papers, as they are scanned."""

import datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.enums import Role
from accounts.models import User
from core import uploads
from core.clock import today
from core.uploads import Taken, receive
from documents.models import Document, Draft, DraftRemark, PenSignature, StampedScan
from documents.services import checking, drafts, scans
from tests import agreeing, factories
from tests.assessments import builders
from tests.documents.drafted import drafted, heard_site
from tests.files import pdf


def scan(name: str = "示例签批单.pdf", purpose: uploads.Purpose = uploads.PEN_SHEET) -> Taken:
    return receive(SimpleUploadedFile(name, pdf(b"signed")), purpose)


def to_sign(clerk: User, colleague: User) -> Draft:
    """A draft that is checked and waits for a signature."""
    draft = drafted(heard_site(), clerk)
    agreeing.made(draft)
    checking.check(draft=draft, turn=draft.turn, by=colleague)
    return Draft.objects.get(pk=draft.pk)


def entered(draft: Draft, *, signer: User, by: User, on: datetime.date | None = None) -> PenSignature:
    return scans.enter_pen_signature(
        draft=draft, turn=draft.turn, signer=signer, signed_on=on or today(), scan=scan(), by=by
    )


def pen_signature(by: User) -> PenSignature:
    """One that this clerk has entered, of a draft of two others."""
    with builders.on("2008-04-16"):
        draft = to_sign(factories.user(Role.OFFICE), factories.user(Role.OFFICE))
        return entered(draft, signer=factories.user(Role.LEADING_GROUP), by=by)


def edited(by: User) -> DraftRemark:
    """A copy of a draft that this clerk has edited."""
    with builders.on("2008-04-16"):
        draft = drafted(heard_site(), by)
        drafts.remark(
            draft=draft, text="示例：见修改稿。", edited=scan("修改稿.pdf", uploads.EDITED_COPY), by=by
        )
    return draft.remarks.get(act="remarked")


def stamped(document: Document, by: User) -> StampedScan:
    return scans.file_stamped_scan(document=document, scan=scan("盖章件.pdf", uploads.SEALED), by=by)
