"""依据: the laws, opinions and notices that the campaign stands on, each with its title and number once."""

import datetime
from collections.abc import Iterator
from typing import Self

from auditlog.registry import auditlog
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from core.http import record_address
from core.kept_files import FlagsField
from standards.enums import GroundState
from standards.rules import reads_versions


class GroundQuerySet(models.QuerySet["Ground"]):
    def visible_to(self, user: User) -> Self:
        """The library as the city keeps it; what was issued by today is on the public pages."""
        return self if reads_versions(user) else self.none()

    def known(self, *, on: datetime.date) -> Self:
        """Those that were issued by that day: nobody knows of a law before it is made."""
        return self.filter(issued_on__lte=on)


class Ground(models.Model):
    """A law, opinion or notice. It is known by its number, and holds from one day until, perhaps, another."""

    title = models.CharField(gettext_lazy("title"), max_length=200)
    number = models.CharField(gettext_lazy("document number"), max_length=60, unique=True)
    issuer = models.CharField(gettext_lazy("issued by"), max_length=100)
    issued_on = models.DateField(gettext_lazy("issued on"))
    in_force_from = models.DateField(gettext_lazy("in force from"))
    in_force_until = models.DateField(gettext_lazy("in force until"), null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self",
        verbose_name=gettext_lazy("replaced by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaces",
    )
    link = models.URLField(gettext_lazy("where it is published"), blank=True)
    file = models.FileField(gettext_lazy("file"), upload_to="grounds/", blank=True)
    file_name = models.CharField(gettext_lazy("file name"), max_length=200, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    file_flags = FlagsField(gettext_lazy("what to know of it"))

    objects = GroundQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("ground")
        verbose_name_plural = gettext_lazy("grounds")
        ordering = ["issued_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(issued_on__lte=F("in_force_from")), name="ground_issued_before_in_force"
            ),
            models.CheckConstraint(
                condition=Q(in_force_until=None) | Q(in_force_until__gte=F("in_force_from")),
                name="ground_in_force_before_end",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | Q(in_force_until__isnull=False),
                name="ground_replaced_has_end",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | ~Q(replaced_by=F("id")), name="ground_not_replaced_by_itself"
            ),
            models.CheckConstraint(
                condition=Q(file="") | ~Q(file_name="") & ~Q(sha256=""), name="ground_file_has_digest"
            ),
        ]

    def __str__(self) -> str:
        """As papers name it: 《title》（number）."""
        return f"《{self.title}》（{self.number}）"

    def get_absolute_url(self) -> str:
        return record_address("publicity:ground", self.pk)

    def standing(self, *, on: datetime.date) -> GroundState:
        """Whether it holds on that day."""
        if on < self.in_force_from:
            return GroundState.NOT_YET
        if self.in_force_until is None or on <= self.in_force_until:
            return GroundState.IN_FORCE
        return GroundState.REPLACED if self.replaced_by else GroundState.ENDED

    def successor(self, *, on: datetime.date) -> "Ground | None":
        """What takes its place, once that was issued: until then nobody knows of it."""
        found = self.replaced_by
        return found if found and found.issued_on <= on else None

    def told(self, *, on: datetime.date) -> str:
        """What a reader of a text that cites it must know; empty while it simply holds."""
        state, successor = self.standing(on=on), self.successor(on=on)
        facts = {
            "ground": self,
            "from": date_format(self.in_force_from),
            "until": date_format(self.in_force_until) if self.in_force_until else "",
            "successor": successor,
        }
        if state == GroundState.NOT_YET:
            return _("%(ground)s is not in force before %(from)s.") % facts
        if state == GroundState.IN_FORCE:
            return _("%(ground)s is replaced after %(until)s by %(successor)s.") % facts if successor else ""
        if successor is None:
            return _("%(ground)s is no longer in force since %(until)s.") % facts
        return _("%(ground)s was in force until %(until)s; cite %(successor)s, which replaces it.") % facts

    def clean(self) -> None:
        """The days of its life in their order, and no law that comes back in place of itself."""
        wrong: dict[str, StrOrPromise] = {}
        if self.issued_on and self.in_force_from and self.in_force_from < self.issued_on:
            wrong["in_force_from"] = _("Not before it was issued.")
        if self.in_force_until and self.in_force_from and self.in_force_until < self.in_force_from:
            wrong["in_force_until"] = _("Not before it came into force.")
        if self.replaced_by and not self.in_force_until:
            wrong["in_force_until"] = _("What is replaced has a last day.")
        if any(after.pk == self.pk for after in self.successors()):
            wrong["replaced_by"] = _("It would replace itself in the end.")
        if wrong:
            raise ValidationError(dict(wrong))

    def successors(self) -> "Iterator[Ground]":
        """Those that replace one another after it, each once."""
        met, step = set[int](), self.replaced_by
        while step and step.pk not in met:
            yield step
            met.add(step.pk)
            step = step.replaced_by


auditlog.register(Ground)
