"""How the portal is watched: its log, its failures, its figures, and what must be told in time."""

import os
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from .base import PORTAL_HOME, env

# Whom to tell of a weakness of the portal: a mailto:, tel: or https: address, in /.well-known/security.txt.
PORTAL_SECURITY_CONTACT = env.str("PORTAL_SECURITY_CONTACT", default="")
# The office's own number, wherever a page says whom to call.
PORTAL_TELEPHONE = env.str("PORTAL_TELEPHONE", default="")
# The certificate that readers are shown (PEM), watched for its last day.
PORTAL_CERTIFICATE = env.str("PORTAL_CERTIFICATE", default="")
# Where failures are reported beside the log (core.reports): a file, a server that speaks Sentry's language.
PORTAL_ERRORS = env.str("PORTAL_ERRORS", default="")
PORTAL_SENTRY_DSN = env.str("PORTAL_SENTRY_DSN", default="")
# The private address that Prometheus reads (core.metrics); empty: nothing is counted.
PORTAL_METRICS = env.str("PORTAL_METRICS", default="")
if PORTAL_METRICS:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(PORTAL_HOME / "metrics")  # read when the library is loaded

# On standard error, for systemd's journal: lines for people, or JSON for machines. What may stand in it:
# core.logs.
PORTAL_LOG = env.str("PORTAL_LOG", default="line")
if PORTAL_LOG not in ("line", "json"):
    raise ImproperlyConfigured(f"PORTAL_LOG must be line or json, not {PORTAL_LOG!r}")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"context": {"()": "core.logs.Context"}},
    "formatters": {"line": {"()": "core.logs.Line"}, "json": {"()": "core.logs.Json"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": PORTAL_LOG, "filters": ["context"]},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Its own handlers write past ours, and would mail.
        "django": {"handlers": [], "level": "INFO"},
        # The access log tells of what was refused; here stand failures.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "celery": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "WARNING"},
        # They would tell of each reader who went away and of each request that waits for a thread.
        "waitress": {"level": "WARNING"},
        "waitress.queue": {"level": "ERROR"},
    },
}
if PORTAL_ERRORS:
    LOGGING["handlers"]["errors"] = {
        "class": "core.reports.ErrorFile",
        "filename": PORTAL_ERRORS,
        "formatter": "json",
        "filters": ["context"],
    }
    LOGGING["root"]["handlers"].append("errors")
