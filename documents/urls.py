"""Addresses of this room."""

from django.urls import path

from .views import papers, receipts

app_name = "documents"
urlpatterns = [
    path("documents/", papers.DocumentList.as_view(), name="list"),
    path("documents/received/", receipts.ReceivedList.as_view(), name="received"),
    path("documents/received/sign/", receipts.sign_all, name="sign_all"),
    path("documents/receipts/<int:pk>/sign/", receipts.sign, name="sign"),
    path("documents/receipts/<int:pk>/on-paper/", receipts.on_paper, name="on_paper"),
    path("documents/<int:pk>/", papers.detail, name="detail"),
    path("documents/<int:pk>/status/", papers.status, name="status"),
    path("documents/<int:pk>/file/", papers.download, name="download"),
    path("documents/<int:pk>/retry/", papers.retry, name="retry"),
    path("documents/<int:pk>/copies/", receipts.copies_printed, name="copies_printed"),
    path("documents/<int:pk>/copies/hand-out/", receipts.copies_given, name="copies_given"),
]
