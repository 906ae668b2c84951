"""What the portal writes, it reads back unchanged."""

import pytest
from django.core.files.base import ContentFile
from hypothesis import given, settings
from hypothesis import strategies as st

from tables import writing
from tables.reading import read
from tables.table import Column, ColumnKind
from tables.texts import writable
from tables.tidy import tidy, tidy_prose

pytestmark = pytest.mark.usefixtures("english")

COLUMNS = (
    Column("name", "Name"),
    Column("prose", "Prose", kind=ColumnKind.PROSE),
    Column("since", "Since", kind=ColumnKind.DATE, required=False),
)
LETTERS = st.text(max_size=20) | st.text("'=+-@#\t\r\n,;\"𠮷䶮喆甲（)1E\u202e", max_size=8)
ROWS = st.lists(
    st.tuples(
        LETTERS.map(lambda text: f"甲{text}"),
        LETTERS,
        st.none() | st.dates().filter(lambda day: 1900 < day.year < 2100),
    ),
    min_size=1,
    max_size=6,
)
BARE_ROWS = st.lists(st.tuples(LETTERS, st.just("甲"), st.none()), min_size=1, max_size=6)


def read_back(content: bytes, name: str):
    return [tuple(line.cells.values()) for line in read(ContentFile(content, name), COLUMNS).lines]


def spelled(rows):
    """The rows as the reader spells them; control characters are left out of every file."""
    return [
        (tidy(writable(name)), tidy_prose(writable(prose)), day.isoformat() if day else "")
        for name, prose, day in rows
    ]


@settings(deadline=None)
@given(ROWS | BARE_ROWS)
def test_workbook_is_read_back(rows):
    assert read_back(writing.xlsx(COLUMNS, rows, "示例"), "list.xlsx") == spelled(rows)


@settings(deadline=None)
@given(ROWS | BARE_ROWS)
def test_csv_is_read_back(rows):
    assert read_back(writing.csv(COLUMNS, rows), "list.csv") == spelled(rows)
