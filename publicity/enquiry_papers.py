"""政府信息公开申请答复书: the reply to a request for information, as a paper that names nobody.

Papers are kept for good and the writer's data is not: the paper says to which request it answers by the day
and its kind, and is fetched under the receipt code.
"""

from django.utils import translation

from accounts.enums import Role
from accounts.models import User
from assessments.papers.words import sentence
from documents.papers import OFFICE, DocumentKind
from documents.services import issue

from .models import Enquiry


def issue_information_reply(enquiry: Enquiry, *, by: User) -> None:
    """The paper of an answered request; at the desk for the office and the leading group."""
    with translation.override("zh-hans"):
        result, channel = enquiry.get_result_display(), enquiry.get_channel_display()
    readers = User.objects.active().filter(role__in=Role.CITY_WIDE)
    if enquiry.site_id:
        readers = readers.exclude(recusals__site=enquiry.site_id)
    enquiry.document = issue(
        kind=DocumentKind.INFORMATION_REPLY,
        programme=enquiry.programme,
        title=f"{OFFICE}关于政府信息公开申请的答复",
        sites=[enquiry.site] if enquiry.site else [],
        readers=readers,
        by=by,
        context={
            "received_on": enquiry.received_on,
            "channel": channel,
            "result": result,
            "reply": sentence(enquiry.reply),
        },
    )
    enquiry.save(update_fields=["document"])
