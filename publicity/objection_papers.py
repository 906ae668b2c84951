"""异议答复: the written reply to an objector, as a paper that names nobody.

Papers are kept for good and the objector's data is not: the paper says to which letter it answers by the day
and the site, and is fetched under the receipt code.
"""

from django.utils import translation

from accounts.enums import Role
from accounts.models import User
from assessments.papers.words import sentence
from documents.contexts import site_fields
from documents.papers import OFFICE, DocumentKind
from documents.services import issue

from .models import Objection
from .services.inquirers import unbarred


def issue_reply(objection: Objection, *, by: User) -> None:
    """The paper of an answered objection; at the desk for the office and the leading group, as unbarred."""
    site, notice = objection.site, objection.notice
    with translation.override("zh-hans"):
        result, channel = objection.get_state_display(), objection.get_channel_display()
    objection.document = issue(
        kind=DocumentKind.OBJECTION_REPLY,
        programme=notice.programme,
        title=f"{OFFICE}关于{site.window_name}公示异议的答复",
        sites=[site],
        readers=unbarred(site, Role.OFFICE, Role.LEADING_GROUP),
        by=by,
        context={
            **site_fields(site),
            "notice_title": notice.title,
            "notice_number": notice.document.full_number if notice.document else "",
            "received_on": objection.received_on,
            "channel": channel,
            "result": result,
            "was_looked_into": objection.taken_up_on is not None,
            "reply": sentence(objection.reply),
        },
    )
    objection.save(update_fields=["document"])
