"""Papers that answer what happens in the rooms below."""

from django.dispatch import receiver

from accounts.models import User
from sites.models import Filing
from sites.signals import list_filed

from .contexts import filing_form
from .papers import OFFICE, DocumentKind
from .services import issue


@receiver(list_filed)
def issue_filing_form(sender: type[Filing], *, filing: Filing, by: User, **_kwargs: object) -> None:
    """上报表 and receipt of a filed list (plan, part three: 上报市政务公开领导小组办公室)."""
    sites = filing.sites.select_related("organisation").prefetch_related("liaisons")
    issue(
        kind=DocumentKind.FILING_FORM,
        programme=filing.programme,
        title=f"{filing.organisation}示范点上报表",
        addressee=OFFICE,
        sites=sites,
        context=filing_form(filing, sites, by),
        by=by,
    )
