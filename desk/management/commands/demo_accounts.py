"""`demo_accounts`: who can sign in to the demo, as a table."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import User
from desk.demo.cast import PASSWORD, SAMPLE


class Command(BaseCommand):
    help = "List the demo's sample accounts; prints nothing in a portal without the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        samples = User.objects.filter(name__endswith=SAMPLE, is_active=True).select_related("organisation")
        if not samples:
            return
        self.stdout.write(f"Demo accounts (示例), password {PASSWORD}:")
        for user in samples.order_by("pk"):
            self.stdout.write(f"  {user.username:<12}{user.get_role_display()}  {user.organisation}")
