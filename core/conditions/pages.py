"""What every page needs."""

import time

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext, ngettext

from core import triggers
from core.conditions.measures import MINUTE, judged
from core.enums import Severity
from core.health import Found
from core.schema import difference
from core.stored import ask_storage


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
