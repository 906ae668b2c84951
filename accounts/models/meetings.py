"""How the leading group decides: at its meetings, or on a paper that goes round its members (传批)."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.deputies import acts_as
from accounts.enums import MeetingState, ResolutionKind, ResolutionState, Role, SlipAnswer
from core.http import record_address
from core.kept_files import FlagsField
from core.models import Worded

from .people import User

# The campaign is known by its key alone: programmes live in a room above.
CAMPAIGN = _("key of the programme")


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User) -> Self:
        """The leading group's and its office's."""
        return self if user.role in Role.CITY_WIDE else self.none()

    def to_confirm(self, user: User) -> Self:
        """Held ones whose minutes this person can confirm: was there, or stands in for who was."""
        present = MeetingMember.objects.filter(
            acts_as(user, "member"), meeting=OuterRef("pk"), was_present=True
        )
        held = self.filter(Exists(present), state=MeetingState.HELD)
        return held.exclude(acts_as(user, "recorded_by"))


class Meeting(Worded):
    """A meeting of the leading group: planned with its agenda, held, its minutes confirmed and issued.

    `campaign` is the key of the programme it is held under; what it decides are its `items`.
    """

    campaign = models.PositiveBigIntegerField(CAMPAIGN)
    on = models.DateField(_("date"))
    place = models.CharField(_("place"), max_length=100)
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("chair"), on_delete=models.PROTECT, related_name="+"
    )
    guests = models.CharField(_("also attending"), max_length=300, blank=True)
    remarks = models.TextField(_("what else was said"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=MeetingState, default=MeetingState.PLANNED)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("prepared by"), on_delete=models.PROTECT, related_name="+"
    )
    prepared_on = models.DateField(_("prepared on"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    recorded_on = models.DateField(_("recorded on"), null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("minutes confirmed by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    confirmed_on = models.DateField(_("minutes confirmed on"), null=True)
    issued_on = models.DateField(_("minutes issued on"), null=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="planned", recorded_by=None, recorded_on=None)
                | ~Q(state="planned") & Q(recorded_by__isnull=False, recorded_on__gte=F("on")),
                name="meeting_held_is_recorded",
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", confirmed_by__isnull=False, confirmed_on__isnull=False)
                | ~Q(state="confirmed") & Q(confirmed_by=None, confirmed_on=None, issued_on=None),
                name="meeting_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("recorded_by")), name="meeting_two_people"
            ),
            models.UniqueConstraint(fields=["campaign", "on"], name="meeting_one_a_day"),
        ]

    def __str__(self) -> str:
        return gettext("meeting of %(day)s") % {"day": date_format(self.on)}

    def get_absolute_url(self) -> str:
        return record_address("sites:meeting", self.pk)

    @property
    def is_planned(self) -> bool:
        return self.state == MeetingState.PLANNED

    @property
    def is_open_to_items(self) -> bool:
        """What its minutes say is not settled yet."""
        return self.state != MeetingState.CONFIRMED


class MeetingMember(models.Model):
    """A member of the leading group who was invited; `was_present` is None until the meeting was held."""

    meeting = models.ForeignKey(
        Meeting, verbose_name=_("meeting"), on_delete=models.PROTECT, related_name="members"
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("member"), on_delete=models.PROTECT, related_name="+"
    )
    was_present = models.BooleanField(_("was present"), null=True)

    class Meta:
        verbose_name = _("member at a meeting")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], name="meeting_invites_a_member_once")
        ]

    def __str__(self) -> str:
        return str(self.member)


class ResolutionQuerySet(models.QuerySet["Resolution"]):
    def visible_to(self, user: User) -> Self:
        return self if user.role in Role.CITY_WIDE else self.none()

    def open(self) -> Self:
        return self.filter(state=ResolutionState.OPEN)

    def of(self, kind: str, campaign: object) -> Self:
        """What is of the kind and the campaign, by its key or an expression for it."""
        found = self.filter(kind=kind)
        return found if kind in ResolutionKind.OF_NO_CAMPAIGN else found.filter(campaign=campaign)

    def to_rest_on(self, kind: str, campaign: object) -> Self:
        """The decided ones, the newest first; none that carries another decision where one is the most."""
        found = self.of(kind, campaign).filter(state=ResolutionState.DECIDED)
        if kind not in ResolutionKind.CARRIES_MANY:
            found = found.filter(used_on=None)
        return found.order_by("-decided_on", "-pk")

    def on_the_way(self, kind: str, campaign: object) -> Self:
        """What is before the leading group, or decided and not carried out."""
        found = self.of(kind, campaign)
        return found.filter(Q(state=ResolutionState.OPEN) | Q(state=ResolutionState.DECIDED, used_on=None))


class Resolution(Worded):
    """One item put before the leading group, on a meeting's agenda or going round (without a `meeting`).

    `source` names the paper that tells of it, where the portal did not see it come about. `used_on`: since
    when a decision of the portal rests on it.
    """

    campaign = models.PositiveBigIntegerField(CAMPAIGN)
    kind = models.CharField(_("kind"), max_length=15, choices=ResolutionKind)
    title = models.CharField(_("item"), max_length=200)
    text = models.TextField(_("what is proposed"), blank=True)
    meeting = models.ForeignKey(
        Meeting, verbose_name=_("meeting"), null=True, on_delete=models.PROTECT, related_name="items"
    )
    source = models.CharField(_("told in"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ResolutionState, default=ResolutionState.OPEN)
    put_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("put by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    put_on = models.DateField(_("put on"))
    decided_on = models.DateField(_("decided on"), null=True)
    outcome = models.TextField(_("what was decided"), blank=True)
    used_on = models.DateField(_("carried out since"), null=True)

    objects = ResolutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("resolution")
        ordering = ["-put_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(meeting=None) | Q(source=""), name="resolution_comes_about_one_way"
            ),
            models.CheckConstraint(
                condition=Q(put_by__isnull=False) | ~Q(source=""), name="resolution_put_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("decided", "refused"), decided_on__isnull=False)
                | Q(state__in=("open", "taken_back"), decided_on=None),
                name="resolution_decided_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("refused", "taken_back")) | ~Q(outcome=""),
                name="resolution_refusal_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(used_on=None) | Q(state="decided"), name="resolution_used_is_decided"
            ),
        ]
        indexes = [models.Index(fields=["kind", "campaign", "state"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return record_address("sites:resolution", self.pk)

    @property
    def is_open(self) -> bool:
        return self.state == ResolutionState.OPEN

    @property
    def goes_round(self) -> bool:
        return self.meeting_id is None and not self.source

    @property
    def words(self) -> str:
        """经…研究 or 经…传批同意, as papers say it: Chinese whatever the reader's language."""
        day = self.decided_on
        if self.source or day is None:
            return "经市政务公开领导小组研究"
        on = f"{day.year}年{day.month}月{day.day}日"
        return f"经{on}市政务公开领导小组会议研究" if self.meeting_id else "经市政务公开领导小组成员传批同意"

    @property
    def told(self) -> str:
        """How it came about, for whoever reads it at the desk."""
        if self.source:
            return gettext("leading group, told in %(paper)s") % {"paper": self.source}
        if self.meeting:
            return str(self.meeting)
        if self.decided_on is None:
            return gettext("circulated")
        return gettext("circulated, agreed to on %(day)s") % {"day": date_format(self.decided_on)}


