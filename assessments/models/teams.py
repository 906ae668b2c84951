"""The teams of a round, how they were drawn, and where they are sent."""

from typing import ClassVar, Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import Role
from accounts.models import User
from assessments.enums import DrawKind, DrawState
from assessments.models.rounds import Assessment, Round
from core.encrypted import EncryptedCharField
from core.http import record_address
from core.models import Worded


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, user: User) -> Self:
        """The office and the leading group see all, everybody else the teams they are in."""
        if user.role in Role.CITY_WIDE:
            return self
        return self.filter(pk__in=self.filter(members__user=user).values("pk"))


class Team(models.Model):
    """督查组 of one round (plan, part five, three: 联合有关部门组成督查组).

    It is of several departments, so it has two people of two of them at least, and a site is judged by two.
    """

    SMALLEST: ClassVar = 2

    round = models.ForeignKey(Round, verbose_name=_("round"), on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(_("name"), max_length=40)
    starts_on = models.DateField(_("on the road from"), null=True, blank=True)
    ends_on = models.DateField(pgettext_lazy("a day", "to"), null=True, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        ordering = ["round", "pk"]  # as they were formed: by name 一, 三, 二 would follow each other
        constraints = [
            models.UniqueConstraint(fields=["round", "name"], name="team_name_once_per_round"),
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="team_starts_before_ends"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def leader(self) -> User:
        """The member who signs."""
        return next(member.user for member in self.members.all() if member.is_leader)


class TeamMember(models.Model):
    team = models.ForeignKey(Team, verbose_name=_("team"), on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="memberships",
    )
    is_leader = models.BooleanField(_("leader"), default=False)

    class Meta:
        verbose_name = _("team member")
        ordering = ["-is_leader", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="member_once_per_team"),
            models.UniqueConstraint(fields=["team"], condition=Q(is_leader=True), name="team_one_leader"),
        ]

    def __str__(self) -> str:
        return str(self.user)


class DrawQuerySet(models.QuerySet["Draw"]):
    def visible_to(self, user: User) -> Self:
        """Those who run or decide, and those who look into how it was run."""
        return self if user.role in (*Role.CITY_WIDE, Role.AUDITOR) else self.none()

    def waiting(self) -> Self:
        return self.filter(state=DrawState.WAITING)

    def with_people(self) -> Self:
        """With the round, who drew, and who held or abandoned it."""
        return self.select_related("round", "drawn_by", "settled_by")


class Draw(Worded):
    """One drawing of teams and sites: what went in, the seed, and what came out, which are never changed.

    It is on record before anybody sees it. Then it is held, or abandoned with a reason, and of a round one
    waits at a time: nobody draws until they like what they see and leaves no trace.

    `conditions` and `result` are the plain data of `assessments.drawing`: the same conditions and
    seed give the same result, on this machine or by hand.
    """

    round = models.ForeignKey(Round, verbose_name=_("round"), on_delete=models.PROTECT, related_name="draws")
    kind = models.CharField(_("kind"), max_length=10, choices=DrawKind)
    seed = models.CharField(_("seed"), max_length=64)
    conditions = models.JSONField(_("what was drawn from"))
    result = models.JSONField(_("what was drawn"))
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("drawn by"), on_delete=models.PROTECT, related_name="+"
    )
    drawn_on = models.DateField(_("drawn on"))
    at = models.DateTimeField(_("drawn at"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=10, choices=DrawState, default=DrawState.WAITING)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("held or abandoned by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    settled_on = models.DateField(_("held or abandoned on"), null=True, blank=True)
    reason = models.CharField(_("why it was abandoned"), max_length=200, blank=True)

    objects = DrawQuerySet.as_manager()

    class Meta:
        verbose_name = _("draw")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round"], condition=Q(state=DrawState.WAITING), name="draw_one_waits_per_round"
            ),
            models.CheckConstraint(
                condition=Q(state=DrawState.WAITING, settled_by=None, settled_on=None)
                | ~Q(state=DrawState.WAITING) & Q(settled_by__isnull=False, settled_on__isnull=False),
                name="draw_settled_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state=DrawState.ABANDONED) & ~Q(reason="")
                | ~Q(state=DrawState.ABANDONED) & Q(reason=""),
                name="draw_abandoned_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.get_kind_display()} {self.drawn_on}"

    def get_absolute_url(self) -> str:
        return record_address("assessments:draw", self.pk)

    @property
    def is_waiting(self) -> bool:
        return self.state == DrawState.WAITING

    def abandoned_before(self) -> DrawQuerySet:
        """The draws of its round that were not held before this one was drawn."""
        earlier = Draw.objects.filter(round=self.round_id, pk__lt=self.pk)
        return earlier.filter(state=DrawState.ABANDONED)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def in_order(self) -> Self:
        """Team by team, in the order in which its leader goes; what has no place yet stands last."""
        return self.order_by("team", F("place").asc(nulls_last=True), "pk")


class Assignment(models.Model):
    """The team that goes to a site in a round; who receives it where that is not the site's liaison."""

    assessment = models.OneToOneField(
        Assessment, verbose_name=_("assessment"), on_delete=models.PROTECT, related_name="assignment"
    )
    team = models.ForeignKey(
        Team, verbose_name=_("team"), on_delete=models.PROTECT, related_name="assignments"
    )
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("assigned by"), on_delete=models.PROTECT, related_name="+"
    )
    assigned_on = models.DateField(_("assigned on"))
    visit_on = models.DateField(_("day of the visit"), null=True, blank=True)
    draw = models.ForeignKey(
        Draw,
        verbose_name=_("draw"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assignments",
    )
    place = models.PositiveSmallIntegerField(
        _("place on the day"), null=True, blank=True, help_text=_("Open until the leader changes the order.")
    )
    received_by = models.CharField(_("who receives the team"), max_length=40, blank=True)
    received_phone = EncryptedCharField(_("telephone of who receives the team"), max_length=40, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        constraints = [
            models.CheckConstraint(
                condition=Q(place=None) | Q(visit_on__isnull=False), name="assignment_placed_on_a_day"
            ),
            models.CheckConstraint(
                condition=Q(received_phone="") | ~Q(received_by=""), name="assignment_telephone_of_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} → {self.assessment.site}"


for model in (Team, TeamMember, Draw):
    auditlog.register(model)
auditlog.register(Assignment, mask_fields=["received_phone"])
