from django.apps import AppConfig

from audit import guards


class PublicityConfig(AppConfig):
    name = "publicity"

    def ready(self) -> None:
        from . import offers, receivers  # noqa: F401, PLC0415  # fills the registers and hears the signals
        from .guards import paper_guards  # noqa: PLC0415  # the models are there from now on

        guards.register(paper_guards)
