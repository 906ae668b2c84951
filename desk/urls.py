"""Addresses of a member of staff's home."""

from django.urls import path

from .views import (
    deadlines,
    dossiers,
    figures,
    health,
    home,
    missing,
    reminders,
    scores,
    search,
    sites,
    trail,
    upward,
)

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("missing/", missing.MissingList.as_view(), name="missing"),
    path("notifications/", home.NotificationList.as_view(), name="notifications"),
    path("notifications/read/", home.notifications_read, name="notifications_read"),
    path("sites/", sites.SiteList.as_view(), name="sites"),
    path("sites/<int:pk>/", sites.site_detail, name="site"),
    path("figures/", figures.overview, name="figures"),
    path("figures/<slug:key>/", figures.figure, name="figure"),
    path("figures/items/<int:pk>/", scores.ItemSites.as_view(), name="figure_item"),
    path("figures/sheet.pdf", scores.leader_sheet, name="leader_sheet"),
    path("sites/<int:pk>/scores/", scores.site_scores, name="site_scores"),
    path("sites/<int:pk>/dossier/", dossiers.dossier_add_site, name="dossier_add_site"),
    path("dossiers/", dossiers.dossier_list, name="dossiers"),
    path("dossiers/district/", dossiers.dossier_add_district, name="dossier_add_district"),
    path("dossiers/<int:pk>/", dossiers.dossier_detail, name="dossier"),
    path("dossiers/<int:pk>/progress/", dossiers.dossier_progress, name="dossier_progress"),
    path("dossiers/<int:pk>/download/", dossiers.dossier_download, name="dossier_download"),
    path("dossiers/<int:pk>/delete/", dossiers.dossier_delete, name="dossier_delete"),
    path("upward/", upward.upward_reports, name="upward_reports"),
    path("upward/<int:pk>/", upward.upward_report, name="upward_report"),
    path("upward/<int:pk>/write/", upward.upward_write, name="upward_write"),
    path("upward/<int:pk>/propose/", upward.upward_propose, name="upward_propose"),
    path("upward/<int:pk>/sent/", upward.upward_sent, name="upward_sent"),
    path("deadlines/", deadlines.DeadlineList.as_view(), name="deadlines"),
    path("reminders/", reminders.reminders, name="reminders"),
    path("reminders/send/", reminders.remind_by_hand, name="remind"),
    path("reminders/<slug:kind>/", reminders.reminder_rule, name="reminder_rule"),
    path("search/", search.search_page, name="search"),
    path("system/", health.system, name="system"),
    path("trail/", trail.trail, name="trail"),
    path("trail/seals/", trail.seals, name="seals"),
    path("trail/seals/check/", trail.check, name="trail_check"),
]
