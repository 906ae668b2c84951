"""Enquiries for a test, made through the services."""

from accounts.enums import Role
from accounts.models import Organisation, User
from publicity.enums import EnquiryKind, EnquiryTopic, WantedForm
from publicity.models import Enquiry
from publicity.services import answering, enquiries
from publicity.services.enquiries import Asked
from sites.models import Site
from tests import factories

WRITER, CONTACT, TEXT = "示例来信人赵某", "13900005678", "示例来信：窗口几点上班？"
REPLY = "示例答复：工作日8时30分上班。"


def ask(kind: EnquiryKind = EnquiryKind.QUESTION, site: Site | None = None, **said: object) -> Enquiry:
    """Somebody wrote online today, under a name."""
    if kind == EnquiryKind.INFORMATION:
        said = {"wanted_as": WantedForm.PAPER, "identity": "示例证件", **said}
    asked = Asked(
        **{
            "kind": kind,
            "topic": EnquiryTopic.HOURS,
            "site": site,
            "name": WRITER,
            "contact": CONTACT,
            "text": TEXT,
            **said,
        }  # type: ignore[arg-type]  # a test gives what it is about
    )
    return enquiries.receive(programme=factories.programme(), asked=asked).enquiry


def accepted(enquiry: Enquiry, by: User | None = None) -> Enquiry:
    answering.accept(enquiry=enquiry, by=by or factories.user(Role.OFFICE))
    return enquiry


def handed(enquiry: Enquiry, body: Organisation | None, by: User | None = None) -> Enquiry:
    assert body
    answering.hand_on(enquiry=enquiry, body=body, by=by or factories.user(Role.OFFICE))
    return enquiry


def drafted(enquiry: Enquiry, by: User | None = None, result: str = "open") -> Enquiry:
    """Taken up where it is not yet, and an answer drafted by the office, or whoever it is."""
    by = by or factories.user(Role.OFFICE)
    if enquiry.state == "received":
        accepted(enquiry, by)
    answering.draft(enquiry=enquiry, reply=REPLY, result=result, by=by)
    return enquiry


def answered(enquiry: Enquiry, result: str = "open") -> Enquiry:
    """Drafted by one of the office, approved by another."""
    if enquiry.state != "drafted":
        drafted(enquiry, result=result)
    seen = enquiry.steps.latest("pk").pk
    answering.approve(enquiry=enquiry, seen=seen, by=factories.user(Role.OFFICE))
    return enquiry
