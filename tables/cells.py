"""Texts in the cells of workbooks that have a layout of their own, which openpyxl writes."""

from openpyxl.cell.cell import Cell

from .texts import writable


def text_cell(cell: Cell, text: str) -> None:
    """Make it a cell of this text: neither now nor when somebody edits it does it become a formula."""
    cell.quotePrefix = True
    cell.number_format = "@"
    cell.value = writable(text) or None
    if cell.value:
        cell.data_type = "s"
