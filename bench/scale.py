"""What the desk's lists, home, search and dashboards cost at 100,000 sites beside the demo's 23.

Dashboards are kept figures: each is counted once before it is measured. Three pages look through everything
that is there, the steps and vacancies of a home and the texts a word is looked for in: they may take longer.
"""

from collections.abc import Iterator

from bench import Figure
from bench._pages import Kind
from bench._serving import take_turns
from bench.pages import OFTEN, grown, running

SITES = 100_000
AT_MOST = 2.5
LOOKS_THROUGH = {"home_of_office": 7, "home_of_district": 11, "search": 7}
DASHBOARDS = ("funnel", "timeline", "heat", "items", "teams", "appraisal", "objections")
KINDS = (
    *OFTEN,
    Kind("figures", "shiban", "/desk/figures/"),
    *(Kind(f"figures_{key}", "shiban", f"/desk/figures/{key}/") for key in DASHBOARDS),
)


def measure() -> Iterator[Figure]:
    with running(SITES, KINDS) as run:
        for kind in KINDS:
            few, many = run.few.side(kind), run.many.side(kind)
            take_turns(few, many)
            yield grown(
                f"scale.{kind.name}", many, few, LOOKS_THROUGH.get(kind.name, AT_MOST), run.many.queries(kind)
            )
