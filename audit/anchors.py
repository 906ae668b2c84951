"""The head of the trail, noted where the database's owner has no hand: PORTAL_TRAIL_ANCHORS names the places.

- `file:/mount/anchors.jsonl`: a line for each new head, on another machine's disk;
- `syslog:`, `syslog:/socket`, `syslog://host:port` (UDP), `syslog+tcp://host:port`: once a minute;
- `rfc3161:https://…`: a time stamp of an authority once an hour, kept in the home (`trail-timestamps.jsonl`);
- `mail:address`: once a day, with a digest that is short enough to be printed and compared by eye.

Who has beat's lease writes them (`audit.sequencing`), each place by itself: one that is away holds up none.
`verify_trail --anchor` reads what came out, and finds whatever of it the database does not say any more.
"""

import base64
import hashlib
import json
import logging
import os
import socket
import ssl
import urllib.request
from collections.abc import Callable, Iterator
from logging.handlers import SysLogHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import rfc3161_client
from cryptography import x509
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from core.conditions.measures import DAY, HOUR, MINUTE

from .models import Anchored, HeadKey, Seal

# A place that does not answer within so many seconds has failed for this time.
PATIENCE = 10.0
# How often each kind of place is written to, at most (seconds).
EVERY = {"file": 0, "syslog": MINUTE, "syslog+tcp": MINUTE, "rfc3161": HOUR, "mail": DAY - HOUR}
TIMESTAMPS = "trail-timestamps.jsonl"

log = logging.getLogger(__name__)


def write_due(may: Callable[[], bool] = lambda: True) -> None:
    """Write the head to each place that is due for it and has not got it yet."""
    head = Seal.objects.order_by("-pk").defer("entries").first()
    for address in settings.PORTAL_TRAIL_ANCHORS:
        with transaction.atomic():
            is_ours = head and _is_due(address, head) and may()
        if head and is_ours:
            _write(address, head)


def kind_of(address: str) -> str:
    return address.partition(":")[0]


def _is_due(address: str, head: Seal) -> bool:
    noted = Anchored.objects.filter(address=address).first()
    if noted is None:
        return True
    if noted.failure:
        return (timezone.now() - noted.tried_at).total_seconds() >= MINUTE
    age = (timezone.now() - noted.at).total_seconds() if noted.at else DAY
    return noted.seal != head.pk and age >= EVERY.get(kind_of(address), 0)


def is_late(address: str, noted: Anchored | None, newest: int) -> bool:
    """Whether a place should have had a newer head long ago."""
    if noted is None or noted.at is None:
        return noted is not None  # it was tried, and never worked
    age = (timezone.now() - noted.at).total_seconds()
    return noted.seal != newest and age > max(2 * EVERY.get(kind_of(address), 0), HOUR)


def _write(address: str, head: Seal) -> None:
    now = timezone.now()
    noted: dict[str, object] = {"tried_at": now, "failure": ""}
    try:
        WRITERS[kind_of(address)](address, head)
        noted |= {"seal": head.pk, "digest": head.digest, "at": now}
    except Exception as error:  # noqa: BLE001  # whatever a place does, the next gets its head
        noted["failure"] = f"{type(error).__name__}: {error}"[:500]
        log.warning("the head of the trail could not be anchored at %s: %s", address, error)
    Anchored.objects.update_or_create(address=address, defaults=noted)


def line_of(head: Seal, **more: object) -> str:
    """What stands at each place: enough to tell whether the head is ours and the database still has it."""
    public = HeadKey.objects.filter(name=head.signed_with).values_list("public", flat=True).first()
    said = {
        "seal": head.pk,
        "digest": head.digest,
        "sealed_at": head.sealed_at.isoformat(),
        "signature": head.signature,
        "key": public or "",
    }
    return json.dumps(said | more)


