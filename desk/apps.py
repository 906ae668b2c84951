from django.apps import AppConfig

from core import triggers


class DeskConfig(AppConfig):
    name = "desk"

    def ready(self) -> None:
        from .open_steps import touches  # noqa: PLC0415  # the models are there from now on

        triggers.register(touches.triggers)
