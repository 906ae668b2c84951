from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from audit import guards


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and organisations")

    def ready(self) -> None:
        # Each fills a register or hears signals.
        from . import conditions, knocking, known_devices, offers, own_password, receivers  # noqa: F401, PLC0415
        from .guards import deputy_guards, password_guards  # noqa: PLC0415  # the models are there from now on

        guards.register(deputy_guards)
        guards.register(password_guards)
