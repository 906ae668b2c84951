"""What must hold of issued papers (`core.health`)."""

import datetime

from django.db.models import Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.enums import Severity
from core.health import DATABASE, Condition, Found, conditions

from .enums import RenderState
from .models import Document, Signature
from .signers import Unfit, office_signer
from .trial_signer import is_trial

# So long the page tells of a file that was damaged and is whole again: somebody has to ask why.
TOLD_FOR = datetime.timedelta(days=30)
# A new certificate takes its issuer weeks.
ENDS_SOON = 30


def papers() -> Found:
    """Each issued paper can be handed out as it was issued."""
    withheld = Document.objects.made().exclude(state=RenderState.READY).count()
    damaged = Document.objects.filter(damaged_at__gte=timezone.now() - TOLD_FOR).count()
    figures = {"papers_withheld": withheld}
    if withheld:
        told = ngettext(
            "%(n)d issued paper cannot be handed out: its stored file is lost or was changed.",
            "%(n)d issued papers cannot be handed out: their stored files are lost or were changed.",
            withheld,
        )
        return Found(told % {"n": withheld}, Severity.ERROR, figures)
    if damaged:
        told = ngettext(
            "The file of %(n)d paper was lost or changed within 30 days, and made again as it was.",
            "The files of %(n)d papers were lost or changed within 30 days, and made again as they were.",
            damaged,
        )
        return Found(told % {"n": damaged}, Severity.WARNING, figures)
    told = gettext("No stored paper was found lost or changed.")
    if older := _otherwise_made():
        more = ngettext(
            "%(n)d was made with another renderer than today's: lost, it comes from the back-up alone.",
            "%(n)d were made with another renderer than today's: lost, they come from the back-up alone.",
            older,
        )
        told = f"{told} {more % {'n': older}}"
    return Found(told, figures=figures)


def _otherwise_made() -> int:
    """How many papers were made with another renderer than the latest one."""
    latest = Signature.objects.order_by("-pk").values("made_with")[:1]
    return Signature.objects.exclude(made_with=Subquery(latest)).count()


def signature() -> Found:
    """Papers can be signed: there is a certificate, it opens, holds, and was not revoked."""
    try:
        with office_signer() as signer:
            certificate = signer.certificate
    except Unfit as error:
        return Found(str(error), Severity.ERROR)
    if is_trial(certificate):
        return Found(gettext("Papers are signed with the trial certificate made here; no reader trusts it."))
    days = (certificate.not_valid_after_utc - timezone.now()).days
    told = gettext("The certificate that signs papers holds until %(day)s.")
    severity = Severity.WARNING if days < ENDS_SOON else Severity.OK
    return Found(told % {"day": date_format(certificate.not_valid_after_utc)}, severity)


conditions.add(
    Condition(
        id="papers",
        title=_("Issued papers"),
        advice=_(
            "The trail names them (a stored file lost, changed or made again): find out who or what "
            "changed the store, and put a file that cannot be made again back from the back-up."
        ),
        look=papers,
        lane=DATABASE,
    ),
    Condition(
        id="signature",
        title=_("Signing of papers"),
        advice=_("See PORTAL_SIGNER and what it names. Papers wait until it signs again, and are made then."),
        look=signature,
    ),
    place=40,
)
