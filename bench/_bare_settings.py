"""The yardstick: a bare Django site with the default middlewares. Its views are in `_bare`."""

import environ

SECRET_KEY = "bench"  # noqa: S105  # it serves nothing but the measuring
ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "bench._bare"
DATABASES = {"default": environ.Env().db_url("BENCH_DATABASE") | {"CONN_MAX_AGE": 60}}
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
USE_TZ = True
PORTAL_BODY_MAX_BYTES = 100 * 1024 * 1024  # the server asks for it
LOGGING = {"version": 1, "loggers": {"waitress.queue": {"level": "ERROR"}}}  # that a request waits is no news
