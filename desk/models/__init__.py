"""What a member of staff's home keeps of its own: reminders, dossiers and reports upward."""

from .dossiers import ArchiveCodes, Dossier
from .open_steps import OpenStep, StepsDay, Touched
from .reminders import Reminder, ReminderRule
from .upward import UpwardReport

__all__ = [
    "ArchiveCodes",
    "Dossier",
    "OpenStep",
    "Reminder",
    "ReminderRule",
    "StepsDay",
    "Touched",
    "UpwardReport",
]
