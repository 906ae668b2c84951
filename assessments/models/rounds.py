"""A round of assessments, the teams that go out, and who may not."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from assessments.enums import RoundKind
from sites.models import Programme, Site
from standards.models import Rulebook, Standard


class RoundQuerySet(models.QuerySet["Round"]):
    def open(self) -> Self:
        return self.filter(closed_on=None)

    def visible_to(self, user: User) -> Self:
        """Rounds are run by the office; an inspector sees those its teams are in."""
        if user.role in Role.CITY_WIDE:
            return self
        return self.filter(pk__in=Team.objects.filter(members__user=user).values("round_id"))


class Round(models.Model):
    """One pass of assessments over the sites, under the versions in force when it was opened."""

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="rounds"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=RoundKind)
    ordinal = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=100)
    standards = models.ManyToManyField(Standard, verbose_name=_("standards"), related_name="rounds")
    rulebook = models.ForeignKey(
        Rulebook, verbose_name=_("rulebook"), on_delete=models.PROTECT, related_name="rounds"
    )
    opened_on = models.DateField(_("opened on"))
    due_on = models.DateField(_("due on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("opened by"), on_delete=models.PROTECT, related_name="+"
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("round")
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "kind", "ordinal"], name="round_number_once"),
            models.UniqueConstraint(
                fields=["programme", "kind"], condition=Q(closed_on=None), name="round_one_open_of_a_kind"
            ),
            models.CheckConstraint(condition=Q(opened_on__lte=F("due_on")), name="round_opens_before_due"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("assessments:round", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(site__in=Site.objects.visible_to(user))


class Assessment(models.Model):
    """One site in one round, measured by the frozen version of its kind's standard."""

    round = models.ForeignKey(
        Round, verbose_name=_("round"), on_delete=models.PROTECT, related_name="assessments"
    )
    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="assessments"
    )
    standard = models.ForeignKey(
        Standard, verbose_name=_("standard"), on_delete=models.PROTECT, related_name="+"
    )

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        ordering = ["round", "site"]
        constraints = [models.UniqueConstraint(fields=["round", "site"], name="assessment_once_per_round")]

    def __str__(self) -> str:
        return f"{self.round}: {self.site}"


class Team(models.Model):
    """督查组 of one round (plan, part five, three: 联合有关部门组成督查组)."""

    round = models.ForeignKey(Round, verbose_name=_("round"), on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(_("name"), max_length=40)

    class Meta:
        verbose_name = _("team")
        ordering = ["round", "name"]
        constraints = [models.UniqueConstraint(fields=["round", "name"], name="team_name_once_per_round")]

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


class Assignment(models.Model):
    """The team that goes to a site in a round."""

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

    class Meta:
        verbose_name = _("assignment")

    def __str__(self) -> str:
        return f"{self.team} → {self.assessment.site}"


class Recusal(models.Model):
    """回避: this person may neither judge nor see this site, whatever else gives the right."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="recusals"
    )
    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="recusals")
    reason = models.CharField(_("reason"), max_length=200)
    declared_on = models.DateField(_("declared on"))

    class Meta:
        verbose_name = _("recusal")
        constraints = [models.UniqueConstraint(fields=["user", "site"], name="recusal_once")]

    def __str__(self) -> str:
        return f"{self.user} ≠ {self.site}"


for model in (Round, Assessment, Team, TeamMember, Assignment, Recusal):
    auditlog.register(model)
