"""All figures, in the order in which the overview names them."""

from accounts.models import User

from .appraisal import APPRAISAL
from .coverage import COVERAGE
from .figure import Figure
from .funnel import FUNNEL
from .heat import HEAT
from .items import ITEMS
from .objections import OBJECTIONS
from .teams import TEAMS
from .timeline import TIMELINE

FIGURES = {
    figure.key: figure for figure in (FUNNEL, COVERAGE, TIMELINE, HEAT, ITEMS, TEAMS, APPRAISAL, OBJECTIONS)
}


def figures_for(reader: User) -> list[Figure]:
    """Those of the reader's role."""
    return [figure for figure in FIGURES.values() if figure.is_for(reader)]
