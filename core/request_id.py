"""One id for all that one request does: in its answer, in each line of the log, in the worker's part of it,
in the database's own log, and in the trail."""

import logging
import re
import time
from collections.abc import Callable
from contextvars import ContextVar
from secrets import token_hex
from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.http import HttpRequest

log = logging.getLogger("portal.tasks")

HEADER = "X-Request-ID"
# The message's header that carries it to the worker.
CARRIED = "portal_request"
_ACCEPTED = re.compile(r"[A-Za-z0-9-]{8,64}")

current: ContextVar[str | None] = ContextVar("request_id", default=None)


def get() -> str | None:
    """The id of what is being done; None outside of requests and tasks."""
    return current.get()


def new() -> str:
    return token_hex(8)


def of(request: HttpRequest) -> str:
    """The one a proxy of ours gave, else a new one: a reader does not choose what stands in our log."""
    given = request.headers.get(HEADER, "") if settings.PORTAL_PROXIES else ""
    return given if _ACCEPTED.fullmatch(given) else new()


@before_task_publish.connect
def carry(headers: dict[str, Any] | None = None, **_from_celery: object) -> None:
    if headers is not None and (here := get()):
        headers[CARRIED] = here


@task_prerun.connect
def take_up(task: Any = None, **_from_celery: object) -> None:
    """A task that no request asked for, such as beat's, gets an id of its own."""
    doing = task.request
    doing.portal_started, doing.portal_before = time.perf_counter(), current.get()
    current.set(getattr(doing, CARRIED, None) or new())


@task_postrun.connect
def put_down(task: Any = None, state: str = "", **_from_celery: object) -> None:
    """The log tells of the tasks that a request asked for; beat's, every few seconds, are the metrics'."""
    doing = task.request
    if getattr(doing, CARRIED, None):
        ms = round(1000 * (time.perf_counter() - doing.portal_started))
        facts = {"task": task.name, "outcome": str(state).lower(), "ms": ms}
        log.info("%(task)s %(outcome)s %(ms)d ms", facts)
    current.set(getattr(doing, "portal_before", None))


@receiver(connection_created)
def tell_database(connection: BaseDatabaseWrapper, **_from_django: object) -> None:
    """PostgreSQL's own log, and whoever looks at what it is busy with, can be led to the request."""
    if connection.vendor == "postgresql" and _noted not in connection.execute_wrappers:
        connection.execute_wrappers.append(_noted)


def _noted(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    here = current.get()
    if here and isinstance(sql, str):
        sql = f"{sql} /* request {here} */"
    return execute(sql, params, many, context)
