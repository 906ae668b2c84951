"""Two workbooks, or one twice, at the same moment: nothing is doubled or lost."""

import pytest

from sites import services
from sites.list_import import take
from sites.site_fields import COLUMNS
from tables.reading import read
from tests import factories
from tests.at_once import at_once, kinds
from tests.sites import making
from tests.sites.making import row, upload_of

pytestmark = pytest.mark.django_db(transaction=True)


def importing(filing, by, rows):
    table = read(upload_of(rows), COLUMNS)
    return lambda: take(table=table, filing=filing, by=by, file_name="list.xlsx")


def test_one_workbook_confirmed_twice_at_once_is_taken_once(filing, by):
    unit = factories.unit(filing.organisation)
    twice = importing(filing, by, [row(unit), row(unit, "示例二")])
    outcomes = at_once(twice, twice)
    assert all(taken.is_clean for taken in outcomes)
    assert filing.sites.count() == 2
    assert filing.import_batches.count() == 1


def test_two_people_with_two_workbooks_at_once_both_find_their_rows(filing, by):
    unit, other = factories.unit(filing.organisation), making.clerk(filing.organisation)
    outcomes = at_once(
        importing(filing, by, [row(unit), row(unit, "示例二")]),
        importing(filing, other, [row(unit, kind="办事公开"), row(unit, "示例三")]),
    )
    assert all(taken.is_clean for taken in outcomes)
    assert set(filing.sites.values_list("window_name", flat=True)) == {"示例大厅", "示例二", "示例三"}
    assert filing.import_batches.count() == 2


def test_import_undone_twice_at_once_is_undone_once(filing, by):
    importing(filing, by, [row(factories.unit(filing.organisation))])()
    batch = filing.import_batches.get()
    outcomes = at_once(*[lambda: services.undo_batch(batch=batch, by=by)] * 2)
    assert kinds(outcomes) == ["InvalidTransition", "done"]
    assert not filing.sites.exists()


def test_import_while_the_list_is_filed_is_filed_with_it_or_refused():
    filing, by = making.complete_list()
    unit = factories.unit(filing.organisation)
    _filed, taken = at_once(lambda: making.file(filing, by), importing(filing, by, [row(unit)]))
    assert filing.sites.count() == (5 if taken.is_clean else 4)
    assert set(filing.sites.values_list("stage", flat=True)) == {"filed"}
