"""The table of addresses: public pages at the top, the staff's under /desk/."""

from django.contrib import admin
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from accounts.views.preferences import preferences
from desk.views import health

handler500 = "core.failures.answer"

urlpatterns = [
    path("", include("publicity.urls")),
    path("desk/", include("desk.urls")),
    path("desk/", include("sites.urls")),
    path("desk/", include("standards.urls")),
    path("desk/", include("assessments.urls")),
    path("desk/", include("publicity.urls_desk")),
    path("desk/", include("documents.urls")),
    path("desk/", include("accounts.urls_desk")),
    path("accounts/", include("accounts.urls")),
    path("preferences/", preferences, name="preferences"),
    path("i18n/setlang/", csrf_exempt(set_language), name="set_language"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
]