def read(text: str) -> Iterator[dict[str, Any]]:
    """The heads in what such a place holds: its lines, whatever a log server or a mail put around them."""
    for line in text.splitlines():
        start = line.find('{"seal"')
        if start >= 0:
            said, _end = json.JSONDecoder().raw_decode(line[start:])
            yield said


def append(path: Path, line: str) -> None:
    """At the end of the file, and on the disk once this returns."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        os.write(descriptor, f"{line}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _to_file(address: str, head: Seal) -> None:
    append(Path(address.partition(":")[2]), line_of(head))


def _to_syslog(address: str, head: Seal) -> None:
    place = urlsplit(address)
    kind = socket.SOCK_STREAM if place.scheme == "syslog+tcp" else socket.SOCK_DGRAM
    at: Any = (place.hostname, place.port or 514) if place.hostname else place.path or "/dev/log"
    handler = _Syslog(at, facility=SysLogHandler.LOG_AUTH, socktype=kind if place.hostname else None)
    handler.ident = "portal-trail: "
    handler.append_nul = False
    try:
        # A line by TCP ends with its end: what takes it is told where the next begins.
        end = "\n" if kind == socket.SOCK_STREAM else ""
        handler.emit(logging.makeLogRecord({"msg": line_of(head) + end, "levelno": logging.INFO}))
    finally:
        handler.close()


class _Syslog(SysLogHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's name
        raise  # noqa: PLE0704  # called while one is handled


def _by_mail(address: str, head: Seal) -> None:
    if not settings.PORTAL_MAIL_ON:
        raise OSError("EMAIL_URL is not set")
    text = (
        f"审计记录第 {head.pk} 号封存，{timezone.localtime(head.sealed_at):%Y-%m-%d %H:%M:%S}。\n\n"
        "短摘要（打印存档，日后与“审计记录—封存”页面上同一号封存的短摘要对照）：\n\n"
        f"    {head.short_digest}\n\n"
        f"{line_of(head)}\n"
    )
    send_mail(f"审计记录封存 {head.pk}：{head.short_digest}", text, None, [address.partition(":")[2]])


def _time_stamped(address: str, head: Seal) -> None:
    """The authority's answer must be of our digest; it is judged when it is verified, with a certificate."""
    url = address.partition(":")[2]
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError(f"{url} is no address of a time stamping authority")
    asked = (
        rfc3161_client.TimestampRequestBuilder()
        .data(head.digest.encode())
        .hash_algorithm(rfc3161_client.HashAlgorithm.SHA256)
    )
    request = urllib.request.Request(  # noqa: S310  # its scheme was looked at
        url, asked.build().as_bytes(), {"Content-Type": "application/timestamp-query"}
    )
    context = ssl.create_default_context()
    with urllib.request.urlopen(request, timeout=PATIENCE, context=context) as answer:  # noqa: S310
        token = answer.read(1_000_000)
    if not _is_of(rfc3161_client.decode_timestamp_response(token), head.digest):
        raise ValueError("the time stamp is of something else")
    append(settings.PORTAL_HOME / TIMESTAMPS, line_of(head, token=base64.b64encode(token).decode()))


def is_time_stamped(said: dict[str, Any], root: x509.Certificate) -> bool:
    """Whether the time stamp that came with a head is of this head, by an authority below this root."""
    try:
        token = rfc3161_client.decode_timestamp_response(base64.b64decode(said["token"], validate=True))
        verifier = rfc3161_client.VerifierBuilder(roots=[root]).build()
        return verifier.verify_message(token, said["digest"].encode())
    except (rfc3161_client.VerificationError, LookupError, ValueError):
        return False


def _is_of(token: rfc3161_client.TimeStampResponse, digest: str) -> bool:
    return bool(token.tst_info.message_imprint.message == hashlib.sha256(digest.encode()).digest())


WRITERS: dict[str, Callable[[str, Seal], None]] = {
    "file": _to_file,
    "syslog": _to_syslog,
    "syslog+tcp": _to_syslog,
    "rfc3161": _time_stamped,
    "mail": _by_mail,
}
