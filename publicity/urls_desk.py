"""Addresses of this room."""

app_name = "publicity_desk"
urlpatterns = []  # type: ignore[var-annotated]
