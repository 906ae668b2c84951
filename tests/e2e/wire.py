"""The line between a browser and the portal, which can be cut.

A browser that is told to be offline tells each page anew, and what a fresh page sends at once may slip
through; a line that is cut lets nothing through.
"""

import contextlib
import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

CHUNK = 65536


class Wire:
    """Listens at `url` and passes everything on to the portal, while it is whole."""

    def __init__(self, portal: str) -> None:
        address = urlsplit(portal)
        self._portal = (address.hostname, address.port)
        self._door = socket.create_server(("localhost", 0))
        self.url = f"http://{address.hostname}:{self._door.getsockname()[1]}"
        self._is_whole = True
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self) -> None:
        self._is_whole = False
        for end in list(self._open):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self._is_whole = True

    def close(self) -> None:
        self.cut()
        self._door.close()

    def _listen(self) -> None:
        while True:
            try:
                here, _address = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=[here], daemon=True).start()

    def _carry(self, here: socket.socket) -> None:
        with contextlib.suppress(OSError), here:
            if not self._is_whole:
                return
            with socket.create_connection(self._portal) as there, self._known(here, there):
                _pass_on({here: there, there: here})

    @contextmanager
    def _known(self, *ends: socket.socket) -> Iterator[None]:
        self._open.update(ends)
        try:
            yield
        finally:
            self._open.difference_update(ends)


def _pass_on(other: dict[socket.socket, socket.socket]) -> None:
    """Until one end has nothing more to say."""
    with selectors.DefaultSelector() as ready:
        for end in other:
            ready.register(end, selectors.EVENT_READ, end)
        while True:
            for key, _events in ready.select():
                said = key.data.recv(CHUNK)
                if not said:
                    return
                other[key.data].sendall(said)
