from django.apps import AppConfig
from django.db.models.signals import post_migrate

from . import guards


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        post_migrate.connect(guards.keep, sender=self)
