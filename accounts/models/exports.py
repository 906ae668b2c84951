"""A table that is too long to be written while somebody waits: the worker makes it, one fetches it."""

import datetime
from typing import Any, Self

from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from core.enums import FileState
from core.http import record_address
from core.jobs import JobQuerySet, Life
from core.made_files import FileJob

from .people import User

# It can be made anew at any time, and what it says grows old.
KEPT = datetime.timedelta(days=7)
# As much as an index takes in; no filter of ours is half as long.
LONGEST_ADDRESS = 2000


class ExportQuerySet(JobQuerySet["Export"]):
    def visible_to(self, user: User) -> Self:
        """One's own: it holds what the person who asked for it may see."""
        return self.filter(asked_by=user)


class Export(FileJob):
    """One table asked for: a list's `address` with its filters, in a language, as of a day.

    The row is the truth: a lost broker or worker loses nothing, and asking twice while one is made gives the
    same one. `rights` is what the asker was when it was made (`accounts.services.exports`): whoever is
    something else by now does not get it. `about`, a record or with no `about_key` a model, `rows` and
    `query` are what the trail is told at each download.
    """

    address = models.CharField(_("address"), max_length=LONGEST_ADDRESS)
    language = models.CharField(_("language"), max_length=10)
    name = models.CharField(_("file name"), max_length=300)
    rows = models.PositiveIntegerField(_("rows"), null=True)
    about_type = models.ForeignKey(
        ContentType, verbose_name=_("what it is about"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    about_key = models.BigIntegerField(_("key of the record it is about"), null=True)
    query = models.JSONField(_("filters"), default=dict)

    folder = "exports"
    life = Life(
        task="accounts.tasks.make_export",
        pending=FileState.PENDING,
        working=FileState.MAKING,
        done=FileState.READY,
        waits_from="asked_at",
        # Nothing is written meanwhile, and a table of all that there is takes a minute.
        stale_after=datetime.timedelta(minutes=5),
        max_attempts=3,
        given_up=_(
            "The worker broke down over this file %(n)d times, so it is not tried again. "
            "Choose a filter, and tell the administrator."
        ),
        kept=KEPT,
    )

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(file="") & ~Q(sha256="")), name="export_ready_has_file"
            ),
            models.UniqueConstraint(
                fields=["asked_by", "language", "address"],
                condition=Q(state__in=("queued", "making")),
                name="export_one_waits_per_address",
            ),
        ]
        indexes = [models.Index(fields=["state", "sent_at"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_address("people:export", self.pk)

    @property
    def actor(self) -> User:
        return self.asked_by

    @property
    def about(self) -> Model | type[Model]:
        """The record; its model, where it is of many or the record is gone."""
        model: Any = self.about_type and self.about_type.model_class()
        record: Model | None = model._base_manager.filter(pk=self.about_key).first()
        return record or model


auditlog.register(
    Export,
    exclude_fields=["sent_at", "claimed_at", "attempts", "rights", "about_type", "about_key", "query"],
)
