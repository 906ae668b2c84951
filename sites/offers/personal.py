"""Who is named at a unit for its work."""

from django.utils.translation import gettext_lazy as _

from core.personal import PERSONAL, InTrail, Personal, Whose

_TO_BE_REACHED = _("to be reached about the site")
_WHO_SEES_THE_SITE = _("who may see the site at the desk")
_AS_LONG_AS_THE_SITE = _("as long as the site's records")

PERSONAL.add(
    *(
        Personal(
            f"sites.{field}",
            Whose.STAFF,
            _TO_BE_REACHED,
            _WHO_SEES_THE_SITE,
            _AS_LONG_AS_THE_SITE,
            trail,
            account,
        )
        for field, trail, account in (
            ("Liaison.name", InTrail.CLEAR, "user"),
            ("Liaison.phone", InTrail.FINGERPRINT, "user"),
            ("HandOver.from_name", InTrail.CLEAR, ""),
            ("HandOver.from_phone", InTrail.FINGERPRINT, ""),
            ("HandOver.to_name", InTrail.CLEAR, ""),
            ("HandOver.to_phone", InTrail.FINGERPRINT, ""),
            ("Replacement.before", InTrail.FINGERPRINT, ""),
            ("Replacement.after", InTrail.FINGERPRINT, ""),
            ("ImportBatch.changes", InTrail.FINGERPRINT, ""),
            ("ImportJob.mended", InTrail.NOTHING, ""),
            ("ImportLine.cells", InTrail.NOTHING, ""),
            ("ImportLine.changes", InTrail.NOTHING, ""),
            ("ImportLine.complaints", InTrail.NOTHING, ""),
            ("FilingVersion.row_remarks", InTrail.CLEAR, ""),
            ("HandOver.reason", InTrail.CLEAR, ""),
        )
    ),
    Personal(
        "sites.FilingVersion.rows",
        Whose.STAFF,
        _TO_BE_REACHED,
        _WHO_SEES_THE_SITE,
        _AS_LONG_AS_THE_SITE,
        InTrail.FINGERPRINT,
    ),
    Personal(
        "sites.PlanDraft.typed",
        Whose.STAFF,
        _("so that nothing typed is lost before the plan is filed"),
        _("oneself"),
        _("until the plan is filed"),
        InTrail.NOTHING,
        "by",
    ),
    Personal(
        "sites.Measure.person",
        Whose.STAFF,
        _("so that somebody answers for the measure"),
        _WHO_SEES_THE_SITE,
        _AS_LONG_AS_THE_SITE,
        InTrail.CLEAR,
    ),
    Personal(
        "sites.Research.took_part",
        Whose.GUEST,
        _("to know who was heard"),
        _("who may see the visit's record at the desk"),
        _("as long as the visit's record"),
        InTrail.FINGERPRINT,
    ),
    place=20,
)
