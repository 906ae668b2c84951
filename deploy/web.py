"""One process that serves pages: waitress, on a socket that is open already.

    python -P -m deploy.web DESCRIPTOR [READY]

READY is a pipe's end: a line is written to it once pages are served.

One loop reads heads and bodies and writes answers, and waits for nobody; a thread is taken by a request
that is complete, for as long as its page takes to make. So who connects and says nothing, or a byte at a
time, keeps nobody waiting. gunicorn's workers, those with threads as well, read head and body where the
answer is made: a few dripping connections stop them all.

Whatever a process keeps is shared by its threads: what is kept in a module must bear that. Database
connections are each thread's own, and the threads stay, so that CONN_MAX_AGE holds as it says.
"""

import gc
import os
import resource
import signal
import socket
import sys
import time
from importlib import import_module
from types import FrameType

from django.conf import settings
from django.core.servers.basehttp import get_internal_wsgi_application
from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel

from wuhai_portal.keys import look_at_triggers

THREADS = 4
CONNECTIONS = 1000
# A connection with a large body and a large answer.
FILES_EACH = 3
# Without a byte for so long (seconds) a connection is closed.
SILENCE = 60
# What is being answered when we are told to stop has so long (seconds) to get done.
GRACE = 5.0
# Python keeps the frames of a thread's calls in pieces of 16 KiB. Until 3.13.13 it makes a piece and gives it
# back whenever a call crosses into it (python/cpython 142183): a template's loop that stood just there took
# twice its time. A frame of so many places (of 8 bytes) gets a piece of 256 KiB, whose rest is for all calls
# inside.
ROOM_FOR_CALLS = 17_000
# A connection that a proxy keeps may bring a request for so long (seconds) after we are told to stop.
LINGER = 0.5


def main(descriptor: int, ready: int | None = None) -> None:
    """Serve until SIGTERM; then take no more connections, finish what is being answered, and return."""
    channels: dict[int, wasyncore.dispatcher] = {}
    gc.disable()  # what is loaded stays: looking through it again and again is a sixth of the start
    application = get_internal_wsgi_application()
    look_at_triggers()
    import_module(settings.ROOT_URLCONF)  # with every page's code: the first reader shall not wait for it
    gc.freeze()
    gc.enable()
    server = create_server(
        application,
        map=channels,
        sockets=[socket.socket(fileno=descriptor)],
        threads=THREADS,
        connection_limit=min(CONNECTIONS, _files() // FILES_EACH),
        channel_timeout=SILENCE,
        cleanup_interval=10,
        # The page that says so is the portal's own (core.middleware); far above, nothing is read.
        max_request_body_size=2 * settings.PORTAL_BODY_MAX_BYTES,
        asyncore_use_poll=True,
        log_socket_errors=False,  # a reader who goes away is no error
        clear_untrusted_proxy_headers=False,  # PORTAL_PROXIES says whose word is believed
        ident="",
    )

    server.channel_class = Channel

    def stop(signum: int, frame: FrameType | None) -> None:
        server.accepting = False

    signal.signal(signal.SIGTERM, stop)
    if ready is not None:
        os.write(ready, b"\n")
        os.close(ready)
    while server.accepting:
        _turn(channels)
    told = time.monotonic()
    while server.active_channels and time.monotonic() < told + GRACE:
        if time.monotonic() > told + LINGER and not any(map(_is_busy, server.active_channels.values())):
            break
        _turn(channels)


class Channel(HTTPChannel):
    """A connection that the loop leaves alone while a thread sends its answer, and that ends when we do.

    waitress's own says that it can be written to, and does not write, for the thread holds its lock: the loop
    turned fifty to a hundred and fifty times a page and took the thread's time from it. What the thread could
    not send is the loop's again at the next turn, and a thread that is done wakes the loop.
    """

    def writable(self) -> bool:
        if self.requests and not self.will_close:
            if not self.outbuf_lock.acquire(blocking=False):
                return False
            self.outbuf_lock.release()
        return bool(super().writable())

    def service(self) -> None:
        """Once we are to stop, a proxy is told not to keep the connection and goes elsewhere next."""
        if not self.server.accepting:
            self.requests[0].headers["CONNECTION"] = "close"
        super().service()

    service.__code__ = service.__code__.replace(co_stacksize=ROOM_FOR_CALLS)


def _turn(channels: dict[int, wasyncore.dispatcher]) -> None:
    wasyncore.loop(timeout=0.2, use_poll=True, map=channels, count=1)


def _is_busy(channel: wasyncore.dispatcher) -> bool:
    """Whether a request is being answered, or its answer is on the way."""
    return bool(channel.requests or channel.total_outbufs_len)


def _files() -> int:
    """How many files this process may have open, after asking for as many as all connections may take."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS * FILES_EACH + 100  # the portal's own
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return allowed


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
