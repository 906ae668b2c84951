"""Settings, driven by the environment (docs/settings.md lists the variables).

With nothing set but a secret key the portal runs on SQLite and the embedded
broker; `DATABASE_URL` and `REDIS_URL` move it to PostgreSQL and Redis.
"""

import datetime
import os
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from core import key_file

from . import limits
from .storing import storage

# Lets `ListView[Site]` be written, which mypy wants and Django alone does not allow.
django_stubs_ext.monkeypatch()

env = environ.Env()

# Workbooks are written the same way whether or not lxml happens to be installed (a checking tool brings it).
os.environ.setdefault("OPENPYXL_LXML", "False")

BASE_DIR = Path(__file__).resolve().parent.parent
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

DEBUG = env.bool("DEBUG", default=False)
# The keys that `./portal` made and keeps; what the environment says goes before (core.ring).
PORTAL_KEYS = key_file.place(PORTAL_HOME, os.environ)
PORTAL_GIVEN_KEYS = key_file.given(os.environ)
try:
    _keys = key_file.read(PORTAL_KEYS) | PORTAL_GIVEN_KEYS
except key_file.Exposed as _exposed:
    raise ImproperlyConfigured(str(_exposed)) from _exposed
if not _keys.keys() >= set(key_file.FIRST) and not DEBUG:
    raise ImproperlyConfigured(
        "SECRET_KEY and SALT_KEY must be set while DEBUG is off. "
        f"./portal run makes them and keeps them in {PORTAL_KEYS}."
    )
# The newest signs; what a former one signed stays valid.
SECRET_KEY, *SECRET_KEY_FALLBACKS = [
    _keys[name]
    for name in sorted(_keys, key=key_file.version, reverse=True)
    if key_file.family(name) == "SECRET_KEY"
] or ["debug-only"]
# With the first SECRET_KEY it opens what was encrypted before there was a ring (core.ciphers).
SALT_KEY = _keys.get("SALT_KEY", "debug-only")
# By what personal data is encrypted: AES-256 and SHA-256, or SM4 and SM3.
PORTAL_CIPHERS = env.str("PORTAL_CIPHERS", default="international")
if PORTAL_CIPHERS not in ("international", "guomi"):
    raise ImproperlyConfigured(f"PORTAL_CIPHERS is international or guomi, and not {PORTAL_CIPHERS!r}.")


def listed(name: str, default: str = "") -> list[str]:
    """What stands in it, separated by commas, with or without blanks."""
    return [each.strip() for each in env.str(name, default=default).split(",") if each.strip()]


ALLOWED_HOSTS = listed("PORTAL_HOSTS", default="localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = listed("PORTAL_ORIGINS")
# Where a paper's verification QR leads; set it to the address the public uses.
PORTAL_URL = env.str("PORTAL_URL", default="http://localhost:8000").rstrip("/")

# The business date of a rehearsal; empty means the real date (see sites.calendar).
PORTAL_TODAY: datetime.date | None = (
    datetime.date.fromisoformat(env.str("PORTAL_TODAY")) if env.str("PORTAL_TODAY", default="") else None
)

INSTALLED_APPS = [
    "desk",
    "publicity",
    "assessments",
    "documents",
    "sites",
    "standards",
    "accounts",
    "audit",
    "core",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "auditlog",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "core.middleware.BrowserLimitsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.access.AccessMiddleware",
    "core.middleware.ProbesMiddleware",
    "publicity.page_cache.PublicPageMiddleware",
    "csp.middleware.CSPMiddleware",
    "accounts.session_store.DeviceSessionMiddleware",
    "core.middleware.ChosenLanguageMiddleware",
    "core.middleware.BodyLimitMiddleware",
    "core.middleware.PrivatePagesMiddleware",
    "core.middleware.ErrorPagesMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "audit.middleware.TrailMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.known_devices.KnownDeviceMiddleware",
    "accounts.own_password.OwnPasswordMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.second_factor.SecondFactorMiddleware",
    "accounts.pausing.MaintenanceMiddleware",
    "accounts.kept_text.KeptTextMiddleware",
    "core.once.OnceMiddleware",
]

ROOT_URLCONF = "wuhai_portal.urls"
WSGI_APPLICATION = "wuhai_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "sites.context_processors.current_programme",
                "desk.rail.rail",
            ],
        },
    },
]

