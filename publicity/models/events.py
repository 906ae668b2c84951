"""交流会、现场会、表彰会: meetings that make good practice known (plan, part five, four)."""

import datetime
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation, User
from accounts.rules import sees_city
from core.http import record_address
from core.kept_files import KeptFile
from core.models import Worded
from publicity.enums import EventKind, EventState, InvitationAnswer
from publicity.rules import reads_events
from sites.models import Programme, Site

from .articles import Article
from .commendations import Commendation


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: User) -> Self:
        """The city all; everybody else what the own body is invited to."""
        if sees_city(user):
            return self
        if not reads_events(user):
            return self.none()
        return self.filter(
            pk__in=Invitation.objects.filter(organisation=user.organisation_id).values("event")
        )

    def planned(self) -> Self:
        return self.filter(state=EventState.PLANNED)

    def over(self, *, on: datetime.date) -> Self:
        """Planned ones whose day has passed: it is to be said whether they were held."""
        return self.planned().filter(held_on__lt=on)

    def untold(self) -> Self:
        """Held ones of which nothing was written yet."""
        return self.filter(state=EventState.HELD, article=None)

    def with_counts(self) -> Self:
        """Each with how many are `invited` and `coming`, and how many people `came`."""
        coming = Q(invitations__answer=InvitationAnswer.COMING)
        return self.annotate(
            invited=Count("invitations"),
            coming=Count("invitations", filter=coming),
            came=Sum("invitations__came", default=0),
        )


class Event(Worded):
    """One such meeting. What is written of it afterwards is its article."""

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="events"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=EventKind)
    title = models.CharField(_("title"), max_length=100)
    held_on = models.DateField(_("date"))
    begins_at = models.TimeField(_("begins at"))
    place = models.CharField(_("place"), max_length=100)
    agenda = models.TextField(_("agenda"))
    sites = models.ManyToManyField(Site, verbose_name=_("sites"), related_name="events", blank=True)
    state = models.CharField(_("state"), max_length=10, choices=EventState, default=EventState.PLANNED)
    cancelled_why = models.CharField(_("why it was cancelled"), max_length=300, blank=True)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("planned by"), on_delete=models.PROTECT, related_name="+"
    )
    planned_on = models.DateField(_("planned on"))
    commendation = models.ForeignKey(
        Commendation,
        verbose_name=pgettext_lazy("decision", "commendation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="events",
    )
    article = models.OneToOneField(
        Article,
        verbose_name=_("article"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="event",
    )

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="cancelled") & ~Q(cancelled_why="")
                | ~Q(state="cancelled") & Q(cancelled_why=""),
                name="event_cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(article=None) | Q(state="held"), name="event_told_once_it_was_held"
            ),
            models.CheckConstraint(
                condition=Q(commendation=None) | Q(kind="commendation"),
                name="event_commends_at_a_commendation_meeting",
            ),
            models.CheckConstraint(
                condition=Q(held_on__gte=models.F("planned_on")), name="event_planned_before_it_is_held"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return record_address("publicity_desk:event", self.pk)

    @property
    def is_planned(self) -> bool:
        return self.state == EventState.PLANNED


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User) -> Self:
        """The city reads all of a meeting; a body its own."""
        return self if sees_city(user) else self.filter(organisation=user.organisation_id)

    def unanswered(self) -> Self:
        """Those of meetings that are still to come."""
        return self.filter(answer=InvitationAnswer.OPEN, event__state=EventState.PLANNED)


class Invitation(Worded):
    """A body asked to come; what it answered, and how many of it came (签到)."""

    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.PROTECT, related_name="invitations"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("invited"), on_delete=models.PROTECT, related_name="+"
    )
    answer = models.CharField(
        _("answer"), max_length=10, choices=InvitationAnswer, default=InvitationAnswer.OPEN
    )
    people = models.CharField(_("who comes"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    answered_on = models.DateField(_("answered on"), null=True)
    came = models.PositiveSmallIntegerField(_("people who signed in"), null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        ordering = ["organisation__code", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "organisation"], name="invited_once"),
            models.CheckConstraint(
                condition=Q(answer="open", answered_by=None, answered_on=None)
                | ~Q(answer="open") & Q(answered_by__isnull=False, answered_on__isnull=False),
                name="invitation_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(answer="coming") | ~Q(people=""), name="invitation_says_who_comes"
            ),
            models.CheckConstraint(
                condition=~Q(answer="declined") | ~Q(note=""), name="invitation_declined_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.organisation}"


class EventFileQuerySet(models.QuerySet["EventFile"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(event__in=Event.objects.visible_to(user))

    def standing(self) -> Self:
        """Without those that were taken off."""
        return self.filter(removed_on=None)


class EventFile(KeptFile):
    """Material for those invited, or a picture of the meeting."""

    folder = "events"

    event = models.ForeignKey(Event, verbose_name=_("event"), on_delete=models.PROTECT, related_name="files")

    objects = EventFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of an event")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["event", "sha256"], name="event_holds_a_file_once")]


auditlog.register(Event, m2m_fields={"sites"})
auditlog.register(Invitation, mask_fields=["people"])
auditlog.register(EventFile)
