"""A supervisor's two questions."""

import logging
import tempfile
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis import Redis

log = logging.getLogger(__name__)

# What has not answered by then (seconds) is down.
PATIENCE = 3.0


def healthz(request: HttpRequest) -> HttpResponse:
    """The process serves."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """Database, broker and storage do what they are for, asked anew; 503 names each that does not."""
    asked = {name: pool.submit(ask) for name, (ask, pool) in ASKED.items()}
    wait(asked.values(), timeout=PATIENCE)
    found = {}
    for name, answer in asked.items():
        failure = answer.exception() if answer.done() else TimeoutError(f"silent for {PATIENCE} s")
        found[name] = "down" if failure else "ok"
        if failure:
            answer.cancel()
            log.warning("%s is down: %s", name, failure)
    return JsonResponse(found, status=503 if "down" in found.values() else 200)


def database() -> None:
    """By a connection of its own: one that is kept may hang where a new one is refused, and the other way."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    finally:
        connection.close()


def broker() -> None:
    with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as asked:
        asked.ping()


def storage() -> None:
    """Room for a file of the smallest kind, which leaves nothing behind."""
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(4096))


# Each in a thread of its own: what hangs holds up neither the others nor more than one thread.
ASKED = {ask.__name__: (ask, ThreadPoolExecutor(1, "readyz")) for ask in (database, broker, storage)}
