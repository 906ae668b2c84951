"""The words of this room: how close a date is."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Light(models.TextChoices):
    """How close a date is; in the order in which things are done."""

    RED = "red", pgettext_lazy("a date", "overdue")
    YELLOW = "yellow", pgettext_lazy("a date", "due soon")
    GREEN = "green", pgettext_lazy("a date", "in time")
