"""Posts that are vacant: a site or a district without a liaison, or whose people cannot sign in."""

from typing import TypeAlias, TypedDict, cast

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django_stubs_ext import WithAnnotations

from accounts.enums import Role
from sites.enums import Level, Stage
from sites.models import Filing, Liaison, Site
from sites.models.sites import SiteQuerySet
from sites.services.people import people


class Posts(TypedDict):
    """What `with_posts` and `districts_with_posts` tell of each: who holds its posts, and can sign in."""

    has_liaison: bool
    account_off: bool
    has_account: bool


PostedSite: TypeAlias = "WithAnnotations[Site, Posts]"
PostedFiling: TypeAlias = "WithAnnotations[Filing, Posts]"
Posted: TypeAlias = "PostedSite | PostedFiling"

_VACANT = Q(has_liaison=False) | Q(has_account=False) | Q(account_off=True)


def vacant_sites(sites: SiteQuerySet) -> QuerySet[PostedSite]:
    """Those on a determined list, or further, that lack somebody; `missing` says whom."""
    listed = sites.listed().exclude(stage=Stage.REVOKED)
    vacant = with_posts(listed).filter(_VACANT).select_related("organisation", "filing__organisation")
    return cast("QuerySet[PostedSite]", vacant)


def vacant_districts(lists: QuerySet[Filing]) -> QuerySet[PostedFiling]:
    """The same of the districts themselves, by their lists."""
    return (
        districts_with_posts(lists.filter(level=Level.DISTRICT))
        .filter(_VACANT)
        .select_related("organisation")
    )


def with_posts(sites: SiteQuerySet) -> SiteQuerySet:
    """Each site with what `missing` asks about."""
    return sites.with_account().annotate(**_posts("site"))


def districts_with_posts(lists: QuerySet[Filing]) -> QuerySet[PostedFiling]:
    """Each district's list with what `missing` asks about."""
    staff = people(Role.DISTRICT).filter(organisation__district=OuterRef("organisation"))
    return cast("QuerySet[PostedFiling]", lists.annotate(has_account=Exists(staff), **_posts("filing")))


def missing(owner: Posted) -> list[str]:
    """In words what a site or a district `with_posts` lacks; a site nothing before it is determined."""
    if isinstance(owner, Site) and (owner.stage not in Stage.LISTED or owner.stage == Stage.REVOKED):
        return []
    told = (
        (not owner.has_liaison, _("No liaison is named.")),
        (owner.account_off, _("The liaison's account is switched off.")),
        (not owner.has_account, _("Nobody of the unit can sign in.")),
    )
    return [words for holds, words in told if holds]


def _posts(column: str) -> dict[str, Exists]:
    posts = Liaison.objects.filter(**{column: OuterRef("pk")})
    return {"has_liaison": Exists(posts), "account_off": Exists(posts.filter(user__is_active=False))}
