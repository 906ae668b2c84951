"""The table of a site's steps, row by row, against one written by hand: `test_workflow_matrix` takes them."""

from sites.enums import Action
from sites.workflow import TRANSITIONS
from tests.sites.steps import EXPECTED


def test_table_is_the_one_written_by_hand():
    found = {
        action: (
            set(row.sources),
            set(row.targets),
            set(row.roles),
            row.phases,
            row.needs_note,
            set(row.not_by),
            row.undoes or "",
        )
        for action, row in TRANSITIONS.items()
    }
    assert found == {
        action: (
            set(row.sources.split()),
            set(row.targets.split()),
            {*row.city.split(), *row.district.split()},
            row.phases,
            row.reason,
            set(row.not_by.split()),
            row.undoes,
        )
        for action, row in EXPECTED.items()
    }
    assert list(found) == Action.values
