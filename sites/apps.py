from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SitesConfig(AppConfig):
    name = "sites"
    verbose_name = _("Calendar")

    def ready(self) -> None:
        from . import offers, receivers  # noqa: F401, PLC0415  # fills the registers and hears the signals
