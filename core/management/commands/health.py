"""`./portal doctor`'s half inside Django: each condition of the portal, as JSON, a line each."""

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from core.health import Report, examine


class Command(BaseCommand):
    help = "Says how well the portal is: a condition a line, as JSON. ./portal doctor says it in words."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        with translation.override("en"):
            for report in examine():
                self.stdout.write(json.dumps(told(report)))


def told(report: Report) -> dict[str, object]:
    condition, found = report.condition, report.found
    return {
        "id": condition.id,
        "severity": found.severity.value,
        "title": str(condition.title),
        "found": found.words,
        "advice": "" if report.is_well else condition.to_do,
        "link": condition.link,
        "figures": found.figures,
    }
