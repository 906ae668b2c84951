"""What a member of the leading group wrote on two reports: one instruction is answered, one waits."""

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from documents.papers import DocumentKind
from documents.services import instructions
from sites.calendar import pinned
from sites.models import Programme, Site
from sites.services import filer_of

from .cast import SAMPLE, Cast
from .lists import on


def give(programme: Programme, failing: Site, cast: Cast) -> None:
    """On the report of a site that failed, in May, and on the report of the round, the day before."""
    papers = programme.documents.standing()
    report = papers.get(kind=DocumentKind.ACCEPTANCE_REPORT, sites=failing)
    clerk = cast.districts[failing.filing.organisation_id]
    with pinned(on("2008-05-08")):
        first = instructions.give(
            document=report,
            text=f"该单位没有通过验收，请区办帮助逐项查找原因，拿出整改措施，并报告办理情况。{SAMPLE}",
            to=[filer_of(failing.filing)],
            due_on=on("2008-05-16"),
            by=cast.leader,
        )
    with pinned(on("2008-05-13")):
        instructions.answer(
            answer=first.answers.get(),
            text=f"已会同该单位查找原因，制定措施6条，由区办分管副主任包点督促。{SAMPLE}",
            paper=None,
            by=clerk,
        )
    office = Organisation.objects.get(name__startswith="海南区", kind=OrganisationKind.DISTRICT_OFFICE)
    with pinned(on("2008-05-19")):
        instructions.give(
            document=papers.get(kind=DocumentKind.RECTIFICATION_SUMMARY),
            text=f"海南区还有整改逾期未完成的，请区办抓紧督促，说明原因和完成时间。{SAMPLE}",
            to=[office],
            due_on=on("2008-05-23"),
            by=cast.leader,
        )
