from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate

from . import triggers


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        pre_migrate.connect(triggers.lift, sender=self)
        post_migrate.connect(triggers.keep, sender=self)
