"""The log: a line or a JSON object for each record, with the request it belongs to and no personal data.

What is told of somebody stands in the trail, for those who may read it. Here stands what a machine did, for
whoever looks after it: so names, telephones, codes and whatever somebody typed are left out, wherever they
come from (our own words, a library's, an exception's).
"""

import datetime
import json
import logging
from typing import Any

from django.http import HttpRequest

from core import request_id
from core.addresses import told
from core.scrubbing import scrubbed, traceback_of, words_of

# Their arguments are facts by name, which hold nothing personal.
OURS = ("portal.access", "portal.tasks")


class Context(logging.Filter):
    """Gives each record its request's id, and takes what may not be said out of its words."""

    def filter(self, record: logging.LogRecord) -> bool:
        if hasattr(record, "request_id"):
            return True  # another handler's filter was here
        record.request_id = request_id.get() or "-"
        if record.name in OURS:
            return True
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            _tell_of_request(record, request)
        elif isinstance(record.args, dict):
            record.args = {key: _said(value) for key, value in record.args.items()}
        elif record.args:
            record.args = tuple(_said(value) for value in record.args)
        return True


def _tell_of_request(record: logging.LogRecord, request: HttpRequest) -> None:
    """Django's own records of an answer: its address without codes, and a traceback for failures alone.

    What the machine refused is no failure of the code: its words tell all, and come by the hundred.
    """
    status = getattr(record, "status_code", 500)
    why = scrubbed(str(record.args[0])) if isinstance(record.args, tuple) and len(record.args) > 1 else ""
    if status == 503 and record.exc_info and record.exc_info[1]:
        why, record.exc_info = words_of(record.exc_info[1]), None
    record.msg = f"{status} {request.method} {told(request)[0]} {why}".rstrip()
    record.args = ()
    if status < 500:
        record.exc_info = None


def _said(value: object) -> object:
    if isinstance(value, BaseException):
        return words_of(value)
    return scrubbed(value) if isinstance(value, str) else value


class _Scrubbed(logging.Formatter):
    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
        return traceback_of(ei[1]) if ei[1] else ""


class Line(_Scrubbed):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler may have put its own there
        return super().format(record)


class Json(_Scrubbed):
    """An object a line; only what is named here, for a record may carry anything."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        said: dict[str, object] = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request_id": getattr(record, "request_id", "-"),
            "message": record.getMessage(),
        }
        if record.name in OURS and isinstance(record.args, dict):
            said |= record.args
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False)
