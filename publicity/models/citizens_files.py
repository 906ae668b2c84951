"""What people attach to what they write to the office, and what is left of it when it goes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.encrypted import ErasedCharField
from core.erased_files import ErasedFileField
from core.kept_files import FlagsField


class CitizensFile(models.Model):
    """An attachment of a letter; it goes when the personal data goes."""

    name = ErasedCharField(_("name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField("SHA-256", max_length=64)
    file = ErasedFileField(_("file"), upload_to="letters/%Y/%m/", blank=True)
    flags = FlagsField(_("what to know of it"))

    class Meta:
        abstract = True
        ordering = ["pk"]
