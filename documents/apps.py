from django.apps import AppConfig

from audit import guards


class DocumentsConfig(AppConfig):
    name = "documents"

    def ready(self) -> None:
        from . import conditions, offers, receivers  # noqa: F401, PLC0415  # fill the registers, hear the signals
        from .guards import wording_guards  # noqa: PLC0415  # the models are there from now on

        guards.register(wording_guards)
