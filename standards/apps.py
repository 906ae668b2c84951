from django.apps import AppConfig

from audit import guards


class StandardsConfig(AppConfig):
    name = "standards"

    def ready(self) -> None:
        from . import decisions, offers  # noqa: F401, PLC0415  # fill the registers
        from .guards import published_guards  # noqa: PLC0415  # the models are there from now on

        guards.register(published_guards)
