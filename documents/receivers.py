"""Papers that answer what happens in the rooms below."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.dispatch import receiver

from accounts.models import Meeting, User
from accounts.signals import minutes_issued
from sites.enums import Level
from sites.models import Determination, Filing, Programme, Site
from sites.services import filer_of
from sites.signals import decision_void, list_decided, list_filed, sites_determined
from standards.enums import VersionState
from standards.models import Rulebook, Standard
from standards.signals import version_published

from .contexts import determined_sites, filing_form, listed_sites, minutes, rulebook_text
from .models import Document
from .papers import LEADING_GROUP, DocumentKind
from .services import issue, withdraw
from .services.kinds import district_series

# Why a district's paper no longer counts once there is a later one on the same list.
REPLACED = "该区已重新确定示范点，以新的确定文件为准。"


@receiver(list_decided)
def issue_district_determination(
    sender: type[Filing], *, filing: Filing, by: User, **_kwargs: object
) -> None:
    """区级确定文件, in the district's own name (plan, part five, one: 确定各区…示范点)."""
    sites, district = list(filing.sites.on_list().select_related("organisation")), filing.organisation
    office, programme, rows = filer_of(filing).name, filing.programme, listed_sites(sites)
    made = issue(
        kind=DocumentKind.DISTRICT_DETERMINATION,
        programme=programme,
        title=f"{office}关于确定{district.short_name}{_kinds(rows)}示范点的通知",
        series=district_series(district),
        sites=sites,
        context={
            "issuer": office,
            "district": district.short_name,
            "sites": rows,
            "minimum": programme.district_minimum,
            "maximum": programme.district_maximum,
        },
        by=by,
    )
    _withdraw_determinations(filing, REPLACED, successor=made)


@receiver(decision_void)
def withdraw_district_determination(
    sender: type[Filing], *, filing: Filing, reason: str, **_kwargs: object
) -> None:
    _withdraw_determinations(filing, reason)


def _withdraw_determinations(filing: Filing, reason: str, successor: Document | None = None) -> None:
    papers = Document.objects.standing().filter(kind=DocumentKind.DISTRICT_DETERMINATION)
    for paper in papers.filter(sites__filing=filing).distinct():
        if paper != successor:
            withdraw(document=paper, reason=reason, successor=successor)


@receiver(list_filed)
def issue_filing_form(sender: type[Filing], *, filing: Filing, by: User, **_kwargs: object) -> None:
    """上报表 and receipt of a filed list (plan, part three: 上报市政务公开领导小组办公室)."""
    sites = filing.sites.on_list().select_related("organisation").prefetch_related("liaisons")
    issue(
        kind=DocumentKind.FILING_FORM,
        programme=filing.programme,
        title=f"{filing.organisation}示范点上报表",
        sites=sites,
        context=filing_form(filing, sites, by),
        by=by,
    )


@receiver(minutes_issued)
def issue_minutes(sender: type[Meeting], *, meeting: Meeting, by: User, **_kwargs: object) -> None:
    """会议纪要 of a meeting of the leading group, once a member who was there has confirmed it."""
    day = f"{meeting.on.year}年{meeting.on.month}月{meeting.on.day}日"
    issue(
        kind=DocumentKind.MINUTES,
        programme=Programme.objects.get(pk=meeting.campaign),
        title=f"{LEADING_GROUP}{day}会议纪要",
        sites=[],
        context=minutes(meeting),
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
    levels = {site.level for site in sites}
    tiers = "市、区两级" if len(levels) > 1 else "区级" if Level.DISTRICT in levels else "市级"
    issue(
        kind=DocumentKind.DETERMINED_LIST,
        programme=programme,
        title=f"{LEADING_GROUP}关于{'补充' if earlier else ''}确定{tiers}{_kinds(rows)}示范点名单的通知",
        sites=sites,
        context={"sites": rows, "is_supplement": earlier, "resolved": determination.resolution.words},
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
        sites=(),
        context=rulebook_text(rulebook, before),
        by=by,
        is_public=True,
    )


def _kinds(rows: Sequence[Mapping[str, Any]]) -> str:
    """The kinds of the sites that a list names, as a title has them."""
    return "和".join(kind for kind in ("政务公开", "办事公开") if any(row["kind"] == kind for row in rows))
