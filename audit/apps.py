from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate, pre_migrate

from . import guards


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        from . import keys  # noqa: PLC0415  # it needs the models

        pre_migrate.connect(guards.lift, sender=self)
        post_migrate.connect(guards.keep, sender=self)
        register(keys.same_keys, keys.TAG)
