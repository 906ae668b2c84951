"""OpenDocument texts: scripts, links, numbers fetched from another program."""

import re
from collections.abc import Iterator

from core.enums import FileFlag
from tables import refusals

from . import addresses

_PARTS = ("content.xml", "styles.xml", "settings.xml", "META-INF/manifest.xml")
_MACROS = ("Basic/", "Scripts/")
_RUNS = (b"vnd.sun.star.script:", b"office:script", b"script:event-listener", b"office:dde-", b"text:dde-")
_LEADS = re.compile(rb"xlink:href\s*=\s*[\"']([^\"']*)")


def look_at(name: str, content: bytes) -> Iterator[FileFlag]:
    if name.startswith(_MACROS):
        raise refusals.macros()
    if not name.endswith(_PARTS):
        return
    plain = content.replace(b"\0", b"")
    if b"<office:scripts/>" in plain:
        plain = plain.replace(b"<office:scripts/>", b"")
    if any(word in plain for word in _RUNS) or b"macro:" in plain:
        raise refusals.runs()
    for found in _LEADS.finditer(plain):
        target = found[1].decode("utf-8", "replace")
        if not addresses.is_harmless(target):
            raise refusals.runs()
        if addresses.scheme_of(target) or addresses.is_away(target):
            yield FileFlag.LINKS
