"""What is done behind the pages: workers, beat and the jobs on their rows."""

import time

from celery import current_app
from django.conf import settings
from django.core.cache import caches
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from core import jobs, version
from core.beat import ticked_at
from core.conditions.measures import MINUTE, age_of, judged, lasting
from core.enums import Severity
from core.health import Found
from core.models import BeatLease

TICK = "health.tick"


def workers() -> Found:
    """Each worker is asked which code it runs; those that are busy answer too."""
    told = current_app.control.broadcast("running_version", reply=True, timeout=1.0) or []
    codes = [code for each in told for code in each.values()]
    others = [code for code in codes if code != version.running()]
    figures: dict[str, float] = {"workers": len(codes), "workers_of_other_version": len(others)}
    if not codes:
        return Found(
            gettext("No worker answers: papers, imports and messages wait."), Severity.ERROR, figures
        )
    if others:
        told_of = gettext("%(n)d of %(all)d workers run another version of the portal than the pages.")
        return Found(told_of % {"n": len(others), "all": len(codes)}, Severity.ERROR, figures)
    said = ngettext("%(n)d worker answers.", "%(n)d workers answer.", len(codes))
    return Found(said % {"n": len(codes)}, figures=figures)


def note_tick() -> None:
    """A task of beat's has come to a worker; called by the one that comes most often."""
    caches["default"].set(TICK, time.time(), None)


def beat() -> Found:
    """Whether somebody sends what falls due, and whether a worker does it."""
    lease = BeatLease.objects.filter(fencing__gt=0).first()
    sent, done = ticked_at(), caches["default"].get(TICK)
    if lease is None or sent is None or done is None:
        return Found(gettext("Nothing was ever done by the clock."), Severity.ERROR)
    silent, undone = age_of(sent), time.time() - done
    figures = {
        "beat_tick_age_seconds": silent,
        "beat_done_age_seconds": undone,
        "beat_lease_number": float(lease.fencing),
        "beat_leader": {lease.holder.split("/")[0]: 1.0},
    }
    # Who has the lease has a turn every five seconds, and loses it after thirty.
    if silent > 45:
        told = gettext("No beat has done anything for %(age)s.") % {"age": lasting(silent)}
        return Found(told, Severity.ERROR, figures)
    late = 6 * settings.PORTAL_RESEND_SECONDS
    told = gettext("What is done by the clock was last done %(age)s ago.") % {"age": lasting(undone)}
    return Found(told, judged(undone, warning=late, error=2 * late), figures)


def waiting() -> Found:
    """Since when the oldest job waits that no worker has taken up; a kind each."""
    now, ages = timezone.now(), {}
    for model in jobs.kinds():
        of_kind = jobs.waiting_unattended(model).aggregate(since=Min(model.life.waits_from))
        ages[model._meta.label_lower] = (now - of_kind["since"]).total_seconds() if of_kind["since"] else 0.0
    worst = max(ages, key=lambda kind: ages[kind])
    severity = judged(ages[worst], warning=5 * MINUTE, error=30 * MINUTE)
    told = gettext("Nothing waits for long.")
    if severity != Severity.OK:
        told = gettext("Longest waits: %(kind)s, for %(age)s.")
    told %= {"kind": _kind(worst), "age": lasting(ages[worst])}
    return Found(told, severity, {"job_oldest_waiting_seconds": ages})


def failed() -> Found:
    counts = {
        model._meta.label_lower: float(model._default_manager.filter(state=jobs.FAILED).count())
        for model in jobs.kinds()
    }
    told = [f"{_kind(kind)}: {count:.0f}" for kind, count in counts.items() if count]
    figures = {"jobs_failed": counts}
    if not told:
        return Found(gettext("No job has failed."), figures=figures)
    return Found(gettext("Failed: %(kinds)s.") % {"kinds": ", ".join(told)}, Severity.WARNING, figures)


def _kind(label: str) -> str:
    return next(str(model._meta.verbose_name) for model in jobs.kinds() if model._meta.label_lower == label)