FORM_RENDERER = "core.widgets.Renderer"

SQLITE: dict[str, Any] = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(PORTAL_HOME / "portal.sqlite3")}
DATABASES = {"default": env.db_url("DATABASE_URL") if env.str("DATABASE_URL", default="") else SQLITE}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
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
    # It would compile the desk's long questions anew each time: 1.2 s instead of 0.05 s for what waits for
    # the office, of 23 sites.
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
        _options.setdefault("options", f"-c jit=off {_told} -c tcp_user_timeout=15000")

# Where the trail's head is noted outside of the database (audit.anchors).
PORTAL_TRAIL_ANCHORS = listed("PORTAL_TRAIL_ANCHORS")
# Says that maintenance is announced or on (core.maintenance); several machines share it.
PORTAL_MAINTENANCE = env.str("PORTAL_MAINTENANCE", default=str(PORTAL_HOME / "maintenance.json"))

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Who works on the portal sees each change at once.
KEEP_PAGES = env.bool("PORTAL_KEEP_PAGES", default=not DEBUG)
# In the database, not in the broker: pages must work while the broker is down.
# Counters of failed sign-ins live here: room for so many that nobody flushes them out.
_IN_FILES = ("filebased.FileBasedCache", str(PORTAL_HOME / "figures"))
_IN_DATABASE = ("db.DatabaseCache", "portal_figures")
_FIGURES = _IN_FILES if DATABASES["default"]["ENGINE"].endswith("sqlite3") else _IN_DATABASE
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        # Beyond, the cache throws away by name: of brakes the hourly clearing leaves far fewer.
        "OPTIONS": {"MAX_ENTRIES": 10_000_000},
    },
    # Public pages as they were drawn (publicity.page_cache): each process keeps its own.
    "pages": {
        "BACKEND": f"django.core.cache.backends.{'locmem.LocMemCache' if KEEP_PAGES else 'dummy.DummyCache'}",
        "LOCATION": "pages",
        "TIMEOUT": 60,
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
    # What every page of the desk shows (desk.rail), in the same way.
    "rail": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "rail",
        "TIMEOUT": 60,
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
    # Figures that took long to count (desk.figures.kept): files, for SQLite's one writer is spared by them.
    # With PostgreSQL there may be several machines, which read what a worker on another one counted.
    "figures": {
        "BACKEND": f"django.core.cache.backends.{_FIGURES[0]}",
        "LOCATION": _FIGURES[1],
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
}

REDIS_URL = env.str("REDIS_URL", default=f"unix://{PORTAL_HOME / 'valkey.sock'}")
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# What somebody sits before a page for does not stand behind a thousand papers, nor does what brings back a
# lost job and tells that the clock goes: workers take from each queue in turn.
CELERY_TASK_QUEUES = (Queue("celery"), Queue("soon"), Queue("clock"))
CELERY_TASK_ROUTES = {
    "core.tasks.resend_lost_jobs": "clock",
    "accounts.tasks.make_export": "soon",
    "desk.tasks.recount_figures": "soon",
    "sites.tasks.run_import": "soon",
}
# No task goes on for ever: the soft limit fails its job in words, the hard one kills what does not listen.
# Over before the broker hands it out again.
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = 540, 570
# Work that writes down how far it is, and that others leave alone meanwhile (core.jobs).
_LONG = {"soft_time_limit": 3600, "time_limit": 3660}
CELERY_TASK_ANNOTATIONS = dict.fromkeys(
    ["audit.tasks.close_anew", "desk.tasks.make_dossier", "sites.tasks.run_import"], _LONG
)
# Work that writes nothing down is over before another worker takes it up.
for _task, _seconds in {
    "accounts.tasks.deliver_message": env.int("PORTAL_MESSAGE_STALE_SECONDS", default=300),
    "accounts.tasks.make_export": 300,
    # How long a paper may take; a quick one takes a second.
    "documents.tasks.render_document": env.int("PORTAL_RENDER_SECONDS", default=60),
}.items():
    CELERY_TASK_ANNOTATIONS[_task] = {"soft_time_limit": 0.8 * _seconds, "time_limit": 0.95 * _seconds}
# One that a large file or dossier has swollen (KiB) is replaced by a new one, which is there at once.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
# A broker that is down must cost a request a moment, not a minute: the row waits, beat re-sends it.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# Nor does a worker end, or hang as it ends, over a broker that answers and takes nothing: its disk is full.
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    "visibility_timeout": 600,
    # kombu's default is to try for six seconds.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
}
# How often beat looks for jobs that got lost (core.jobs).
PORTAL_RESEND_SECONDS = env.float("PORTAL_RESEND_SECONDS", default=10.0)
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULER = "core.beat:LeaseScheduler"
CELERY_BEAT_SCHEDULE = {
    "resend-lost-jobs": {"task": "core.tasks.resend_lost_jobs", "schedule": PORTAL_RESEND_SECONDS},
    "expire-old-jobs": {"task": "core.tasks.expire_old_jobs", "schedule": 3600.0},
    "clear-expired": {"task": "accounts.tasks.clear_expired", "schedule": crontab(hour=3, minute=10)},
    "clear-cache": {"task": "core.tasks.clear_cache", "schedule": 3600.0},
    "tell-of-tries": {"task": "accounts.tasks.tell_of_tries", "schedule": 3600.0},
    "forget-sent-forms": {"task": "core.tasks.forget_sent_forms", "schedule": 3600.0},
    "forget-due-times": {"task": "core.tasks.forget_due_times", "schedule": 3600.0},
    # One a person and working day; by the hour, so that a worker that was down is an hour late and not a day.
    "make-digests": {"task": "desk.tasks.make_digests", "schedule": 3600.0},
    # Each is told once; by the hour, so that a worker that was down is an hour late and not a day.
    "escalate-overdue-findings": {"task": "assessments.tasks.escalate_overdue", "schedule": 3600.0},
    "remind-of-deadlines": {"task": "desk.tasks.remind", "schedule": 3600.0},
    "check-due-links": {"task": "assessments.tasks.check_due_links", "schedule": 600.0},
    # By the hour for the same reason: what is due goes on its day.
    "erase-expired-data": {"task": "publicity.tasks.erase_expired", "schedule": 3600.0},
    "close-ended-notices": {"task": "publicity.tasks.close_ended_notices", "schedule": 300.0},
    # What a day changes of the steps that wait, before anybody asks; and whether they are right.
    "begin-day": {"task": "desk.tasks.begin_day", "schedule": crontab(hour=0, minute=1)},
    "check-open-steps": {"task": "desk.tasks.check_open_steps", "schedule": crontab(hour=2, minute=30)},
    # At night: what many people wrote in a day; register imports and starts do it at once.
    "renew-statistics": {"task": "core.tasks.renew_statistics", "schedule": crontab(hour=3, minute=30)},
    "seal-trail": {"task": "audit.tasks.seal_trail", "schedule": 3600.0},
    # Once a day; asked by the hour, as above.
    "check-trail": {"task": "desk.tasks.check_trail_daily", "schedule": 3600.0},
}

