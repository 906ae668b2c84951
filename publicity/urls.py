"""The public's addresses: no sign-in, nothing unpublished."""

from django.urls import path, re_path, register_converter

from .page_cache import public_page
from .views import (
    api,
    appraisals,
    articles,
    commendations,
    determinations,
    enquiries,
    feeds,
    grounds,
    guide,
    namings,
    notices,
    open_data,
    public,
    rulebooks,
    search,
    sitemap,
    sites,
    verify,
)


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
    path("", public_page(public.home), name="home"),
    path("programme/", public_page(public.programme), name="programme"),
    path("standards/", public_page(public.standards), name="standards"),
    path("standards/<kind:kind>/", public_page(public.standard), name="standard"),
    path("rulebook/", public_page(rulebooks.in_force), name="rulebook"),
    path("rulebook/<int:version>/", public_page(rulebooks.version), name="rulebook_version"),
    path("grounds/", public_page(grounds.grounds), name="grounds"),
    path("grounds/<int:pk>/", public_page(grounds.ground), name="ground"),
    path("grounds/<int:pk>/file/", grounds.ground_file, name="ground_file"),
    path("sites/", public_page(sites.SiteList.as_view()), name="sites"),
    path("sites/<int:pk>/", public_page(sites.site), name="site"),
    path("determinations/", public_page(determinations.DeterminationList.as_view()), name="determinations"),
    path("determinations/<int:pk>/", public_page(determinations.determination), name="determination"),
    path("notices/", public_page(notices.NoticeList.as_view()), name="notices"),
    path("notices/<int:pk>/", public_page(notices.notice), name="notice"),
    path("notices/<int:pk>/object/", notices.object_to, name="object"),
    path("notices/<int:pk>/poster-<str:size>.pdf", notices.poster, name="notice_poster"),
    path("notices/pictures/<int:pk>/", notices.outlet_picture, name="outlet_picture"),
    path("notices/pictures/<int:pk>/small/", notices.outlet_thumbnail, name="outlet_thumbnail"),
    path("objections/", notices.objection, name="objection"),
    path("objections/files/", notices.objection_files, name="objection_files"),
    path("objections/paper/", notices.objection_paper, name="objection_paper"),
    path("ask/", public_page(enquiries.ask), name="ask"),
    path("ask/new/<str:kind>/", enquiries.ask_new, name="ask_new"),
    path("ask/suggestions/", enquiries.suggestions, name="suggestions"),
    path("ask/follow/", enquiries.enquiry, name="enquiry"),
    path("ask/follow/files/", enquiries.enquiry_files, name="enquiry_files"),
    path("ask/follow/complete/", enquiries.enquiry_complete, name="enquiry_complete"),
    path("ask/follow/rate/", enquiries.enquiry_rate, name="enquiry_rate"),
    path("ask/receipt/<str:token>/", enquiries.enquiry_receipt, name="enquiry_receipt"),
    path("ask/receipt/<str:token>/paper/", enquiries.enquiry_paper, name="enquiry_paper"),
    path("ask/<int:pk>/", public_page(enquiries.question), name="question"),
    path("namings/", public_page(namings.NamingList.as_view()), name="namings"),
    path("namings/<int:pk>/", public_page(namings.naming), name="naming"),
    path("commendations/", public_page(commendations.CommendationList.as_view()), name="commendations"),
    path("commendations/<int:pk>/", public_page(commendations.commendation), name="commendation"),
    path("experience/", public_page(articles.ArticleList.as_view()), name="articles"),
    path("experience/<int:pk>/", public_page(articles.article), name="article"),
    path("experience/files/<int:pk>/", articles.attachment, name="article_file"),
    path("experience/pictures/<int:pk>/", articles.picture, name="article_picture"),
    path("experience/thumbnails/<int:pk>/", articles.thumbnail, name="article_thumbnail"),
    path("help/", public_page(guide.guide_pages), name="help"),
    path("help/<str:name>/", public_page(guide.guide_page), name="help_page"),
    path("appraise/", appraisals.appraise, name="appraise"),
    path("appraise/thanks/", appraisals.appraised, name="appraised"),
    path("appraise/<str:code>/", appraisals.appraisal, name="appraisal"),
    path("verify/", verify.verify, name="verify"),
    path("verify/file/", verify.verify_file, name="verify_file"),
    path("verify/<str:code>/", verify.verify_code, name="verify_code"),
    path("documents/<str:code>.pdf", verify.document, name="document"),
    path("search/", public_page(search.search), name="search"),
    path("open-data/", public_page(open_data.open_data), name="open_data"),
    re_path(
        r"^open-data/(?P<key>[a-z-]+)\.(?P<ending>csv|json|xlsx)$",
        public_page(open_data.data_file),
        name="data_file",
    ),
    path("api/v1/", public_page(api.index), name="api"),
    path("api/v1/openapi.json", public_page(api.description), name="api_description"),
    path("api/v1/<slug:key>/", public_page(api.data_set), name="api_set"),
    path("feeds/notices.atom", public_page(feeds.NewsFeed()), name="feed"),
    path("feeds/districts/<int:pk>.atom", public_page(feeds.NewsFeed()), name="district_feed"),
    path("site-map/", public_page(public.site_map), name="site_map"),
    path("personal-data/", public_page(public.personal_data), name="personal_data"),
    path("report-an-error/", public_page(public.report_error), name="report_error"),
    path(".well-known/security.txt", public_page(sitemap.security_txt), name="security_txt"),
    path("robots.txt", public_page(sitemap.robots), name="robots"),
    path("sitemap.xml", public_page(sitemap.sitemap), name="sitemap"),
]
