"""What was set, and what was switched on."""

import time

from django.conf import settings
from django.utils.translation import gettext

from core import maintenance as kept_still
from core.conditions.measures import DAY
from core.enums import Severity
from core.health import Found

PROXY_NOTE = "proxy-not-trusted"
UNTRUSTED, FEWER = "untrusted", "fewer"


def debug() -> Found:
    if settings.DEBUG:
        return Found(gettext("DEBUG is on: failures show their data to every reader."), Severity.ERROR)
    return Found(gettext("Failures show no data."))


def maintenance() -> Found:
    """While it is on nothing is done by the clock or the worker: what waits then is not to be wondered at."""
    if kept_still.is_on():
        return Found(gettext("Maintenance is on: everything can be read, nothing sent."), Severity.WARNING)
    return Found(gettext("Everything can be read and sent."))


def note_proxy(proxies: str) -> None:
    """A request came by other proxies than PORTAL_PROXIES says. A file tells it, for it costs no query."""
    (settings.PORTAL_HOME / PROXY_NOTE).write_text(proxies)


def proxy() -> Found:
    note = settings.PORTAL_HOME / PROXY_NOTE
    is_fresh = note.exists() and time.time() - note.stat().st_mtime <= DAY
    seen = note.read_text() if is_fresh else ""
    if seen == UNTRUSTED and not settings.PORTAL_PROXIES:
        told = gettext(
            "A proxy stands before the portal and PORTAL_PROXIES is 0: "
            "all readers seem to come from one address."
        )
        return Found(told, Severity.WARNING)
    if seen == FEWER and settings.PORTAL_PROXIES:
        told = gettext(
            "Requests came by fewer proxies than PORTAL_PROXIES says: "
            "nobody can tell from where their readers come."
        )
        return Found(told, Severity.WARNING)
    return Found(gettext("No proxy was seen that is not trusted."))
