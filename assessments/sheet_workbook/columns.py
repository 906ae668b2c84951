"""The columns of a sheet's workbook."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from standards.models import Item
from tables.table import Column, ColumnKind

COLUMNS = (
    Column("code", _("Code"), ("编号", "条目编号"), width=9),
    Column("text", _("Item"), required=False, width=26),
    Column("clause", _("The plan's clause"), required=False, width=32),
    Column("hint", _("Evidence"), required=False, width=18),
    Column("maximum", _("Maximum"), required=False, width=7),
    Column("level", _("Level reached"), ("达标情况", "级别"), width=11),
    Column("points", _("Points if partly met"), ("部分达标得分",), width=9),
    Column("faults", _("Faults counted"), ("问题个数",), width=8),
    Column("reason", _("Reason (needed below full marks)"), ("扣分理由",), width=40, kind=ColumnKind.PROSE),
    Column("remark", _("Remark"), required=False, width=16),
)
# What is filled in, and what is read again to see whether somebody changed it.
INPUTS = ("level", "points", "faults", "reason")
GIVEN = ("text", "clause", "hint", "maximum")


def columns_for(items: Iterable[Item]) -> list[Column]:
    """Faults have a column only where a standard counts them."""
    counted = any(item.deduction for item in items)
    return [column for column in COLUMNS if counted or column.field != "faults"]
