"""Addresses of this room, under /desk/."""

from django.urls import path

from .models import Rulebook, Standard
from .views import articles, comparing, drafting, grounds, opinions, publishing, sections, versions

app_name = "standards"

standard = {"text": Standard}
rulebook = {"text": Rulebook}

standard_urls = [
    path("standards/", versions.versions, name="versions"),
    path("standards/compare/", comparing.compare, standard, name="standard_compare"),
    path("standards/<int:pk>/", versions.standard_detail, name="standard"),
    path("standards/<int:pk>/draft/", drafting.draft, standard, name="standard_draft"),
    path("standards/<int:pk>/edit/", drafting.edit, standard, name="standard_edit"),
    path("standards/<int:pk>/sections/<int:ordinal>/", sections.section, name="section"),
    path("standards/<int:pk>/publish/", publishing.publish, standard, name="standard_publish"),
    path("standards/<int:pk>/discard/", drafting.discard, standard, name="standard_discard"),
]
rulebook_urls = [
    path("rulebooks/compare/", comparing.compare, rulebook, name="rulebook_compare"),
    path("rulebooks/<int:pk>/", versions.rulebook_detail, name="rulebook"),
    path("rulebooks/<int:pk>/draft/", drafting.draft, rulebook, name="rulebook_draft"),
    path("rulebooks/<int:pk>/edit/", drafting.edit, rulebook, name="rulebook_edit"),
    path("rulebooks/chapters/<int:pk>/", articles.chapter, name="chapter"),
    path("rulebooks/chapters/<int:pk>/articles/", articles.add, name="article_add"),
    path("rulebooks/articles/<int:pk>/", articles.article, name="article"),
    path("rulebooks/articles/<int:pk>/remove/", articles.remove, name="article_remove"),
    path("rulebooks/<int:pk>/opinions/", opinions.overview, name="opinions"),
    path("rulebooks/<int:pk>/opinions/ask/", opinions.ask, name="opinions_ask"),
    path("rulebooks/opinions/<int:pk>/", opinions.opinion, name="opinion"),
    path("rulebooks/proposals/<int:pk>/", opinions.proposal, name="proposal"),
    path("rulebooks/<int:pk>/publish/", publishing.publish, rulebook, name="rulebook_publish"),
    path("rulebooks/<int:pk>/discard/", drafting.discard, rulebook, name="rulebook_discard"),
]
ground_urls = [
    path("grounds/", grounds.ground_list, name="grounds"),
    path("grounds/new/", grounds.ground_new, name="ground_new"),
    path("grounds/<int:pk>/edit/", grounds.ground_edit, name="ground_edit"),
]
urlpatterns = [*standard_urls, *rulebook_urls, *ground_urls]
