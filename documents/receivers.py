"""Papers that answer what happens in the rooms below."""

from django.dispatch import receiver

from accounts.models import User
from sites.models import Determination, Filing, Programme, Site
from sites.signals import list_filed, sites_determined
from standards.enums import VersionState
from standards.models import Rulebook, Standard
from standards.signals import version_published

from .contexts import determined_sites, filing_form, rulebook_text
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


@receiver(version_published)
def issue_rulebook(
    sender: type[Standard | Rulebook], *, version: Standard | Rulebook, by: User, **_kwargs: object
) -> None:
    """印发考评办法: it comes into force by a notice with its text (plan, part six, three: 制定出台)."""
    programme = Programme.objects.current() or Programme.objects.order_by("-issued_on").first()
    if not isinstance(version, Rulebook) or programme is None:
        return
    rulebook = Rulebook.objects.with_items().get(pk=version.pk)
    before = Rulebook.objects.filter(state=VersionState.RETIRED).order_by("-version").first()
    issue(
        kind=DocumentKind.RULEBOOK_NOTICE,
        programme=programme,
        title=f"{LEADING_GROUP}关于印发《{rulebook.title}》的通知",
        addressee=programme.addressees,
        sites=(),
        context=rulebook_text(rulebook, before),
        by=by,
        is_public=True,
    )
