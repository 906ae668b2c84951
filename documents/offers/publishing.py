"""What this room puts out, as the second person reads it before (保密审查)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.publishing import PUBLISHABLES, Part, Publishable, Values, paragraphs
from documents.models import Document


def _of_correction(document: Document, values: Values) -> Iterator[Part]:
    """What the corrected paper says otherwise, and why the old one counts no more."""
    yield Part(key="paper", label=_("Paper"), text=str(document))
    for _wrong, right in values["changes"]:
        yield Part(key="right", label=_("What it should read"), text=right)
    yield from paragraphs("reason", _("Reason"), values["reason"])


PUBLISHABLES.add(
    Publishable(
        kind="document.correct_public",
        what=gettext_lazy("A corrected paper in the place of a public one"),
        open_to=Document.objects.visible_to,
        parts=_of_correction,
        url=Document.get_absolute_url,
    ),
    place=15,
)
