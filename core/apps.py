from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate, pre_migrate

from . import reports, request_id, triggers, version  # noqa: F401  # the second hears signals


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from . import conditions  # noqa: F401, PLC0415  # fills a register; the models are there from now on

        version.running()
        if settings.PORTAL_METRICS:
            from . import metrics  # noqa: F401, PLC0415  # it counts the worker's tasks
        if settings.PORTAL_SENTRY_DSN:
            reports.report_to(settings.PORTAL_SENTRY_DSN)
        pre_migrate.connect(triggers.lift, sender=self)
        post_migrate.connect(triggers.keep, sender=self)
        register(triggers.look, triggers.TAG, Tags.database)
