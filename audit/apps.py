from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate

from . import guards


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        pre_migrate.connect(guards.lift, sender=self)
        post_migrate.connect(guards.keep, sender=self)
