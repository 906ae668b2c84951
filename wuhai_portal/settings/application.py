"""What the portal is made of: apps, middleware, templates, languages."""

from django.utils.translation import gettext_lazy as _

from .base import BASE_DIR

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
    "documents.previewing.PreviewMiddleware",
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

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["wuhai_portal.formats"]
