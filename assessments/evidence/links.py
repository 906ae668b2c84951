"""Looking up whether a page is there, without being led into the portal's own network.

Whoever files a link chooses an address that the portal's own machine will call. So it calls public
addresses only (and the networks of PORTAL_LINK_NETWORKS), resolves the name once and connects to the very
address it has judged, judges every redirection anew, and takes a few kilobytes and a few seconds at most.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext_noop

SCHEMES = {"http": 80, "https": 443}
MAX_REDIRECTS = 3
MAX_BYTES = 8 * 1024
# For one address in all: a server that sends one letter a second is not waited for.
SECONDS = 10
AGENT = "Mozilla/5.0 (compatible; portal link check)"

NO_WEB_PAGE = gettext_noop("The address does not lead to a web page.")
NO_SERVER = gettext_noop("There is no server of this name.")
INTERNAL = gettext_noop("The address lies in an internal network, where the portal does not look.")
NO_ANSWER = gettext_noop("The server does not answer.")
BAD_CERTIFICATE = gettext_noop("The server cannot prove who it is: its certificate is not valid.")
NOT_LET_IN = gettext_noop("The server does not let the portal in; open the page to see whether it is public.")
NO_PAGE = gettext_noop("There is no page at this address.")
SERVER_ERROR = gettext_noop("The server reports an error of its own.")
PASSED_ON = gettext_noop("The page is passed on again and again.")


class Dead(Exception):
    """The page cannot be reached; the message (a msgid) says why."""


def problem_of(url: str) -> str:
    """Why the page cannot be reached, as a msgid; "" where it can be."""
    try:
        _look_up(url)
    except Dead as error:
        return str(error)
    return ""


def _look_up(url: str) -> None:
    for _hop in range(MAX_REDIRECTS + 1):
        status, onward = _ask(url)
        if not onward:
            return _judge(status)
        url = urljoin(url, onward)
    raise Dead(PASSED_ON)


def _judge(status: int) -> None:
    if status >= 500:
        raise Dead(SERVER_ERROR)
    if status in (401, 403, 407, 429):
        raise Dead(NOT_LET_IN)
    if status >= 300:
        raise Dead(NO_PAGE)


def _ask(url: str) -> tuple[int, str]:
    """Status, and where the page has moved to. Some servers answer a bare HEAD with an error: GET decides."""
    status, onward = _request("HEAD", url)
    return _request("GET", url) if status >= 400 else (status, onward)


def _request(method: str, url: str) -> tuple[int, str]:
    parts = _split(url)
    with _connected(parts) as connection:
        try:
            connection.request(method, _target(parts), headers={"User-Agent": AGENT, "Accept": "*/*"})
            response = connection.getresponse()
            response.read(MAX_BYTES)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Dead(NO_ANSWER) from error
        moved = response.status in (301, 302, 303, 307, 308)
        return response.status, response.headers.get("Location", "") if moved else ""


def _target(parts: SplitResult) -> str:
    """Path and query as they are sent: all but ASCII is quoted, what is quoted already stays."""
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return quote(target, safe="/%:@!$&'()*+,;=~?[]")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Dead(NO_WEB_PAGE) from error
    if parts.scheme not in SCHEMES or not parts.hostname or parts.username is not None or port == 0:
        raise Dead(NO_WEB_PAGE)
    return parts


@contextmanager
def _connected(parts: SplitResult) -> Iterator[http.client.HTTPConnection]:
    """A connection to an address that was judged; it is cut when its time is up."""
    host, port = parts.hostname or "", parts.port or SCHEMES[parts.scheme]
    connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    sock = _open(host, port)
    cut = threading.Timer(SECONDS, _shut, [sock])
    cut.daemon = True
    cut.start()
    try:
        connection.sock = _secured(sock, host) if parts.scheme == "https" else sock
        yield connection
    finally:
        cut.cancel()
        connection.close()
        sock.close()


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _secured(sock: socket.socket, host: str) -> ssl.SSLSocket:
    try:
        return ssl.create_default_context().wrap_socket(sock, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        raise Dead(BAD_CERTIFICATE) from error
    except (OSError, ValueError) as error:
        raise Dead(NO_ANSWER) from error


def _open(host: str, port: int) -> socket.socket:
    """Connect to the first of the host's addresses that answers; all of them must be allowed."""
    for address in _addresses(host, port):
        with suppress(OSError):
            return socket.create_connection((address, port), timeout=SECONDS)
    raise Dead(NO_ANSWER)


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Dead(NO_SERVER) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not all(map(is_allowed, addresses)):
        raise Dead(INTERNAL)
    return addresses[:3]


def is_allowed(address: str) -> bool:
    """Whether the portal may connect there: a public address, or one in PORTAL_LINK_NETWORKS."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            return is_allowed(str(ip.ipv4_mapped))
        if any(ip in network for network in _WRAPPED):
            return False
    if any(ip in ip_network(network, strict=False) for network in settings.PORTAL_LINK_NETWORKS):
        return True
    if isinstance(ip, IPv6Address) and ip not in _PUBLIC:
        return False
    return ip.is_global and not ip.is_multicast


# IPv6 addresses that carry an IPv4 one inside, which a gateway would unpack (6to4, Teredo, NAT64).
_WRAPPED = tuple(map(ip_network, ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48")))
# All that is given out to the public so far; beside it lie old site-local and IPv4-compatible addresses.
_PUBLIC = ip_network("2000::/3")
