"""What a member of staff's home keeps of its own: reminders and dossiers."""

from .dossiers import Dossier
from .reminders import Reminder, ReminderRule

__all__ = ["Dossier", "Reminder", "ReminderRule"]
