"""Addresses of this room."""

app_name = "publicity"
urlpatterns = []  # type: ignore[var-annotated]
