"""The private port that Prometheus reads; `./portal run` starts it where PORTAL_METRICS is set."""

import ipaddress
import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Serves what Prometheus reads at PORTAL_METRICS (host:port), until it is told to end."
    requires_system_checks: list[str] = []

    def handle(self, **_options: Any) -> None:
        host, port = address(settings.PORTAL_METRICS)
        from prometheus_client import start_http_server  # noqa: PLC0415  # after the address is known

        from core import metrics  # noqa: PLC0415

        metrics.FOLDER.mkdir(parents=True, exist_ok=True)
        ended = threading.Event()
        signal.signal(signal.SIGTERM, lambda _signum, _frame: ended.set())
        server, _thread = start_http_server(port, host, registry=metrics.registry())
        ended.wait()
        server.shutdown()


def address(text: str) -> tuple[str, int]:
    """Of a setting host:port. Whoever reads the figures need not sign in, so it is one address, never all."""
    host, _, port = text.rpartition(":")
    host = host.strip("[]")
    if not host or not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise CommandError(f"PORTAL_METRICS must be host:port, such as 127.0.0.1:9180, not {text!r}")
    try:
        everywhere = ipaddress.ip_address(host).is_unspecified
    except ValueError:
        everywhere = False  # a name
    if everywhere:
        raise CommandError(
            f"PORTAL_METRICS {text} would show the figures on every network of this machine; "
            "name the one address that Prometheus comes by"
        )
    return host, int(port)
