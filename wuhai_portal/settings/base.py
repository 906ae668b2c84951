"""Where this portal runs and as what: its home, its addresses, its day."""

import datetime
import os
from pathlib import Path

import django_stubs_ext
import environ
from django.core.exceptions import ImproperlyConfigured

# Lets `ListView[Site]` be written, which mypy wants and Django alone does not allow.
django_stubs_ext.monkeypatch()

env = environ.Env()

# openpyxl writes by Python's own XML, though python-docx brings lxml: lxml is loaded for Word copies alone.
os.environ.setdefault("OPENPYXL_LXML", "False")


def listed(name: str, default: str = "") -> list[str]:
    """What stands in it, separated by commas, with or without blanks."""
    return [each.strip() for each in env.str(name, default=default).split(",") if each.strip()]


BASE_DIR = Path(__file__).resolve().parent.parent.parent
# A production machine (deploy/install).
PORTAL_INSTALLED = bool(env.str("PORTAL_INSTALLED", default=""))
PORTAL_COMMAND = "portal" if PORTAL_INSTALLED else "./portal"  # there from any folder
# Set where there are several machines: this one's in their own network.
PORTAL_ADDRESS = env.str("PORTAL_ADDRESS", default="")
# The demo's published password opens its accounts; each page says so (deploy.environment sets it).
PORTAL_DEMO_RULES = env.bool("PORTAL_DEMO_RULES", default=False)
if PORTAL_DEMO_RULES and PORTAL_INSTALLED:
    raise ImproperlyConfigured("PORTAL_DEMO_RULES is for the demo, never where PORTAL_INSTALLED is set.")
PORTAL_HOME = Path(env.str("PORTAL_HOME", default=str(BASE_DIR / "var"))).resolve()
# Says that maintenance is announced or on (core.maintenance); several machines share it.
PORTAL_MAINTENANCE = env.str("PORTAL_MAINTENANCE", default=str(PORTAL_HOME / "maintenance.json"))

DEBUG = env.bool("DEBUG", default=False)

ALLOWED_HOSTS = listed("PORTAL_HOSTS", default="localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = listed("PORTAL_ORIGINS")
# Where a paper's verification QR leads; set it to the address the public uses.
PORTAL_URL = env.str("PORTAL_URL", default="http://localhost:8000").rstrip("/")
# How many proxies of our own stand before the portal: whose word on a reader's address is believed.
PORTAL_PROXIES = env.int("PORTAL_PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = PORTAL_PROXIES

# The business date of a rehearsal; empty means the real date (see sites.calendar).
PORTAL_TODAY: datetime.date | None = (
    datetime.date.fromisoformat(env.str("PORTAL_TODAY")) if env.str("PORTAL_TODAY", default="") else None
)
# Proposed: the plan does not say how soon a paper is signed for.
PORTAL_RECEIPT_DAYS = env.int("PORTAL_RECEIPT_DAYS", default=3)
