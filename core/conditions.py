"""What must hold of the machinery below all rooms for the portal to be well (`core.health`)."""

import datetime
import json
import shutil
import time
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.db.models import Min
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core import jobs, scanner, triggers, version
from core import maintenance as kept_still
from core.beat import ticked_at
from core.enums import Severity
from core.health import DATABASE, Condition, Found, conditions
from core.models import BeatLease
from core.schema import difference
from core.stored import ask_storage, folder_of_files

GIB = 1024**3
MINUTE, HOUR, DAY = 60, 3600, 86_400
TICK, BACKUP = "health.tick", "health.backup"


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


# -- what every page needs ----------------------------------------------------


def database() -> Found:
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
        connected = time.perf_counter()
        cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
        figures: dict[str, float] = {
            "database_connect_seconds": connected - started,
            "database_answer_seconds": time.perf_counter() - connected,
        }
        if connection.vendor == "postgresql":
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            figures["database_connections"] = cursor.fetchone()[0]
    told = gettext("It answers within %(n).0f ms.") % {"n": 1000 * figures["database_answer_seconds"]}
    return Found(told, judged(figures["database_answer_seconds"], warning=0.5, error=2), figures)


def broker() -> Found:
    from redis import Redis  # noqa: PLC0415  # 6 MB that a web process needs once it hands work over

    with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as asked:
        asked.set("portal.asked", "", ex=MINUTE)  # with a full disk it answers, and takes nothing
        waiting = {queue.name: float(asked.llen(queue.name)) for queue in settings.CELERY_TASK_QUEUES}
    told = ngettext(
        "It answers; %(n)d task waits in it.",
        "It answers; %(n)d tasks wait in it.",
        n := int(sum(waiting.values())),
    )
    return Found(told % {"n": n}, figures={"broker_tasks": waiting})


def storage() -> Found:
    ask_storage()
    return Found(gettext("Files can be written."))


def migrations() -> Found:
    lacking, beyond = difference()
    figures: dict[str, float] = {"migrations_missing": len(lacking), "migrations_unknown": len(beyond)}
    if beyond:
        told = gettext("The database was made by a newer portal than this one: it has %(names)s.")
        return Found(told % {"names": triggers.named(beyond)}, Severity.ERROR, figures)
    if lacking:
        told = gettext("The database was not brought up to this portal: it lacks %(names)s.")
        return Found(told % {"names": triggers.named(lacking)}, Severity.ERROR, figures)
    return Found(gettext("The database fits this portal."), figures=figures)


def guards() -> Found:
    """What the database itself refuses, as the code would have it."""
    lacking = triggers.lacking(connection)
    figures: dict[str, float] = {"guards_missing": len(lacking)}
    if lacking:
        told = gettext("The database lacks triggers, or they were altered or switched off: %(names)s.")
        return Found(told % {"names": triggers.named(lacking)}, Severity.ERROR, figures)
    return Found(gettext("The database refuses to change what is written once."), figures=figures)


# -- what works behind the pages ----------------------------------------------


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


# -- the machine --------------------------------------------------------------


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


# -- what was set -----------------------------------------------------------------


def debug() -> Found:
    if settings.DEBUG:
        return Found(gettext("DEBUG is on: failures show their data to every reader."), Severity.ERROR)
    return Found(gettext("Failures show no data."))


PROXY_NOTE = "proxy-not-trusted"
UNTRUSTED, FEWER = "untrusted", "fewer"


def maintenance() -> Found:
    """While it is on nothing is done by the clock or the worker: what waits then is not to be wondered at."""
    if kept_still.is_on():
        return Found(gettext("Maintenance is on: everything can be read, nothing sent."), Severity.WARNING)
    return Found(gettext("Everything can be read and sent."))


def note_proxy(proxies: str) -> None:
    """A request came by other proxies than PORTAL_PROXIES says. A file tells it, for it costs no query."""
    (settings.PORTAL_HOME / PROXY_NOTE).write_text(proxies)


