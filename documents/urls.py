"""Addresses of this room."""

from django.urls import path

from . import views

app_name = "documents"
urlpatterns = [
    path("documents/", views.DocumentList.as_view(), name="list"),
    path("documents/<int:pk>/", views.detail, name="detail"),
    path("documents/<int:pk>/status/", views.status, name="status"),
    path("documents/<int:pk>/file/", views.download, name="download"),
    path("documents/<int:pk>/retry/", views.retry, name="retry"),
]
