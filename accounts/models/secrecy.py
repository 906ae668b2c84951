"""保密审查: what a second person said before something was made public."""

from functools import cached_property, reduce
from operator import or_
from typing import Any, Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.deputies import acts_as
from accounts.enums import SecrecyGround, SecrecyState
from accounts.publishing import PUBLISHABLES, Publishable, publishable_of
from core.http import record_address
from core.models import Worded

from .people import User


class SecrecyReviewQuerySet(models.QuerySet["SecrecyReview"]):
    def visible_to(self, user: User, *, kind: str = "") -> Self:
        """Those of whose every record this person may read; whoever stands aside from one sees none of it.

        Where one `kind` is asked for, the others are not even put into the question: they are many.
        """
        open_to = []
        for each in (publishable_of(kind),) if kind else PUBLISHABLES:
            here = each.open_to(user).order_by().filter(pk=OuterRef("record"))
            closed = SecrecySubject.objects.filter(review=OuterRef("pk")).exclude(Exists(here))
            open_to.append(Q(kind=each.kind) & ~Exists(closed))
        return self.filter(reduce(or_, open_to))

    def waiting(self) -> Self:
        return self.filter(state=SecrecyState.WAITING)

    def waiting_for(self, user: User) -> Self:
        """What somebody else asked for, whom this person does not stand in for, and did not write."""
        return (
            self.visible_to(user)
            .waiting()
            .exclude(acts_as(user, "asked_by"))
            .exclude(acts_as(user, "writers"))
        )

    def about(self, kind: str, record: int) -> Self:
        """Of the record of this key."""
        return self.filter(kind=kind, subjects__record=record)


class SecrecyReview(Worded):
    """Asked for by who is about to publish, given by another person, with ground and date.

    The `kind` is that of an `accounts.publishing.Publishable`; what it is about are the `subjects`. `values`
    is what was typed, of something that is no record before it is public. `writers` wrote what is reviewed.
    """

    kind = models.CharField(_("kind"), max_length=40)
    title = models.CharField(_("about"), max_length=250)
    values = models.JSONField(_("as the form was filled in"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=SecrecyState, default=SecrecyState.WAITING)
    ground = models.CharField(_("ground"), max_length=16, choices=SecrecyGround, blank=True)
    words = models.TextField(_("in the reviewer's words"), blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked for by"), on_delete=models.PROTECT, related_name="+"
    )
    asked_on = models.DateField(_("asked for on"))
    writers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("written by"), related_name="+", blank=True
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewed by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True)
    # Of what was typed and is no record before: the day it went out.
    put_out_on = models.DateField(_("published on"), null=True)

    objects = SecrecyReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("secrecy review")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("asked_by")), name="secrecy_two_people"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=("waiting", "taken_back"), ground="", reviewed_by=None, reviewed_on=None
                )
                | Q(reviewed_by__isnull=False, reviewed_on__isnull=False)
                & (
                    Q(state="cleared", ground__in=SecrecyGround.FOR_IT)
                    | Q(state__in=("partly", "refused"), ground__in=SecrecyGround.AGAINST_IT)
                ),
                name="secrecy_review_has_ground_and_date",
            ),
        ]
        indexes = [models.Index(fields=["state", "kind"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return record_address("people:secrecy_review", self.pk)

    @cached_property
    def publishable(self) -> Publishable:
        """The kind of thing that would go out."""
        return publishable_of(self.kind)

    @property
    def is_waiting(self) -> bool:
        return self.state == SecrecyState.WAITING

    @property
    def held_back(self) -> list[dict[str, Any]]:
        """Every part that must not go out: its label, text and reason."""
        return [held for subject in self.subjects.all() for held in subject.held]


class SecrecySubject(models.Model):
    """One record under review: the digest of what was read of it, and of what of that may go out.

    A review holds for exactly that: whatever is changed afterwards has another digest.
    """

    review = models.ForeignKey(
        SecrecyReview, verbose_name=_("secrecy review"), on_delete=models.PROTECT, related_name="subjects"
    )
    record = models.PositiveBigIntegerField(_("key of the record"))
    title = models.CharField(_("about"), max_length=250)
    seen = models.CharField(_("digest of what was read"), max_length=64, blank=True)
    cleared = models.CharField(_("digest of what may go out"), max_length=64, blank=True)
    held = models.JSONField(_("held back, with reasons"), default=list)

    class Meta:
        verbose_name = _("record under a secrecy review")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "record"], name="secrecy_review_names_a_record_once")
        ]
        indexes = [models.Index(fields=["record", "-review"])]

    def __str__(self) -> str:
        return self.title


auditlog.register(SecrecyReview, m2m_fields={"writers"})
auditlog.register(SecrecySubject)
