"""Reminders of what falls due: the office's rules and words, and who is told when."""
