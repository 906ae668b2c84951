from django.apps import AppConfig

from audit import guards


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # Each fills a register or hears signals.
        from . import conditions, knocking, known_devices, offers, own_password, receivers  # noqa: F401, PLC0415
        from .guards import deputy_guards, password_guards  # noqa: PLC0415  # the models are there from now on

        guards.register(deputy_guards)
        guards.register(password_guards)
