"""What waits for a person, and who is missing: next steps, lists, and whatever else the rooms have open."""

from .items import Group, Missing, Todo
from .work import Work, todos, work_of

__all__ = ["Group", "Missing", "Todo", "Work", "todos", "work_of"]
