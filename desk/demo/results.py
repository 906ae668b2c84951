"""结果运用: three offices, and the sheets of the units whose acceptance is decided."""

from accounts.enums import OrganisationKind
from assessments.enums import ResultUse
from assessments.services import results
from sites.calendar import pinned
from sites.models import Programme

from .cast import Cast, make_unit
from .lists import on
from .papers import signed_by_three

OFFICES = {
    ResultUse.TARGETS: "市目标考核办公室",
    ResultUse.EFFICIENCY: "市机关效能建设办公室",
    ResultUse.CONDUCT: "市行风评议办公室",
}


def use_results(programme: Programme, cast: Cast) -> None:
    """14 May, after the first naming: a sheet a unit, for three offices that have nobody at the portal."""
    offices = {
        use: make_unit(name, f"SAMPLE-RESULT-{n}", OrganisationKind.OTHER)
        for n, (use, name) in enumerate(OFFICES.items(), start=1)
    }
    with pinned(on("2008-05-14")):
        results.name_offices(offices=offices, by=cast.office)
        with signed_by_three(cast):
            results.issue_sheets(programme=programme, by=cast.leader)
