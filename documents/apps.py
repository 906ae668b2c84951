from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"

    def ready(self) -> None:
        from . import offers, receivers  # noqa: F401, PLC0415  # fills the registers and hears the signals
