"""The database, and what is kept of it for a while."""

from typing import Any

from .base import DEBUG, PORTAL_HOME, env

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL")
    if env.str("DATABASE_URL", default="")
    else {"ENGINE": "django.db.backends.sqlite3", "NAME": str(PORTAL_HOME / "portal.sqlite3")}
}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if _SQLITE:
    # A writer takes its lock at BEGIN: two people saving at once wait for each other, neither fails.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Without recursive triggers INSERT OR REPLACE deletes a row past those that guard it.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
            "PRAGMA recursive_triggers=ON;"
        ),
    }
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    _options = DATABASES["default"].setdefault("OPTIONS", {})
    # A machine that is cut off is found out on both sides in a quarter of a minute, not after the hours a
    # network takes: what it had locked is free, and what it had begun never was.
    _cut_off = {"keepalives_idle": 5, "keepalives_interval": 3, "keepalives_count": 3}
    for _name, _value in (_cut_off | {"tcp_user_timeout": 15000, "connect_timeout": 5}).items():
        _options.setdefault(_name, _value)
    if env.bool("PORTAL_POOLED", default=False):
        # Behind pgbouncer each transaction has another connection: none keeps a cursor, or takes options.
        DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
    else:
        _told = " ".join(f"-c tcp_{name}={value}" for name, value in _cut_off.items())
        # jit would compile the desk's long questions anew each time: 1.2 s instead of 0.05 s for what waits
        # for the office, of 23 sites.
        _options.setdefault("options", f"-c jit=off {_told} -c tcp_user_timeout=15000")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_CACHE = "django.core.cache.backends"
# Who works on the portal sees each change at once.
_PAGES = "locmem.LocMemCache" if env.bool("PORTAL_KEEP_PAGES", default=not DEBUG) else "dummy.DummyCache"
CACHES = {
    # Counters of the brakes (core.brakes) above all: in the database, for pages work without a broker.
    "default": {
        "BACKEND": f"{_CACHE}.db.DatabaseCache",
        "LOCATION": "portal_cache",
        # Room for so many that nobody flushes out the others': the hourly clearing leaves far fewer.
        "OPTIONS": {"MAX_ENTRIES": 10_000_000},
    },
    # Public pages as they were drawn (publicity.page_cache): each process keeps its own.
    "pages": {
        "BACKEND": f"{_CACHE}.{_PAGES}",
        "LOCATION": "pages",
        "TIMEOUT": 60,
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
    # What every page of the desk shows (desk.rail), in the same way.
    "rail": {
        "BACKEND": f"{_CACHE}.locmem.LocMemCache",
        "LOCATION": "rail",
        "TIMEOUT": 60,
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
    # Figures that took long to count (desk.figures.kept): files, for SQLite's one writer is spared by them.
    # With PostgreSQL there may be several machines, which read what a worker on another one counted.
    "figures": {
        "BACKEND": f"{_CACHE}.filebased.FileBasedCache" if _SQLITE else f"{_CACHE}.db.DatabaseCache",
        "LOCATION": str(PORTAL_HOME / "figures") if _SQLITE else "portal_figures",
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
}
