"""What issued papers were drawn from and signed with."""

from auditlog.registry import auditlog
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.guards import append_only

from .papers import Document


class PaperSources(models.Model):
    """The templates, the style sheet and the code that papers were drawn with: once a wording, for ever."""

    sha256 = models.CharField(_("SHA-256 of what it holds"), max_length=64, unique=True)
    kept_at = models.DateTimeField(_("kept since"), auto_now_add=True)
    files = models.JSONField(_("the files, by their names"))

    class Meta:
        verbose_name = _("sources of papers")
        verbose_name_plural = _("sources of papers")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.sha256[:12]


class Signature(models.Model):
    """A paper's signature, made once and never again.

    The paper's file is what is drawn of `html`, `increment` behind it: so a file that was lost can be made
    again to the byte, long after the certificate has ended and the templates say something else. Only
    another renderer (`made_with`) or other font files draw it otherwise.
    """

    document = models.OneToOneField(
        Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="signature"
    )
    signed_at = models.DateTimeField(_("signed at"), auto_now_add=True)
    subject = models.CharField(_("certificate of"), max_length=300)
    issuer = models.CharField(_("certificate issued by"), max_length=300)
    serial = models.CharField(_("number of the certificate"), max_length=60)
    is_trial = models.BooleanField(_("by a trial certificate"))
    unsigned_sha256 = models.CharField(_("SHA-256 of what was drawn"), max_length=64)
    made_with = models.CharField(_("made with"), max_length=200)
    fonts = models.JSONField(_("SHA-256 of the font files"))
    sources = models.ForeignKey(
        PaperSources, verbose_name=_("drawn from"), on_delete=models.PROTECT, related_name="+"
    )
    increment = models.BinaryField(_("signature as it stands in the file"))
    html = models.TextField(_("what was drawn"))

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.document.full_number}: {self.subject}"


auditlog.register(PaperSources, exclude_fields=["files"])
auditlog.register(Signature, exclude_fields=["increment", "html"])
append_only(PaperSources, Signature)
