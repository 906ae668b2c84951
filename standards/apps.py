from django.apps import AppConfig

from core import triggers


class StandardsConfig(AppConfig):
    name = "standards"

    def ready(self) -> None:
        from . import decisions, offers  # noqa: F401, PLC0415  # fill the registers
        from .guards import published_guards  # noqa: PLC0415  # the models are there from now on

        triggers.register(published_guards)
