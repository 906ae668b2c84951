"""Addresses of this room."""

app_name = "sites"
urlpatterns = []  # type: ignore[var-annotated]
