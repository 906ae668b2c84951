"""Who took part in what a team did beside its visits."""

from django.utils.translation import gettext_lazy as _

from core.personal import PERSONAL, InTrail, Personal, Whose

PERSONAL.add(
    Personal(
        "assessments.FurtherForm.took_part",
        Whose.GUEST,
        _("to know who was heard"),
        _("who may see the site at the desk"),
        _("as long as the site's records"),
        InTrail.FINGERPRINT,
    ),
    place=25,
)
