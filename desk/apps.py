from django.apps import AppConfig

from core import triggers


class DeskConfig(AppConfig):
    name = "desk"

    def ready(self) -> None:
        # The models are there from now on.
        from accounts.backends import read_along  # noqa: PLC0415

        from .open_steps import left, renewing, touches  # noqa: F401, PLC0415  # `left` fills a register
        from .upward import decisions, offers  # noqa: F401, PLC0415  # fills registers too

        triggers.register(touches.triggers)
        read_along(renewing.RIGHT_ON, renewing.right_on)