# What leaves the portal besides papers (accounts.channels): one class each, by dotted path.
PORTAL_CHANNELS = listed("PORTAL_CHANNELS", default="accounts.channels.Email")
# The hour from which a working day's digests are made.
PORTAL_DIGEST_HOUR = env.int("PORTAL_DIGEST_HOUR", default=8)
# A message that a worker took up this long ago is sent again; a slow mail server needs less.
PORTAL_MESSAGE_STALE_SECONDS = env.int("PORTAL_MESSAGE_STALE_SECONDS", default=300)
# Without a server no mail is made or sent, and the pages say so.
PORTAL_MAIL_ON = bool(env.str("EMAIL_URL", default=""))
_mail = env.email_url_config(env.str("EMAIL_URL", default="") or "dummymail://")
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_FILE_PATH = _mail["EMAIL_FILE_PATH"]
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
PORTAL_MAIL_FROM = env.str("PORTAL_MAIL_FROM", default="portal@localhost")
# Mail domains of the office's own network; a message to any other waits until the office releases it.
PORTAL_MAIL_DOMAINS = [name.lower() for name in listed("PORTAL_MAIL_DOMAINS")]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.StaffBackend"]
# The first keeps new passwords. One kept by another is moved to it when its owner signs in.
PASSWORD_HASHERS = ["accounts.hashers.Argon2", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "accounts.passwords.OfSeveralKinds"},
    {"NAME": "accounts.passwords.HardToGuess"},
    {"NAME": "accounts.passwords.NotUsed"},
]
# After so many days a new one is asked for at the next sign-in.
PORTAL_PASSWORD_DAYS = env.int("PORTAL_PASSWORD_DAYS", default=90)
# A link to set a password serves this long: handed over on a Friday, it is used by Monday.
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
LOGIN_URL = "account_login"
CSRF_FAILURE_VIEW = "accounts.kept_text.token_refused"
LOGIN_REDIRECT_URL = "desk:home"
ACCOUNT_ADAPTER = "accounts.adapters.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "publicity:home"
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_SESSION_REMEMBER = False
# How many acts of one account, device or address there may be (core.brakes), by name.
PORTAL_LIMITS = limits.limits(listed("PORTAL_LIMITS"))
# All limits that allauth knows, so that none of its own stands beside ours. Wrong passwords are counted by
# accounts.knocking; what is left of that line counts codes of a second factor.
_NO_SUCH_PAGE = "0/d/ip"  # shut, should it ever get an address
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": limits.for_allauth(PORTAL_LIMITS, "second_factor", "key"),
    "reauthenticate": limits.for_allauth(PORTAL_LIMITS, "own_password", "user"),
    "change_password": limits.for_allauth(PORTAL_LIMITS, "change_password", "user"),
    "change_phone": _NO_SUCH_PAGE,
    "confirm_email": _NO_SUCH_PAGE,
    "manage_email": _NO_SUCH_PAGE,
    "request_login_code": _NO_SUCH_PAGE,
    "reset_password": _NO_SUCH_PAGE,
    "reset_password_from_key": _NO_SUCH_PAGE,
    "signup": _NO_SUCH_PAGE,
    "verify_phone": _NO_SUCH_PAGE,
}
MFA_RATE_LIMITS = {"webauthn_login": _NO_SUCH_PAGE}
# Whom to tell of a weakness of the portal: a mailto:, tel: or https: address, in /.well-known/security.txt.
PORTAL_SECURITY_CONTACT = env.str("PORTAL_SECURITY_CONTACT", default="")
# How many proxies of our own stand before the portal: whose word on a reader's address is believed.
PORTAL_PROXIES = env.int("PORTAL_PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = PORTAL_PROXIES
# The certificate that readers are shown (PEM), watched for its last day.
PORTAL_CERTIFICATE = env.str("PORTAL_CERTIFICATE", default="")
# auditlog would keep addresses that anybody can forge, and citizens': audit.middleware does it instead.
AUDITLOG_DISABLE_REMOTE_ADDR = True
# Of the columns that core.personal says it of, the trail keeps a fingerprint.
AUDITLOG_MASK_CALLABLE = "audit.hidden.hidden_value"
# Nobody outside gives our entries a number.
AUDITLOG_CID_HEADER = None
# What leads from an entry to the log.
AUDITLOG_CID_GETTER = "core.request_id.get"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "accounts.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.second_factor.AuthenticateForm",
    "reauthenticate": "accounts.forms.second_factor.ReauthenticateForm",
    "add_webauthn": "accounts.forms.second_factor.AddPasskeyForm",
    "activate_totp": "accounts.forms.second_factor.ActivateTOTPForm",
}
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "乌海政务公开示范点"
# Telephones' clocks go half a minute wrong.
MFA_TOTP_TOLERANCE = 1
# Who signs in with a second factor: these roles always, others as is set; nobody in the demo.
_COMPULSORY = ("leading_group", "office", "inspector", "auditor", "system_admin", "security_admin")
PORTAL_SECOND_FACTOR: frozenset[str] = (
    frozenset() if PORTAL_DEMO_RULES else frozenset((*_COMPULSORY, *listed("PORTAL_SECOND_FACTOR")))
)
if not {*_COMPULSORY, "district", "liaison"} >= PORTAL_SECOND_FACTOR:
    raise ImproperlyConfigured("PORTAL_SECOND_FACTOR names roles: district, liaison.")

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["wuhai_portal.formats"]

