from django.apps import AppConfig
from django.core.checks import register

from core import triggers

from . import guards


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        from . import keys  # noqa: PLC0415  # it needs the models

        triggers.register(guards.append_only_guards)
        register(keys.same_keys, keys.TAG)
