"""The machine, and what is kept of it elsewhere."""

import datetime
import json
import shutil
import time
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from core.conditions.measures import DAY, HOUR, age_of, judged, lasting
from core.enums import Severity
from core.health import Found
from core.stored import folder_of_files

GIB = 1024**3
BACKUP = "health.backup"


def disk() -> Found:
    """Of the fullest of the places where the portal writes."""
    places = {settings.PORTAL_HOME, folder_of_files()}
    used = [shutil.disk_usage(place) for place in places if place and place.exists()]
    fullest = min(used, key=lambda each: each.free)
    share = fullest.free / fullest.total
    severity = Severity.OK
    if fullest.free < GIB:
        severity = Severity.ERROR
    elif fullest.free < 5 * GIB or (share < 0.1 and fullest.free < 20 * GIB):
        severity = Severity.WARNING
    told = gettext("%(room)s are free, %(share)d %%.") % {
        "room": filesizeformat(fullest.free),
        "share": round(100 * share),
    }
    return Found(told, severity, {"disk_free_bytes": fullest.free, "disk_free_ratio": share})


def clock() -> Found:
    """This machine's clock beside the database's, whose answer is taken for the middle of asking."""
    if connection.vendor != "postgresql":
        return Found(gettext("The database is on this machine."), figures={"clock_skew_seconds": 0.0})
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        before = time.time()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        theirs = float(cursor.fetchone()[0])
    skew = abs(theirs - (before + time.time()) / 2)
    told = gettext("This machine's clock and the database's differ by %(n).1f s.") % {"n": skew}
    return Found(told, judged(skew, warning=2, error=30), {"clock_skew_seconds": skew})


def certificate() -> Found:
    if not settings.PORTAL_CERTIFICATE:
        return Found(gettext("No certificate is named (PORTAL_CERTIFICATE)."))
    from cryptography import x509  # noqa: PLC0415  # 2 MB, for who names a certificate

    read = x509.load_pem_x509_certificate(Path(settings.PORTAL_CERTIFICATE).read_bytes())
    left = -age_of(read.not_valid_after_utc) / DAY
    severity = judged(-left, warning=-21, error=-3)
    told = ngettext("It holds for %(n)d day.", "It holds for %(n)d days.", int(left)) % {"n": int(left)}
    if left < 0:
        told = gettext("It has expired; browsers turn readers away.")
    return Found(told, severity, {"certificate_days": left})


def note_backup() -> None:
    """For the other machines, which do not see this one's home."""
    caches["default"].set(BACKUP, _backup_of_this_machine(), None)


def backup() -> Found:
    """The last one, of this machine or another."""
    known = [at for at in (_backup_of_this_machine(), caches["default"].get(BACKUP)) if at]
    if not known:
        return Found(gettext("No backup was made yet."), Severity.WARNING)
    age = age_of(max(known))
    told = gettext("The last backup was made %(age)s ago.") % {"age": lasting(age)}
    return Found(told, judged(age, warning=26 * HOUR, error=50 * HOUR), {"backup_age_seconds": age})


def _backup_of_this_machine() -> datetime.datetime | None:
    """When the last one was finished, by what it left of itself in the home."""
    note = settings.PORTAL_HOME / "backup.json"
    if not note.exists():
        return None
    finished = datetime.datetime.fromisoformat(json.loads(note.read_text())["finished_at"])
    return finished if finished.tzinfo else timezone.make_aware(finished)


# What PostgreSQL's archiver tells of itself to every role; since its start, for it was off before.
ARCHIVER = """
    SELECT current_setting('archive_mode') <> 'off',
           extract(epoch FROM now() - greatest(last_archived_time, pg_postmaster_start_time())),
           last_failed_time > coalesce(last_archived_time, '-infinity')
      FROM pg_stat_archiver"""


def archive() -> Found:
    """PostgreSQL's log, by which one goes back to a moment, where the operator has it kept."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(ARCHIVER)
            is_kept, age, fails = cursor.fetchone()
        if is_kept:
            return kept_log(float(age), fails=bool(fails))
    return Found(gettext("The database's log is not kept; one can go back to a backup, not to a moment."))


def kept_log(age: float, *, fails: bool) -> Found:
    severity = judged(age, warning=0 if fails else HOUR, error=HOUR)
    told = gettext("The database's log was last kept %(age)s ago.")
    if fails:
        told = gettext("The database's log was last kept %(age)s ago; since then keeping it fails.")
    return Found(told % {"age": lasting(age)}, severity, {"archive_age_seconds": age})
