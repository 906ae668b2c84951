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
    *(
        Personal(
            f"assessments.{field}",
            Whose.STAFF,
            _("so that nobody judges a unit that they are bound to"),
            _("the municipal office"),
            _("as long as the assessments"),
            InTrail.CLEAR,
            "user",
        )
        for field in ("Tie.reason", "Tie.end_reason", "Recusal.reason")
    ),
    *(
        Personal(
            f"assessments.Draw.{field}",
            Whose.STAFF,
            _("to show that a draw was fair"),
            _("who may see the draw"),
            _("as long as the assessments"),
            InTrail.CLEAR,
        )
        for field in ("conditions", "result")
    ),
    *(
        Personal(
            f"assessments.FieldPhoto.{field}",
            Whose.STAFF,
            _("to show when, where and by what a photograph was taken"),
            _("the municipal office"),
            _("as long as the evidence"),
            InTrail.CLEAR,
            "file__evidence__uploaded_by",
        )
        for field in ("latitude", "longitude", "device")
    ),
    *(
        Personal(
            f"assessments.Assignment.{field}",
            Whose.STAFF,
            _("so that the team finds who receives it"),
            _("the team, the unit and the municipal office"),
            _("as long as the assessments"),
            trail,
        )
        for field, trail in (("received_by", InTrail.CLEAR), ("received_phone", InTrail.FINGERPRINT))
    ),
    *(
        Personal(
            f"assessments.VisitReport.{field}",
            Whose.STAFF,
            _("to know who was at a visit, and who signed its report for the unit"),
            _("the unit, the team and the city; others who see the site once the sheet is signed"),
            _("as long as the assessments"),
            trail,
        )
        for field, trail in (
            ("present", InTrail.FINGERPRINT),
            ("signer_name", InTrail.CLEAR),
            ("signer_post", InTrail.CLEAR),
            ("signature", InTrail.FINGERPRINT),
        )
    ),
    place=25,
)
