"""Addresses of this room."""

app_name = "assessments"
urlpatterns = []  # type: ignore[var-annotated]
