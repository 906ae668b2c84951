"""`beat_lease`: which beat sends what falls due, and when each task was last due."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Max
from django.utils.timezone import localtime

from core.beat import ticked_at
from core.models import BeatLease, DueTask


class Command(BaseCommand):
    help = "Shows which beat has the lease, when it last had a turn, and when each task was last due."

    def handle(self, *_args: Any, **_options: Any) -> None:
        at = ticked_at()
        if at is None:
            self.stdout.write("no beat has had the lease yet")
            return
        lease = BeatLease.objects.get()
        self.stdout.write(f"{lease.holder} has lease {lease.fencing}, last turn {localtime(at):%F %T}")
        due = DueTask.objects.values("name").annotate(last=Max("due_at")).order_by("name")
        for name, last in due.values_list("name", "last"):
            self.stdout.write(f"{localtime(last):%F %T} {name}")
