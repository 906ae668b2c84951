"""Names in the traditional Mongolian script, which stand beside the Chinese ones."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tables.tidy import MONGOLIAN, MONGOLIAN_LETTER


def only_mongolian(text: str) -> None:
    """Validate a name in the script: its letters, digits and stops, what shapes them, and spaces."""
    if not (MONGOLIAN.fullmatch(text) and MONGOLIAN_LETTER.search(text)):
        told = _("Write it in the traditional Mongolian script, and nothing else in this field.")
        raise ValidationError(told, code="not_mongolian")
