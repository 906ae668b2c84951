from django.apps import AppConfig
from django.core.checks import register

from core import triggers

from . import guards


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        from . import conditions, keys  # noqa: F401, PLC0415  # they need the models; the first fills a register

        triggers.register(guards.append_only_guards)
        register(keys.same_keys, keys.TAG)
