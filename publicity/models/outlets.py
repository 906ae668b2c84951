"""Where a notice was made known beside its page: 以适当形式进行社会公示 (plan, part five, four)."""

from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.models import User
from core.http import record_address
from core.kept_files import KeptFile
from core.models import Worded
from publicity.enums import NoticeState, OutletKind, OutletState

from .notices import Notice


class NoticePromise(Worded):
    """A form in which a notice says that it is made known, beside this website."""

    notice = models.ForeignKey(
        Notice, verbose_name=_("notice"), on_delete=models.PROTECT, related_name="promises"
    )
    kind = models.CharField(_("form of announcement"), max_length=10, choices=OutletKind)

    class Meta:
        verbose_name = _("promised form of a notice")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "kind"], name="notice_promises_a_form_once"),
            models.CheckConstraint(
                condition=Q(kind__in=OutletKind.PROMISED), name="notice_promises_a_form_of_its_own"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice}: {self.get_kind_display()}"


class NoticeOutletQuerySet(models.QuerySet["NoticeOutlet"]):
    def visible_to(self, user: User) -> Self:
        """At the desk, whoever reads its notice there."""
        return self.filter(notice__in=Notice.objects.visible_to(user))

    def standing(self) -> Self:
        """Without what was entered by mistake."""
        return self.filter(withdrawn_on=None)

    def published(self) -> Self:
        """What the public reads of it; of a withdrawn notice only its correction."""
        withdrawn = NoticeState.WITHDRAWN
        return self.standing().filter(published_on__isnull=False).exclude(notice__state=withdrawn)

    def unpublished(self) -> Self:
        return self.standing().filter(published_on=None)


class NoticeOutlet(Worded):
    """A newspaper, a board, a meeting … in which a notice was made known, on a day.

    The public reads it once it was reviewed for secrets; corrected, it is reviewed anew first.
    """

    notice = models.ForeignKey(
        Notice, verbose_name=_("notice"), on_delete=models.PROTECT, related_name="outlets"
    )
    kind = models.CharField(_("form of announcement"), max_length=10, choices=OutletKind)
    on = models.DateField(_("on"))
    medium = models.CharField(_("place or name of the medium"), max_length=100)
    note = models.CharField(_("note"), max_length=300, blank=True)
    shows = models.CharField(_("what the picture shows"), max_length=100, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), on_delete=models.PROTECT, related_name="+"
    )
    entered_on = models.DateField(_("entered on"))
    writers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("written by"), related_name="+", blank=True
    )
    published_on = models.DateField(_("published on"), null=True, blank=True)
    withdrawn_on = models.DateField(_("taken back on"), null=True, blank=True)
    withdrawal_reason = models.CharField(_("why it was taken back"), max_length=300, blank=True)

    objects = NoticeOutletQuerySet.as_manager()

    class Meta:
        verbose_name = _("form in which a notice was made known")
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(medium=""), name="notice_outlet_says_where"),
            models.CheckConstraint(
                condition=Q(published_on=None) | Q(published_on__gte=F("on")),
                name="notice_outlet_told_afterwards",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdrawal_reason="")
                | Q(withdrawn_on__isnull=False) & ~Q(withdrawal_reason=""),
                name="notice_outlet_withdrawal_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}{pgettext('between a label and its text', ': ')}{self.medium}"

    def get_absolute_url(self) -> str:
        return record_address("publicity_desk:outlet", self.pk)

    @property
    def state(self) -> OutletState:
        if self.withdrawn_on:
            return OutletState.WITHDRAWN
        return OutletState.PUBLISHED if self.published_on else OutletState.RECORDED

    @property
    def picture(self) -> "OutletPicture | None":
        """The one that stands; picked out here, as pages load those of many."""
        return next((picture for picture in self.pictures.all() if not picture.removed_on), None)


class OutletPictureQuerySet(models.QuerySet["OutletPicture"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(outlet__in=NoticeOutlet.objects.visible_to(user))

    def standing(self) -> Self:
        """Without those that another one took the place of."""
        return self.filter(removed_on=None)


class OutletPicture(KeptFile):
    """The photograph of the board, the scan of the page; shown without camera data."""

    folder = "outlets"

    outlet = models.ForeignKey(
        NoticeOutlet,
        verbose_name=_("form of announcement"),
        on_delete=models.PROTECT,
        related_name="pictures",
    )

    objects = OutletPictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture of a form in which a notice was made known")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["outlet"], condition=Q(removed_on=None), name="notice_outlet_has_one_picture"
            )
        ]


def not_made_known() -> Q:
    """Of notices: a form that one promises is not on record, or none at all is."""
    on_record = NoticeOutlet.objects.standing().filter(notice=OuterRef("notice"), kind=OuterRef("kind"))
    broken = NoticePromise.objects.filter(~Exists(on_record), notice=OuterRef("pk"))
    return Q(Exists(broken)) | ~Q(Exists(NoticeOutlet.objects.standing().filter(notice=OuterRef("pk"))))


auditlog.register(NoticePromise)
auditlog.register(NoticeOutlet, m2m_fields={"writers"})
auditlog.register(OutletPicture)