STATIC_URL = "static/"
STATIC_ROOT = PORTAL_HOME / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("guide", BASE_DIR / "docs" / "guide" / "pictures"),
]
MEDIA_ROOT = PORTAL_HOME / "media"
# Files that are written bit by bit before they are stored; on this machine's own disk.
PORTAL_DRAFTS = PORTAL_HOME / "drafts"
STORAGES = {
    "default": storage(env.str("PORTAL_STORAGE", default=""), PORTAL_HOME),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Uploads: one file's largest size, a whole request's, and the memory its other fields may take.
PORTAL_UPLOAD_MAX_BYTES = 20 * 1024 * 1024
PORTAL_BODY_MAX_BYTES = 5 * PORTAL_UPLOAD_MAX_BYTES
# The evidence a unit may file of one site, and what one inspector may bring home from one visit.
PORTAL_SITE_EVIDENCE_MAX_BYTES = env.int("PORTAL_SITE_EVIDENCE_MAX_BYTES", default=1024 * 1024 * 1024)
# The socket of ClamAV's clamd, which every upload is shown to: unix:/run/clamav/clamd.ctl or tcp:host:port.
PORTAL_CLAMAV = env.str("PORTAL_CLAMAV", default="")
# Networks that are not public and whose pages may be looked up all the same (a government intranet).
PORTAL_LINK_NETWORKS = listed("PORTAL_LINK_NETWORKS")
# A paper, or a dossier no file was written of, that a worker took up this long ago is made again.
PORTAL_RENDER_STALE_SECONDS = env.int("PORTAL_RENDER_STALE_SECONDS", default=60)
# Proposed: the plan does not say how soon a paper is signed for.
PORTAL_RECEIPT_DAYS = env.int("PORTAL_RECEIPT_DAYS", default=3)
# The import of a register whose worker wrote nothing for so long goes on with another one.
PORTAL_IMPORT_STALE_SECONDS = env.int("PORTAL_IMPORT_STALE_SECONDS", default=60)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

SESSION_COOKIE_HTTPONLY = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_ENGINE = "accounts.session_store"
# A sign-in ends after so many minutes without a page, and after so many hours in any case; of one person's
# so many may be open at once.
PORTAL_SESSION_IDLE_MINUTES = env.int("PORTAL_SESSION_IDLE_MINUTES", default=30)
PORTAL_SESSION_HOURS = env.int("PORTAL_SESSION_HOURS", default=8)
PORTAL_SESSIONS = env.int("PORTAL_SESSIONS", default=5)
SESSION_COOKIE_AGE = PORTAL_SESSION_HOURS * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = env.bool("PORTAL_HTTPS", default=False)
LANGUAGE_COOKIE_SECURE = SESSION_COOKIE_SECURE
LANGUAGE_COOKIE_SAMESITE = "Lax"
# Set by no host but this one, and for all of it: not by another below the same domain.
_PREFIX = "__Host-" if SESSION_COOKIE_SECURE else ""
SESSION_COOKIE_NAME = f"{_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{_PREFIX}csrftoken"
# Scripts take the token from the page, and a later one from accounts.views.token.
CSRF_COOKIE_HTTPONLY = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_SSL_REDIRECT else None
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]  # core.middleware.ProbesMiddleware
SECURE_HSTS_SECONDS = 31536000 if SECURE_SSL_REDIRECT else 0
# No host below the portal's is without TLS either: from there its cookies could be overwritten.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_SSL_REDIRECT
# Django recommends the browsers' own list as well; a city's domain is entered there by whoever owns it.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        # Bootstrap draws its form controls' marks from data: addresses in its own style sheet.
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

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
