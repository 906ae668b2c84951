from django.apps import AppConfig
from django.core.checks import register

from core import triggers

from . import guards


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        # They need the models; some fill registers.
        from . import conditions, key_changes, keys, macs, personal, sequencing  # noqa: F401, PLC0415

        macs.sign_what_is_written()
        guards.register(guards.append_only_guards)
        triggers.register(key_changes.guard)
        register(keys.same_keys, keys.TAG)
