from django.apps import AppConfig


class PublicityConfig(AppConfig):
    name = "publicity"

    def ready(self) -> None:
        from . import receivers  # noqa: F401, PLC0415  # connects the room to the signals of the rooms below
