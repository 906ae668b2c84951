"""调研: what the office looked into on the spot, and what came of it (plan, part six, one)."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rules import sees_city
from core.http import record_address
from standards.models import Rulebook, Standard

from .means import GuidanceNote
from .programme import Programme
from .sites import Site


class ResearchQuerySet(models.QuerySet["Research"]):
    def visible_to(self, user: User) -> Self:
        """The city; a unit reads the guidance that came of it.

        A recusal is a hard deny: it takes away whatever is about the site.
        """
        if not sees_city(user):
            return self.none()
        shut = user.recused_sites()
        guided = ResearchOutcome.objects.filter(guidance__site__in=shut).values("research")
        return self.exclude(sites__in=shut).exclude(pk__in=guided)

    def open(self) -> Self:
        """Those of which nothing has come yet."""
        return self.filter(outcomes=None, nothing_follows="")


class Research(models.Model):
    """One visit of the office: what was asked, where, by whom, and what was found."""

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="research"
    )
    theme = models.CharField(_("theme"), max_length=100)
    on = models.DateField(_("on"))
    sites = models.ManyToManyField(Site, verbose_name=_("sites"), related_name="research", blank=True)
    elsewhere = models.CharField(_("elsewhere"), max_length=200, blank=True)
    took_part = models.CharField(_("who took part"), max_length=300)
    found = models.TextField(_("what was found"))
    nothing_follows = models.CharField(_("why nothing follows from it"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), on_delete=models.PROTECT, related_name="+"
    )
    added_on = models.DateField(_("entered on"))

    objects = ResearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("research visit")
        verbose_name_plural = _("research visits")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(on__lte=models.F("added_on")), name="research_entered_afterwards"
            ),
            models.CheckConstraint(condition=~Q(found=""), name="research_says_what_was_found"),
        ]

    def __str__(self) -> str:
        return self.theme

    def get_absolute_url(self) -> str:
        return record_address("sites:research", self.pk)


class ResearchOutcome(models.Model):
    """What came of a visit: guidance to a site, or a change in the draft of a standard or the rulebook."""

    research = models.ForeignKey(
        Research, verbose_name=_("research visit"), on_delete=models.PROTECT, related_name="outcomes"
    )
    guidance = models.OneToOneField(
        GuidanceNote,
        verbose_name=_("guidance note"),
        null=True,
        on_delete=models.PROTECT,
        related_name="outcome_of",
    )
    standard = models.ForeignKey(
        Standard, verbose_name=_("standard"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    rulebook = models.ForeignKey(
        Rulebook, verbose_name=_("rulebook"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField(_("what was changed"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("on"))

    class Meta:
        verbose_name = _("outcome of a research visit")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(guidance__isnull=False, standard=None, rulebook=None, text="")
                | Q(guidance=None, standard__isnull=False, rulebook=None) & ~Q(text="")
                | Q(guidance=None, standard=None, rulebook__isnull=False) & ~Q(text=""),
                name="research_outcome_of_one_kind",
            )
        ]

    def __str__(self) -> str:
        return self.text or str(self.guidance)

    @property
    def changed(self) -> Standard | Rulebook | None:
        """The version it was taken into."""
        return self.standard or self.rulebook


auditlog.register(Research, m2m_fields={"sites"}, mask_fields=["took_part"])
auditlog.register(ResearchOutcome)
