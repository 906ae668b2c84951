from django.apps import AppConfig


class PublicityConfig(AppConfig):
    name = "publicity"

    def ready(self) -> None:
        from . import offers, receivers  # noqa: F401, PLC0415  # fills the registers and hears the signals