class SlipQuerySet(models.QuerySet["Slip"]):
    def visible_to(self, user: User) -> Self:
        return self if user.role in Role.CITY_WIDE else self.none()

    def waiting(self) -> Self:
        """Those whose members have not answered, of items that are still open."""
        return self.filter(answer="", resolution__state=ResolutionState.OPEN)

    def waiting_for(self, user: User) -> Self:
        """Of the person, and of whom they stand in for today."""
        return self.waiting().filter(acts_as(user, "member"))


class Slip(Worded):
    """传批单 of one member: asked, and what was answered, by the own account or from the signed paper.

    `by` is who entered it: the member, a deputy, or the office, which keeps the `scan`.
    """

    resolution = models.ForeignKey(
        Resolution, verbose_name=_("resolution"), on_delete=models.PROTECT, related_name="slips"
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("member"), on_delete=models.PROTECT, related_name="+"
    )
    answer = models.CharField(_("answer"), max_length=10, choices=SlipAnswer, blank=True)
    text = models.TextField(_("remark"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entered by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    on = models.DateField(_("answered on"), null=True)
    is_from_paper = models.BooleanField(_("entered by the office from the signed slip"), default=False)
    scan = models.FileField(_("scan of the signed slip"), upload_to="slips/%Y/%m/", blank=True)
    scan_name = models.CharField(_("name of the scan"), max_length=200, blank=True)
    scan_flags = FlagsField(_("what to know of it"))

    objects = SlipQuerySet.as_manager()

    class Meta:
        verbose_name = _("circulation slip")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["resolution", "member"], name="slip_asks_a_member_once"),
            models.CheckConstraint(
                condition=Q(answer="", by=None, on=None)
                | ~Q(answer="") & Q(by__isnull=False, on__isnull=False),
                name="slip_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(answer="object") | ~Q(text=""), name="slip_objection_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(is_from_paper=False) | ~Q(scan="") & ~Q(answer=""),
                name="slip_from_paper_has_scan",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resolution}: {self.member}"


auditlog.register(Meeting, mask_fields=["guests"])
for model in (MeetingMember, Resolution, Slip):
    auditlog.register(model)
