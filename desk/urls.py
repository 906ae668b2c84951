"""Addresses of a member of staff's home."""

from django.urls import path

from . import views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("notifications/read/", views.notifications_read, name="notifications_read"),
    path("sites/", views.SiteList.as_view(), name="sites"),
    path("sites/<int:pk>/", views.site_detail, name="site"),
    path("trail/", views.Trail.as_view(), name="trail"),
]
