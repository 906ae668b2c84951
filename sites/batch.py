"""What lies before the leading group: the reviewed lists, each site with the office's opinion."""

from collections import defaultdict
from dataclasses import dataclass

from accounts.models import User

from .enums import FilingState
from .models import Filing, FilingVersion, Opinion, Programme, Site


@dataclass(frozen=True)
class Candidate:
    """A site to be decided on."""

    site: Site
    opinion: Opinion | None


@dataclass(frozen=True)
class ReviewedList:
    """One list as it was filed last and reviewed; whoever reviewed it is barred from deciding on it."""

    version: FilingVersion
    candidates: list[Candidate]
    is_barred: bool

    @property
    def filing(self) -> Filing:
        return self.version.filing


def reviewed_lists(programme: Programme, *, reader: User) -> list[ReviewedList]:
    """The lists that wait for the final approval, the city's first. Four queries."""
    filings = programme.filings.visible_to(reader).filter(state=FilingState.REVIEWED)
    barred = set(filings.reviewed_by(reader).values_list("pk", flat=True))
    versions = FilingVersion.objects.filter(filing__in=filings).select_related(
        "filing__organisation", "filing__reviewed_by"
    )
    newest = {
        version.filing_id: version
        for version in versions.order_by("filing__level", "filing__organisation__code", "number")
    }
    seen = Opinion.objects.visible_to(reader).filter(version__filing__in=filings)
    opinions = {(one.version_id, one.site_id): one for one in seen}
    sites = defaultdict(list)
    for site in Site.objects.filter(filing__in=filings).undetermined().select_related("organisation"):
        sites[site.filing_id].append(site)
    return [
        ReviewedList(
            version,
            [Candidate(site, opinions.get((version.pk, site.pk))) for site in sites[filing]],
            filing in barred,
        )
        for filing, version in newest.items()
    ]