def proxy() -> Found:
    note = settings.PORTAL_HOME / PROXY_NOTE
    is_fresh = note.exists() and time.time() - note.stat().st_mtime <= DAY
    seen = note.read_text() if is_fresh else ""
    if seen == UNTRUSTED and not settings.PORTAL_PROXIES:
        told = gettext(
            "A proxy stands before the portal and PORTAL_PROXIES is 0: "
            "all readers seem to come from one address."
        )
        return Found(told, Severity.WARNING)
    if seen == FEWER and settings.PORTAL_PROXIES:
        told = gettext(
            "Requests came by fewer proxies than PORTAL_PROXIES says: "
            "nobody can tell from where their readers come."
        )
        return Found(told, Severity.WARNING)
    return Found(gettext("No proxy was seen that is not trusted."))


conditions.add(
    Condition(
        id="database",
        title=_("Database"),
        advice=_("See whether the database server runs and can be reached, and whether its disk is full."),
        look=database,
        lane=DATABASE,
        for_readers=True,
    ),
    Condition(
        id="broker",
        title=_("Broker"),
        advice=_("Start the broker (Valkey or Redis) anew. What waits is on the rows and is lost to nobody."),
        look=broker,
        for_readers=True,
    ),
    Condition(
        id="storage",
        title=_("Storage of files"),
        advice=_("See whether the folder of files is mounted, writable for the portal, and not full."),
        look=storage,
        for_readers=True,
    ),
    Condition(
        id="migrations",
        title=_("Database and version"),
        advice=_("Run the version of the portal that the database was made for, or migrate the database."),
        look=migrations,
        lane=DATABASE,
        for_readers=True,
    ),
    Condition(
        id="guards",
        title=_("Guards of the database"),
        advice=_(
            "Ask the auditor to check the trail; then let the database's owner make them anew: "
            "./portal manage migrate. Until then nothing is written after a start."
        ),
        look=guards,
        lane=DATABASE,
    ),
    Condition(
        id="workers",
        title=_("Workers"),
        advice=_("Start the workers anew, on each machine that has one."),
        look=workers,
    ),
    Condition(
        id="beat",
        title=_("Clock of the worker (beat)"),
        advice=_("See whether beat and a worker run. Digests, reminders and seals wait for them."),
        look=beat,
        lane=DATABASE,
    ),
    Condition(
        id="waiting",
        title=_("What waits for the worker"),
        advice=_("See whether the workers run, or are too few for what comes."),
        look=waiting,
        lane=DATABASE,
    ),
    Condition(
        id="failed",
        title=_("Jobs that failed"),
        advice=_("Each says on its own page why, and can be asked for again there."),
        look=failed,
        lane=DATABASE,
    ),
    Condition(
        id="disk",
        title=_("Room on the disk"),
        advice=_("Make room: old backups and logs first. Below 1 GB uploads and papers begin to fail."),
        look=disk,
    ),
    Condition(
        id="clock",
        title=_("Clock of the machine"),
        advice=_("Let both machines take their time from one server (chrony or systemd-timesyncd)."),
        look=clock,
        lane=DATABASE,
    ),
    Condition(
        id="certificate",
        title=_("Certificate"),
        advice=_("Renew the certificate before it ends, and let nginx read it anew."),
        look=certificate,
    ),
    Condition(
        id="backup",
        title=_("Last backup"),
        advice=_("See why no backup is made, and make one now: ./portal backup."),
        look=backup,
        lane=DATABASE,
    ),
    Condition(
        id="archive",
        title=_("Log of the database"),
        advice=_("See on the database's machine why PostgreSQL cannot archive its log: pgbackrest check."),
        look=archive,
        lane=DATABASE,
    ),
    Condition(
        id="debug",
        title=_("Debug mode"),
        advice=_("Take DEBUG out of the settings and start the portal anew."),
        look=debug,
    ),
    Condition(
        id="maintenance",
        title=_("Maintenance"),
        advice=_("End it when the work is done: ./portal maintenance off."),
        look=maintenance,
    ),
    Condition(
        id="proxy",
        title=_("Proxy"),
        advice=_(
            "Set PORTAL_PROXIES to the number of your own proxies; then wrong passwords count by reader."
        ),
        look=proxy,
    ),
    Condition(
        id="scanner",
        title=_("Virus scanner"),
        advice=_("Start clamd, or mend PORTAL_CLAMAV; until then no file is taken."),
        look=scanner.look,
    ),
    place=10,
)
