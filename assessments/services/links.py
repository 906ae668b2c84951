"""Looking up the links of evidence: after filing, and from then on once a day."""

import datetime
import time

from django.utils import timezone

from assessments.evidence.links import problem_of
from assessments.models import EvidenceLink
from assessments.models.evidence import EvidenceLinkQuerySet
from core.queue import hand_over

LOOKED_UP_EVERY = datetime.timedelta(days=1)
# One run of the worker; papers wait behind it, and a bad server costs half a minute a link.
BATCH, RUN_SECONDS = 20, 120


def send_to_check(evidence_id: int) -> None:
    """Have the links of new evidence looked up; while the broker is away, the next daily run does."""
    hand_over("assessments.tasks.check_links_of", evidence_id)


def check_links_of(evidence_id: int) -> int:
    return _check(EvidenceLink.objects.filter(evidence=evidence_id))


def check_due_links() -> int:
    """Look up the links that have waited longest, a batch of those not seen for a day; returns how many."""
    long_ago = timezone.now() - LOOKED_UP_EVERY
    return _check(EvidenceLink.objects.not_looked_up_since(long_ago)[:BATCH])


def _check(links: EvidenceLinkQuerySet) -> int:
    """Look up links until the run's time is up: the others come with the next one.

    No transaction is open while a server is waited for, and to look twice does no harm.
    """
    begun, checked = time.monotonic(), 0
    for link in list(links):
        if time.monotonic() - begun > RUN_SECONDS:
            break
        record(link, problem_of(link.url))
        checked += 1
    return checked


def record(link: EvidenceLink, problem: str) -> None:
    """Write down what looking a link up has come to: `problem` as `problem_of` says it."""
    link.problem, link.checked_at = problem, timezone.now()
    link.save(update_fields=["problem", "checked_at"])
