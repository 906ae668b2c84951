from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        from . import receivers  # noqa: F401, PLC0415  # connects the room to the signals of the rooms below
