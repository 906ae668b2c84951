from django.apps import AppConfig

from core import triggers


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from . import conditions, offers, own_password, receivers  # noqa: F401, PLC0415  # fill registers, hear signals
        from .guards import deputy_guards, password_guards  # noqa: PLC0415  # the models are there from now on

        triggers.register(deputy_guards)
        triggers.register(password_guards)
