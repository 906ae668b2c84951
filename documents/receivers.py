"""Papers that answer what happens in the rooms below."""

from django.dispatch import receiver

from accounts.models import User
from sites.models import Determination, Filing, Site
from sites.signals import list_filed, sites_determined

from .contexts import determined_sites, filing_form
from .models import Document
from .papers import LEADING_GROUP, OFFICE, DocumentKind
from .services import issue


@receiver(list_filed)
def issue_filing_form(sender: type[Filing], *, filing: Filing, by: User, **_kwargs: object) -> None:
    """上报表 and receipt of a filed list (plan, part three: 上报市政务公开领导小组办公室)."""
    sites = filing.sites.on_list().select_related("organisation").prefetch_related("liaisons")
    issue(
        kind=DocumentKind.FILING_FORM,
        programme=filing.programme,
        title=f"{filing.organisation}示范点上报表",
        addressee=OFFICE,
        sites=sites,
        context=filing_form(filing, sites, by),
        by=by,
    )


@receiver(sites_determined)
def issue_determined_list(
    sender: type[Determination], *, determination: Determination, **_kwargs: object
) -> None:
    """确定名单 of a batch, if it determined anything (plan, part six, one: 审定)."""
    sites = list(
        Site.objects.filter(determinations__determination=determination, determinations__is_determined=True)
        .select_related("organisation", "filing__organisation")
        .order_by("level", "filing__organisation__code", "pk")
    )
    if not sites:
        return
    programme, rows = determination.programme, determined_sites(sites)
    earlier = Document.objects.filter(programme=programme, kind=DocumentKind.DETERMINED_LIST).exists()
    kinds = "和".join(kind for kind in ("政务公开", "办事公开") if any(row["kind"] == kind for row in rows))
    issue(
        kind=DocumentKind.DETERMINED_LIST,
        programme=programme,
        title=f"{LEADING_GROUP}关于{'补充' if earlier else ''}确定乌海市{kinds}示范点名单的通知",
        addressee=programme.addressees,
        sites=sites,
        context={"sites": rows, "is_supplement": earlier},
        by=determination.by,
        is_public=True,
    )
