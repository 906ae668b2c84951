"""What a member of staff's home keeps of its own: reminders and dossiers."""

from .dossiers import Dossier
from .open_steps import OpenStep, StepsDay, Touched
from .reminders import Reminder, ReminderRule

__all__ = ["Dossier", "OpenStep", "Reminder", "ReminderRule", "StepsDay", "Touched"]
