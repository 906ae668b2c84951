from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate

from . import triggers, version


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from . import conditions  # noqa: F401, PLC0415  # fills a register; the models are there from now on

        version.running()
        pre_migrate.connect(triggers.lift, sender=self)
        post_migrate.connect(triggers.keep, sender=self)
