"""The proxy's site: `files/nginx.conf` with this machine's names, addresses and certificate."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from textwrap import indent

FILES = Path(__file__).parent / "files"
# settings.PORTAL_BODY_MAX_BYTES
BODY_MAX = 100 * 1024 * 1024
# From here on HTTP/2 is a line of its own.
HTTP2_LINE = (1, 25, 1)


class Filled(Template):
    """A file with places @{like_this}: nginx and systemd have their own use for $ and %."""

    delimiter = "@"


def fill(name: str, **places: str) -> str:
    """A file of `files/` with its places filled; one that is not given is an error."""
    return Filled((FILES / name).read_text()).substitute(places)


@dataclass(frozen=True)
class Site:
    """Where the portal is reached, and by what.

    `upstreams` are the web machines, `unix:/run/portal/web.sock` or `10.0.0.2:8000`; `public` is a folder of
    files that anybody may read: the pages that nginx has when the portal is away, the CA's certificate.
    `ports` are those of HTTP and HTTPS.
    """

    names: Sequence[str]
    upstreams: Sequence[str]
    certificate: Path
    key: Path
    static: Path
    public: Path
    etc: Path = Path("/etc/portal")
    log: Path = Path("/var/log/nginx/portal.log")
    cache: Path = Path("/var/lib/nginx/portal-pages")
    ports: tuple[int, int] = (80, 443)

    def render(self, version: tuple[int, ...]) -> str:
        """The site for this version of nginx."""
        http, https = self.ports
        as_line = version >= HTTP2_LINE
        return fill(
            "nginx.conf",
            names=" ".join(self.names),
            upstreams="\n".join(f"    server {each} max_fails=3 fail_timeout=5s;" for each in self.upstreams),
            certificate=str(self.certificate),
            key=str(self.key),
            static=str(self.static),
            public=str(self.public),
            etc=str(self.etc),
            proxy=str(self.etc / "nginx-proxy.conf"),
            log=str(self.log),
            pages=fill("nginx-pages.conf", cache=str(self.cache)),
            kept=indent(fill("nginx-kept.conf"), " " * 8).rstrip(),
            body_max=str(BODY_MAX),
            listen_http=_listen(http),
            listen_https=_listen(https, " ssl" if as_line else " ssl http2") + "\n    http2 on;" * as_line,
        )


def _listen(port: int, options: str = "") -> str:
    """On all addresses, those of version 6 where this machine has any."""
    addresses = [f"{port}", f"[::]:{port}"] if Path("/proc/net/if_inet6").exists() else [f"{port}"]
    return "\n".join(f"    listen {address}{options};" for address in addresses)


def nginx_version() -> tuple[int, ...]:
    """(1, 22, 1) in Debian 12; (0,) where nginx is not there."""
    try:
        asked = subprocess.run(["nginx", "-v"], check=False, capture_output=True, text=True)
    except OSError:
        return (0,)
    found = re.search(r"nginx/([\d.]+)", asked.stderr)
    return tuple(int(part) for part in found.group(1).split(".")) if found else (0,)
