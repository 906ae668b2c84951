"""What a phone tells of the pictures that are taken on the sheet's own page; what is drawn over pictures."""

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from assessments.models.evidence import EvidenceFile
from audit.guards import append_only

# Of what is drawn over one picture: some hundred shapes, or a few long lines.
MOST_LETTERS = 20_000


class FieldPhoto(models.Model):
    """The receipt of one picture: `key` is the phone's own number for it, by which it arrives once.

    Nothing here is the camera's: time, place and device are what the page saw when the shutter went.
    """

    key = models.UUIDField(_("number on the phone"), unique=True)
    file = models.OneToOneField(
        EvidenceFile, verbose_name=_("picture"), on_delete=models.PROTECT, related_name="field_photo"
    )
    taken_at = models.DateTimeField(_("taken at"), help_text=_("By the phone's clock."))
    phone_ahead = models.IntegerField(
        _("seconds the phone's clock is ahead"), help_text=_("Of the portal's, when it was sent.")
    )
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=6, null=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True)
    accuracy = models.PositiveIntegerField(_("accuracy of the place in metres"), null=True)
    device = models.CharField(_("device"), max_length=200, blank=True)
    is_scaled = models.BooleanField(_("scaled down on the phone"))
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)

    class Meta:
        verbose_name = _("picture from a phone")
        verbose_name_plural = _("pictures from phones")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.file)

    @property
    def minutes_apart(self) -> int:
        """Of the phone's clock and the portal's."""
        return abs(round(self.phone_ahead / 60))

    @property
    def is_clock_off(self) -> bool:
        """By more than anybody's watch is."""
        return abs(self.phone_ahead) > 5 * 60


class AnnotationLayer(models.Model):
    """What a person drew over a picture, kept beside the file, which stays as it is.

    `arrows`, `circles` and `lines` are paths of an SVG in the picture's own pixels (`services.annotations`
    says how they read). Append-only: the newest of a picture is shown, the former stay.
    """

    key = models.UUIDField(_("number on the phone"), unique=True)
    file = models.ForeignKey(
        EvidenceFile, verbose_name=_("picture"), on_delete=models.PROTECT, related_name="layers"
    )
    arrows = models.TextField(_("arrows"), blank=True)
    circles = models.TextField(_("circles"), blank=True)
    lines = models.TextField(_("lines"), blank=True)
    note = models.CharField(_("in words"), max_length=200, blank=True)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("marked by"), on_delete=models.PROTECT, related_name="+"
    )
    drawn_at = models.DateTimeField(_("marked at"), help_text=_("By the phone's clock."))
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)

    class Meta:
        verbose_name = _("marks on a picture")
        verbose_name_plural = _("marks on pictures")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    LessThanOrEqual(Length("arrows") + Length("circles") + Length("lines"), MOST_LETTERS)
                ),
                name="annotation_layer_is_short",
            )
        ]

    def __str__(self) -> str:
        return self.says

    @property
    def path(self) -> str:
        return self.arrows + self.circles + self.lines

    @property
    def says(self) -> str:
        """The drawing for who does not see it: how many arrows, circles and lines."""
        # An arrow is a shaft and a head.
        arrows, circles, lines = self.arrows.count("M") // 2, self.circles.count("M"), self.lines.count("M")
        parts = [
            ngettext("%(n)d arrow", "%(n)d arrows", arrows) % {"n": arrows} if arrows else "",
            ngettext("%(n)d circle", "%(n)d circles", circles) % {"n": circles} if circles else "",
            ngettext("%(n)d line", "%(n)d lines", lines) % {"n": lines} if lines else "",
        ]
        return gettext(", ").join(part for part in parts if part) or gettext("no marks")


append_only(FieldPhoto, AnnotationLayer)
for model in (FieldPhoto, AnnotationLayer):
    auditlog.register(model)
