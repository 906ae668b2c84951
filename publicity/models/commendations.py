"""表彰: who is commended for what, by a decision of the leading group (plan, part five, four)."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.deputies import acts_as
from accounts.models import Organisation, Resolution, User
from core.http import record_address
from core.models import Worded
from documents.models import Document
from publicity.enums import CommendationState, Honour
from publicity.rules import reads_commendations
from sites.enums import Stage
from sites.models import Programme, Site

from .warned import Revocation


class CommendationQuerySet(models.QuerySet["Commendation"]):
    def visible_to(self, user: User) -> Self:
        """At the desk: the city.

        A list names all who are on it, so it is shut as a whole to whoever stood aside from a site on it, or
        from a site of a unit on it.
        """
        if not reads_commendations(user):
            return self.none()
        shut = user.recused_sites()
        units = Site.objects.filter(pk__in=shut).values("organisation")
        lines = CommendationLine.objects.filter(Q(site__in=shut) | Q(organisation__in=units))
        return self.exclude(pk__in=lines.values("commendation"))

    def put_forward(self) -> Self:
        return self.filter(state=CommendationState.PUT_FORWARD)

    def waiting_for(self, user: User) -> Self:
        """Those that this person can decide: others wrote them and put them forward."""
        others = self.visible_to(user).put_forward()
        return others.exclude(acts_as(user, "put_by")).exclude(acts_as(user, "writers"))

    def published(self) -> Self:
        """A decided one is public."""
        return self.filter(state=CommendationState.COMMENDED).select_related("decision", "resolution")

    def with_counts(self) -> Self:
        """Each with how many `collectives` and `people` it commends."""
        return self.annotate(
            collectives=Count("lines", filter=Q(lines__honour=Honour.COLLECTIVE)),
            people=Count("lines", filter=Q(lines__honour=Honour.PERSON)),
        )


class Commendation(Worded):
    """One list of who is commended, and the decision that commends them; its `title` is that of the paper."""

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="commendations"
    )
    title = models.CharField(_("title"), max_length=100)
    grounds = models.TextField(_("what was achieved"))
    state = models.CharField(
        _("state"), max_length=12, choices=CommendationState, default=CommendationState.DRAFT
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("drafted by"), on_delete=models.PROTECT, related_name="+"
    )
    drafted_on = models.DateField(_("drafted on"))
    writers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("written by"), related_name="+", blank=True
    )
    put_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("put forward by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    put_on = models.DateField(_("put forward on"), null=True)
    taken_back_why = models.TextField(_("why it was taken back"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_on = models.DateField(_("decided on"), null=True)
    resolution = models.OneToOneField(
        Resolution, verbose_name=_("resolution"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    decision = models.OneToOneField(
        Document, verbose_name=_("decision"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = CommendationQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("decision", "commendation")
        verbose_name_plural = pgettext_lazy("decision", "commendations")
        ordering = ["-drafted_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("put_by")) & ~Q(decided_by=F("drafted_by")),
                name="commendation_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", put_by=None, put_on=None)
                | ~Q(state="draft") & Q(put_by__isnull=False, put_on__isnull=False),
                name="commendation_put_forward_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="commended",
                    decided_by__isnull=False,
                    decided_on__isnull=False,
                    resolution__isnull=False,
                    decision__isnull=False,
                )
                | ~Q(state="commended") & Q(decided_by=None, decided_on=None, resolution=None, decision=None),
                name="commendation_decided_rests_on_resolution",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return record_address("publicity_desk:commendation", self.pk)

    def get_public_url(self) -> str:
        return record_address("publicity:commendation", self.pk)

    @property
    def is_draft(self) -> bool:
        return self.state == CommendationState.DRAFT

    @property
    def is_put_forward(self) -> bool:
        return self.state == CommendationState.PUT_FORWARD

    @property
    def is_public(self) -> bool:
        return self.state == CommendationState.COMMENDED


class CommendationLineQuerySet(models.QuerySet["CommendationLine"]):
    def in_order(self) -> Self:
        """Collectives, then people, each as they were put down; with what a row shows."""
        related = ("site__organisation", "organisation", "site__naming__revocation__decision")
        return self.select_related(*related).order_by("honour", "pk")

    def collectives(self) -> Self:
        return self.filter(honour=Honour.COLLECTIVE)

    def people(self) -> Self:
        return self.filter(honour=Honour.PERSON)

    def unworthy(self) -> Self:
        """Whose site does not bear the title, or whose unit has a site that was warned or revoked."""
        bad = Site.objects.filter(
            programme=models.OuterRef("commendation__programme"),
            organisation=models.OuterRef("organisation"),
            stage__in=(Stage.WARNED, Stage.REVOKED),
        )
        return self.filter(Q(site__isnull=False) & ~Q(site__stage=Stage.NAMED) | models.Exists(bad))


class CommendationLine(Worded):
    """Who is commended: a named site, another body, or a person of one, who agreed to be named in public."""

    commendation = models.ForeignKey(
        Commendation,
        verbose_name=pgettext_lazy("decision", "commendation"),
        on_delete=models.PROTECT,
        related_name="lines",
    )
    honour = models.CharField(_("honour"), max_length=10, choices=Honour)
    site = models.ForeignKey(
        Site, verbose_name=_("site"), null=True, on_delete=models.PROTECT, related_name="commended"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    person = models.CharField(_("name"), max_length=40, blank=True)
    post = models.CharField(_("post"), max_length=60, blank=True)
    reason = models.TextField(_("reason"))
    consented_on = models.DateField(_("agreed to be named on"), null=True)
    consent = models.CharField(_("how the person agreed"), max_length=100, blank=True)

    objects = CommendationLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a commendation")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(honour="collective", person="", post="", consented_on=None, consent="")
                | Q(honour="person", site=None, consented_on__isnull=False)
                & ~Q(person="")
                & ~Q(post="")
                & ~Q(consent=""),
                name="commended_person_has_agreed",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="commended_for_a_reason"),
            # A person is another than the own unit, and than the others of it.
            models.UniqueConstraint(
                fields=["commendation", "organisation", "person"], name="commended_once_a_list"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Who is commended, as the list says it; of a person without the post."""
        return self.person or (self.site.window_name if self.site else self.organisation.name)

    @property
    def ended(self) -> Revocation | None:
        """The revocation of the site's naming, with which the honour has ended."""
        return getattr(getattr(self.site, "naming", None), "revocation", None)


auditlog.register(Commendation, m2m_fields={"writers"})
auditlog.register(CommendationLine)
