"""The ways to write to the office: what each is called, is for, and where its form is."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.http import record_address

from .enums import EnquiryKind


@dataclass(frozen=True)
class Way:
    kind: EnquiryKind
    label: Promise
    about: Promise
    icon: str

    @property
    def url(self) -> str:
        return record_address("publicity:ask_new", self.kind.value)


WAYS = (
    Way(
        EnquiryKind.QUESTION,
        _("Ask a question"),
        _("About a site, the campaign or this website."),
        "chat-left-text",
    ),
    Way(
        EnquiryKind.COMPLAINT,
        _("Complain"),
        _("A site does not keep what it promises, or treats people badly. A named site is looked at again."),
        "megaphone",
    ),
    Way(EnquiryKind.SUGGESTION, _("Make a suggestion"), _("What could be better, and how."), "lightbulb"),
    Way(
        EnquiryKind.ERROR,
        _("Point out an error"),
        _("Something on a page is wrong, out of date, or does not open."),
        "search",
    ),
    Way(
        EnquiryKind.INFORMATION,
        _("Request information"),
        _("What the office keeps and has not published, by the regulation on open government information."),
        "journal-text",
    ),
)


def way_of(kind: str) -> Way | None:
    """The way of this kind's name in an address; None where there is none."""
    return next((way for way in WAYS if way.kind == kind), None)
