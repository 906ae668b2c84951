"""Where a file leads to: an address that one may follow, or one that makes a machine do something."""

import re

# What a browser or mail program opens; of one letter it is a disk, of none a place in the file itself.
_HARMLESS = {"", "http", "https", "mailto", "ftp", "tel", "file", "about"}
_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):")
_AWAY = re.compile(r"\s*(https?:|ftp:|file:(/{2}|\\\\)[^/\\]|\\\\|//)", re.IGNORECASE)


def scheme_of(address: str) -> str:
    found = _SCHEME.match(address)
    return found[1].lower() if found else ""


def is_harmless(address: str) -> bool:
    scheme = scheme_of(address)
    return scheme in _HARMLESS or len(scheme) == 1


def is_away(address: str) -> bool:
    """On another machine than the reader's."""
    return bool(_AWAY.match(address))
