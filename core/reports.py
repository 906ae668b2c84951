"""Failures, reported beside the log: into a file of their own, or to a server that speaks Sentry's language.

Neither is sent a body, a variable, a person or a code: a failure is its kind, where in the code it happened,
and the id that leads to the log.
"""

import contextlib
import fcntl
import logging
import os
from pathlib import Path
from typing import Any

from core import request_id
from core.scrubbing import words_of

LARGEST = 10 * 1024 * 1024
KEPT = 3


class ErrorFile(logging.Handler):
    """A line for each failure. All processes write into the one file; it is turned over when it is large."""

    def __init__(self, filename: str) -> None:
        super().__init__(logging.ERROR)
        self.path = Path(filename)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record) + "\n"
            with self.path.with_suffix(".lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if self.path.exists() and self.path.stat().st_size > LARGEST:
                    self._turn_over()
                descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
                with os.fdopen(descriptor, "a") as file:
                    file.write(line)
        except Exception:  # noqa: BLE001  # logging's way: a log that cannot be written stops nothing
            self.handleError(record)

    def _turn_over(self) -> None:
        """portal.log.1 is the one before, .2 the one before that."""
        for number in range(KEPT - 1, 0, -1):
            with contextlib.suppress(FileNotFoundError):
                self._older(number).rename(self._older(number + 1))
        self.path.rename(self._older(1))

    def _older(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")


def report_to(dsn: str) -> None:
    """Send what the log calls an error to the server at `dsn`, and nothing else."""
    import sentry_sdk  # noqa: PLC0415  # loaded where it is wanted
    from sentry_sdk.integrations.logging import LoggingIntegration  # noqa: PLC0415

    sentry_sdk.init(
        dsn=dsn,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        # Django's and Celery's own would send the request, its user and a task's arguments.
        default_integrations=False,
        integrations=[LoggingIntegration(level=None, event_level=logging.ERROR)],
        before_send=_without_persons,
        server_name="portal",
    )


# What a report says. All else, whatever a later version of the library adds, is left out.
_SAID = ("event_id", "timestamp", "level", "logger", "platform", "exception", "release", "sdk")


def _without_persons(event: Any, hint: Any) -> Any:
    told = {name: event[name] for name in _SAID if name in event}
    record: logging.LogRecord | None = hint.get("log_record")
    told["tags"] = {"request_id": request_id.get() or "-"}
    told["logentry"] = {"message": record.getMessage() if record else ""}
    _words_left_out(told.get("exception", {}).get("values", []), hint.get("exc_info"))
    return told


def _words_left_out(values: list[dict[str, Any]], exc_info: Any) -> None:
    """The last of the values is the failure itself; of what led to it the kind is enough."""
    for value in values:
        value["value"] = ""
        value.pop("mechanism", None)
    if values and exc_info and exc_info[1] is not None:
        values[-1]["value"] = words_of(exc_info[1])
