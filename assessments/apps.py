from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        from . import offers, receivers  # noqa: F401, PLC0415  # fills the registers and hears the signals
