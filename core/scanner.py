"""Asks ClamAV, where `PORTAL_CLAMAV` names its socket, what it knows of a file."""

import datetime
import re
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.files import File
from django.utils.translation import gettext as _

from core.enums import Severity
from core.health import Found

# Seconds for a connection, and for the answer to a whole file.
CONNECT, ANSWER = 3.0, 60.0
_CHUNK = 256 * 1024
_PLACE = re.compile(r"unix:(?P<path>/.+)|tcp:(?P<host>[^:]+|\[[0-9A-Fa-f:]+\]):(?P<port>\d{1,5})")
# Signatures of that many days ago know nothing of what goes round now.
OLD = 7
_DAY = re.compile(r"/\d+/(\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4})")
# No answer is longer.
LONGEST_ANSWER = 4096


class NoScanner(Exception):
    """It does not answer, or not to what was asked."""


def is_set() -> bool:
    return bool(settings.PORTAL_CLAMAV)


def found_in(file: "File[bytes]") -> str:
    """The name of what the scanner knows the file to be; "" of one it knows nothing of. Raises NoScanner."""
    file.seek(0)
    with _asked(b"zINSTREAM\0") as connection:
        while chunk := file.read(_CHUNK):
            connection.sendall(struct.pack(">I", len(chunk)) + chunk)
        connection.sendall(struct.pack(">I", 0))
        answer = _answer(connection)
    file.seek(0)
    if answer == "stream: OK":
        return ""
    told = re.fullmatch(r"stream: (.+) FOUND", answer)
    if told is None:
        raise NoScanner(answer or "no answer")
    return told[1][:200]


def version() -> str:
    """ClamAV 1.0.7/27500/Tue Dec  1 …: the program, its signatures and their day. Raises NoScanner."""
    with _asked(b"zVERSION\0") as connection:
        return _answer(connection)


def look() -> Found:
    """Whether it answers, and how old its signatures are."""
    if not is_set():
        return Found(
            _("No virus scanner is set (PORTAL_CLAMAV): uploads are judged by the portal's own rules alone.")
        )
    told = version()
    day = _DAY.search(told)
    if day is None:
        return Found(told)
    age = datetime.datetime.now() - datetime.datetime.strptime(day[1], "%a %b %d %H:%M:%S %Y")  # noqa: DTZ005, DTZ007
    severity = Severity.WARNING if age.days > OLD else Severity.OK
    return Found(told, severity, {"scanner_signatures_age_seconds": age.total_seconds()})


@contextmanager
def _asked(command: bytes) -> Iterator[socket.socket]:
    try:
        with _connected() as connection:
            connection.settimeout(ANSWER)
            connection.sendall(command)
            yield connection
    except (OSError, ValueError) as error:
        raise NoScanner(str(error)) from error


def _connected() -> socket.socket:
    place = _PLACE.fullmatch(settings.PORTAL_CLAMAV)
    if place is None:
        raise ValueError("PORTAL_CLAMAV is neither unix:/path nor tcp:host:port")
    if not place["path"]:
        return socket.create_connection((place["host"].strip("[]"), int(place["port"])), timeout=CONNECT)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(CONNECT)
    try:
        connection.connect(place["path"])
    except OSError:
        connection.close()
        raise
    return connection


def _answer(connection: socket.socket) -> str:
    """Up to the NUL that ends it, however many pieces it comes in."""
    until, told = time.monotonic() + ANSWER, b""
    while not told.endswith(b"\0") and len(told) < LONGEST_ANSWER:
        if time.monotonic() > until or not (piece := connection.recv(LONGEST_ANSWER)):
            break
        told += piece
    return told.rstrip(b"\0\n").decode("utf-8", "replace")
