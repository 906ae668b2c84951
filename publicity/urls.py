"""The public's addresses: no sign-in, nothing unpublished."""

from django.urls import path, register_converter

from .views import determinations, namings, notices, public, sitemap, sites, verify


class KindConverter:
    """`government-affairs` in the address, `government_affairs` in the records."""

    regex = "government-affairs|service"

    def to_python(self, value: str) -> str:
        return value.replace("-", "_")

    def to_url(self, value: str) -> str:
        return value.replace("_", "-")


register_converter(KindConverter, "kind")

app_name = "publicity"
urlpatterns = [
    path("", public.home, name="home"),
    path("programme/", public.programme, name="programme"),
    path("standards/", public.standards, name="standards"),
    path("standards/<kind:kind>/", public.standard, name="standard"),
    path("sites/", sites.SiteList.as_view(), name="sites"),
    path("sites/<int:pk>/", sites.site, name="site"),
    path("determinations/", determinations.DeterminationList.as_view(), name="determinations"),
    path("determinations/<int:pk>/", determinations.determination, name="determination"),
    path("notices/", notices.NoticeList.as_view(), name="notices"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/<int:pk>/object/", notices.object_to, name="object"),
    path("objections/", notices.objection, name="objection"),
    path("namings/", namings.NamingList.as_view(), name="namings"),
    path("namings/<int:pk>/", namings.naming, name="naming"),
    path("verify/", verify.verify, name="verify"),
    path("verify/<str:code>/", verify.verify_code, name="verify_code"),
    path("documents/<str:code>.pdf", verify.document, name="document"),
    path("robots.txt", sitemap.robots, name="robots"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
]
