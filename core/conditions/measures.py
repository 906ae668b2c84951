"""How bad what is measured is, and how its length is told; for the conditions of all rooms."""

import datetime

from django.utils import timezone
from django.utils.timesince import timesince

from core.enums import Severity

MINUTE, HOUR, DAY = 60, 3600, 86_400


def judged(value: float, *, warning: float, error: float) -> Severity:
    """Of what is the worse the more there is of it."""
    if value >= error:
        return Severity.ERROR
    return Severity.WARNING if value >= warning else Severity.OK


def lasting(seconds: float) -> str:
    """A length of time as one says it, in the reader's language: 2 hours, 5 minutes."""
    now = timezone.now()
    return timesince(now - datetime.timedelta(seconds=max(seconds, 0)), now)


def age_of(moment: datetime.datetime) -> float:
    return (timezone.now() - moment).total_seconds()
